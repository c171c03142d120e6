import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import type { BoundaryControl } from './options.js';

/** Faces of a patch in the order in which one passes along it, face − internalFaceCount. */
export interface PatchFaces {
  readonly name: string;
  readonly faces: Int32Array;
}

export interface ControlShapes {
  readonly faces: Int32Array;
  /** `[parameter][face]` */
  readonly shapes: readonly Float64Array[];
  /** What a parameter is called within its control; '' where it is the only one */
  readonly labels: readonly string[];
}

/**
 * The columns of a control: indicators of groups of faces, or modes along its patches.
 *
 * @throws InvalidInputError for counts that are not positive integers and groups that are not integers
 */
export function controlShapes(
  mesh: Mesh,
  control: BoundaryControl,
  patches: readonly PatchFaces[],
): ControlShapes {
  const { shape = { kind: 'uniform' }, shared = false } = control;
  const merged = shape.kind === 'uniform' || shape.kind === 'groups';
  if (shape.kind === 'pieces' || shape.kind === 'modes') {
    if (!Number.isInteger(shape.count) || shape.count < 1) {
      throw new InvalidInputError(
        `controlBoundary: count of ${shape.kind} must be a positive integer, got ${shape.count}`,
      );
    }
  }
  const columns = new Map<string, Map<number, number>>();
  const put = (label: string, face: number, value: number) => {
    const column = columns.get(label) ?? new Map<number, number>();
    columns.set(label, column.set(face, value));
  };
  for (const { name, faces } of patches) {
    const prefix = merged || shared || patches.length === 1 ? '' : `${name} `;
    faces.forEach((face, rank) => {
      if (shape.kind === 'uniform') put('', face, 1);
      else if (shape.kind === 'pieces') {
        const piece = pieceOf(rank, faces.length, shape.count);
        put(`${prefix}${piece + 1} of ${shape.count}`, face, 1);
      } else if (shape.kind === 'groups') {
        const group = shape.groupOf(centroid(mesh, face));
        if (!Number.isInteger(group)) {
          throw new InvalidInputError(
            `controlBoundary: groupOf gave ${group}, expected a whole number (negative: none)`,
          );
        }
        if (group >= 0) put(`group ${group}`, face, 1);
      }
    });
    if (shape.kind !== 'modes') continue;
    const places = placesAlong(mesh, faces);
    const closed = isClosed(mesh, faces);
    for (let mode = 0; mode < shape.count; mode++) {
      faces.forEach((face, rank) => {
        put(`${prefix}mode ${mode}`, face, modeAt(mode, places[rank], closed));
      });
    }
  }
  const labels = [...columns.keys()].sort(byGroup);
  const used = [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))].sort(
    (a, b) => a - b,
  );
  return {
    faces: Int32Array.from(used),
    shapes: labels.map((label) => Float64Array.from(used, (face) => columns.get(label)!.get(face) ?? 0)),
    labels: labels.length === 1 && labels[0] === '' ? [''] : labels,
  };
}

const byGroup = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** As `patchGroups`: the first groups are the larger ones. */
function pieceOf(rank: number, faces: number, count: number): number {
  const share = Math.floor(faces / count);
  const larger = faces % count;
  return rank < larger * (share + 1)
    ? Math.floor(rank / (share + 1))
    : larger + Math.floor((rank - larger * (share + 1)) / share);
}

function centroid({ faceCentroids, dimension, internalFaceCount }: Mesh, face: number): number[] {
  const at = (internalFaceCount + face) * dimension;
  return Array.from(faceCentroids.subarray(at, at + dimension));
}

/** Middle of every face along the patch, by area, in [0, 1]. */
function placesAlong({ faceAreas, internalFaceCount }: Mesh, faces: Int32Array): Float64Array {
  const areas = Float64Array.from(faces, (face) => faceAreas[internalFaceCount + face]);
  const total = areas.reduce((sum, area) => sum + area, 0);
  let before = 0;
  return areas.map((area) => {
    const middle = (before + area / 2) / total;
    before += area;
    return middle;
  });
}

function isClosed(
  { dimension, facePoints, faceOffsets, internalFaceCount }: Mesh,
  faces: Int32Array,
): boolean {
  if (dimension !== 2 || facePoints.length === 0 || faces.length < 3) return false;
  const first = facePoints[faceOffsets[internalFaceCount + faces[0]]];
  const last = facePoints[faceOffsets[internalFaceCount + faces[faces.length - 1]] + 1];
  return first === last;
}

function modeAt(mode: number, place: number, closed: boolean): number {
  if (mode === 0) return 1;
  if (!closed) return Math.cos(Math.PI * mode * place);
  const wave = 2 * Math.PI * Math.ceil(mode / 2) * place;
  return mode % 2 === 1 ? Math.cos(wave) : Math.sin(wave);
}
