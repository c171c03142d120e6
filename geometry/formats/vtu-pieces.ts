import { FileError } from '../../common/errors.js';
import { excerpt } from './excerpt.js';
import {
  define,
  type FileArray,
  type FileArrays,
  type MeshFile,
  type PolyhedronFaceList,
} from './mesh-file.js';
import { arrayOfType, type NumberArray } from './number-arrays.js';

export type Piece = Pick<
  MeshFile,
  'points' | 'cellOffsets' | 'cellPoints' | 'cellTypes' | 'polyhedra' | 'pointData' | 'cellData'
>;

/**
 * Pieces one after the other; empty ones, which parallel programs write without their arrays, are passed over.
 * @throws FileError if an array is not the same in all of them
 */
export function joinPieces(all: readonly Piece[]): Piece {
  const filled = all.filter((piece) => piece.points.length > 0);
  const pieces = filled.length > 0 ? filled : all.slice(0, 1);
  if (pieces.length === 1) return pieces[0];
  const sum = (size: (piece: Piece) => number) => pieces.reduce((total, piece) => total + size(piece), 0);
  const cellOffsets = new Int32Array(sum((piece) => piece.cellTypes.length) + 1);
  const cellPoints = new Int32Array(sum((piece) => piece.cellPoints.length));
  const cellTypes = new Uint8Array(cellOffsets.length - 1);
  const points = new Float64Array(sum((piece) => piece.points.length));
  let [cell, corner, point] = [0, 0, 0];
  for (const piece of pieces) {
    for (let c = 0; c < piece.cellTypes.length; c++)
      cellOffsets[cell + c + 1] = corner + piece.cellOffsets[c + 1];
    for (let i = 0; i < piece.cellPoints.length; i++) cellPoints[corner + i] = point + piece.cellPoints[i];
    cellTypes.set(piece.cellTypes, cell);
    points.set(piece.points, 3 * point);
    cell += piece.cellTypes.length;
    corner += piece.cellPoints.length;
    point += piece.points.length / 3;
  }
  const polyhedra = joinPolyhedra(pieces);
  return {
    points,
    cellOffsets,
    cellPoints,
    cellTypes,
    ...(polyhedra ? { polyhedra } : {}),
    pointData: joinArrays(pieces.map((piece) => piece.pointData)),
    cellData: joinArrays(pieces.map((piece) => piece.cellData)),
  };
}

function joinPolyhedra(pieces: readonly Piece[]): PolyhedronFaceList | undefined {
  if (pieces.every((piece) => !piece.polyhedra)) return undefined;
  const sum = (size: (piece: Piece) => number) => pieces.reduce((total, piece) => total + size(piece), 0);
  const cellFaceOffsets = new Int32Array(sum((piece) => piece.cellTypes.length) + 1);
  const offsets = new Int32Array(sum((piece) => (piece.polyhedra?.offsets.length ?? 1) - 1) + 1);
  const points = new Int32Array(sum((piece) => piece.polyhedra?.points.length ?? 0));
  let [cell, face, corner, point] = [0, 0, 0, 0];
  for (const piece of pieces) {
    const { polyhedra } = piece;
    for (let c = 0; c < piece.cellTypes.length; c++)
      cellFaceOffsets[cell + c + 1] = face + (polyhedra?.cellFaceOffsets[c + 1] ?? 0);
    for (let f = 1; f < (polyhedra?.offsets.length ?? 0); f++)
      offsets[face + f] = corner + polyhedra!.offsets[f];
    polyhedra?.points.forEach((p, i) => {
      points[corner + i] = point + p;
    });
    cell += piece.cellTypes.length;
    face += (polyhedra?.offsets.length ?? 1) - 1;
    corner += polyhedra?.points.length ?? 0;
    point += piece.points.length / 3;
  }
  return { cellFaceOffsets, offsets, points };
}

function joinArrays(all: readonly FileArrays[]): FileArrays {
  const data: Record<string, FileArray> = {};
  for (const [name, first] of Object.entries(all[0])) {
    const parts = all.map((arrays) => (Object.hasOwn(arrays, name) ? arrays[name] : undefined));
    if (parts.some((part) => part?.components !== first.components || part.type !== first.type))
      throw new FileError(`readVtu: array '${excerpt(name)}' is missing or different in one of the pieces.`);
    const values: NumberArray = arrayOfType(
      first.type,
      parts.reduce((sum, part) => sum + part!.values.length, 0),
    );
    let offset = 0;
    for (const part of parts) {
      values.set(part!.values, offset);
      offset += part!.values.length;
    }
    define(data, name, { ...first, values });
  }
  return data;
}
