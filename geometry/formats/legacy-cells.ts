import { FileError } from '../../common/errors.js';
import type { MeshFile } from './mesh-file.js';
import type { NumberArray } from './number-arrays.js';
import { VTK_CELL } from './vtk-types.js';
import { facesOfStream } from './vtu-polyhedra.js';

export interface LegacyCells {
  /** The two numbers after CELLS */
  readonly counts: readonly [number, number];
  /** Since version 5: `[cell + 1]` */
  readonly offsets?: Int32Array;
  /** Points of the cells; before version 5 with their number in front of each cell */
  readonly stream: Int32Array;
}

/**
 * Cells of a legacy file. A polyhedron's list is [face count, (point count, points…) per face]; its points are taken from it.
 * @throws FileError if lists leave the file, types are missing or a point does not exist
 */
export function legacyCells(
  cells: LegacyCells,
  types: NumberArray,
  pointCount: number,
): Pick<MeshFile, 'cellOffsets' | 'cellPoints' | 'cellTypes' | 'polyhedra'> {
  const { cellOffsets: offsets, cellPoints: lists } = cells.offsets ? newLayout(cells) : oldLayout(cells);
  const cellCount = offsets.length - 1;
  if (types.length !== cellCount || types.some((type) => type < 0 || type > 255))
    throw new FileError(
      `readVtk: CELL_TYPES must hold a type from 0 to 255 for each of ${cellCount} cells, it holds ${types.length}; the file is corrupt.`,
    );
  const cellTypes = Uint8Array.from(types);
  const checked = (points: Int32Array) => {
    const outside = points.find((p) => p < 0 || p >= pointCount);
    if (outside !== undefined)
      throw new FileError(`readVtk: a cell names point ${outside}; there are ${pointCount} points.`);
    return points;
  };
  if (!cellTypes.includes(VTK_CELL.polyhedron))
    return { cellOffsets: offsets, cellPoints: checked(lists), cellTypes };

  const cellOffsets = new Int32Array(cellCount + 1);
  const cellPoints: number[] = [];
  const ends = new Int32Array(cellCount).fill(-1);
  const stream: number[] = [];
  for (let c = 0; c < cellCount; c++) {
    const list = lists.subarray(offsets[c], offsets[c + 1]);
    if (cellTypes[c] === VTK_CELL.polyhedron) {
      for (const value of list) stream.push(value);
      ends[c] = stream.length;
      const points = new Set<number>();
      for (let at = 1; at < list.length; at += 1 + Math.max(0, list[at]))
        for (let i = at + 1; i <= at + list[at] && i < list.length; i++) points.add(list[i]);
      for (const p of points) cellPoints.push(p);
    } else for (const p of list) cellPoints.push(p);
    cellOffsets[c + 1] = cellPoints.length;
  }
  const polyhedra = facesOfStream(ends, Int32Array.from(stream));
  checked(polyhedra.points);
  return { cellOffsets, cellPoints: checked(Int32Array.from(cellPoints)), cellTypes, polyhedra };
}

function newLayout({ offsets, stream }: LegacyCells) {
  const cellOffsets = offsets!;
  const wrong = cellOffsets.findIndex((offset, i) => (i === 0 ? offset !== 0 : offset < cellOffsets[i - 1]));
  if (wrong >= 0 || cellOffsets.length === 0 || cellOffsets[cellOffsets.length - 1] !== stream.length)
    throw new FileError(
      `readVtk: OFFSETS must rise from 0 to the ${stream.length} entries of CONNECTIVITY; the file is corrupt.`,
    );
  return { cellOffsets, cellPoints: stream };
}

function oldLayout({ counts: [cellCount], stream }: LegacyCells) {
  if (cellCount > stream.length)
    throw new FileError(
      `readVtk: CELLS holds ${stream.length} numbers for ${cellCount} cells; it is corrupt.`,
    );
  const cellOffsets = new Int32Array(cellCount + 1);
  const cellPoints = new Int32Array(stream.length - cellCount);
  let at = 0;
  for (let c = 0; c < cellCount; c++) {
    const size = stream[at++] ?? -1;
    if (size < 0 || at + size > stream.length || cellOffsets[c] + size > cellPoints.length)
      throw new FileError(
        `readVtk: cell ${c} has ${size} points, ${stream.length - at} numbers are left; the file is truncated or corrupt.`,
      );
    cellPoints.set(stream.subarray(at, at + size), cellOffsets[c]);
    cellOffsets[c + 1] = cellOffsets[c] + size;
    at += size;
  }
  if (at !== stream.length)
    throw new FileError(`readVtk: CELLS has ${stream.length - at} numbers too many; the file is corrupt.`);
  return { cellOffsets, cellPoints };
}
