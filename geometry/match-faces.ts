import { GeometryError } from '../common/errors.js';
import type { CellFaces } from './cell-faces.js';
import { STEP_CELLS, type Steps } from './steps.js';

/** Which of the faces listed cell by cell are one and the same. */
export interface MatchedFaces {
  /** `[internal face][2]` the face as listed by its owner and by its neighbour; by owner, then neighbour */
  readonly internal: Int32Array;
  /** `[boundary face]` the face as listed by its cell, ascending */
  readonly boundary: Int32Array;
  /** `[listed face]` cell */
  readonly cellOfFace: Int32Array;
}

/**
 * Finds the faces that two cells share: same points, run through in opposite directions. In steps of 3 times the faces.
 *
 * Faces are sorted by their least point, and those of one point filed in an open-addressing table under the two points beside
 * it, which every polygon has whatever its length. That table stays in the cache: the 6 million faces of a million hexahedra
 * take 0.5 s, with one table for all faces 1.8 s (as long if cells and points are shuffled), a `Map` of strings ten times that.
 * Comparing each with each would be quadratic where many cells meet at one point.
 *
 * @throws GeometryError if a face belongs to more than two cells, or to two on the same side of it
 */
export function* matchFaces(faces: CellFaces): Steps<MatchedFaces> {
  const { cellFaceOffsets, offsets, points } = faces;
  const listed = offsets.length - 1;
  const cellCount = cellFaceOffsets.length - 1;
  const cellOfFace = new Int32Array(listed);
  for (let c = 0; c < cellCount; c++) cellOfFace.fill(c, cellFaceOffsets[c], cellFaceOffsets[c + 1]);

  // position of the least point of every face, where comparison starts
  const least = new Int32Array(listed);
  for (let f = 0; f < listed; f++) {
    let best = offsets[f];
    for (let i = best + 1; i < offsets[f + 1]; i++) if (points[i] < points[best]) best = i;
    least[f] = best;
  }
  yield listed;
  const { starts, sorted } = sortByKey(least, points);
  yield 1.5 * listed;
  let largest = 0;
  for (let p = 0; p + 1 < starts.length; p++) largest = Math.max(largest, starts[p + 1] - starts[p]);
  const table = new Int32Array(tableSize(largest));
  const partner = new Int32Array(listed).fill(-1);
  let filed = 0;
  for (let p = 0; p + 1 < starts.length; p++) {
    if (starts[p] >= filed + STEP_CELLS) {
      filed = starts[p];
      yield 1.5 * listed + filed;
    }
    const size = tableSize(starts[p + 1] - starts[p]);
    table.fill(-1, 0, size);
    for (let i = starts[p]; i < starts[p + 1]; i++) file(sorted[i], size - 1);
  }

  yield 2.5 * listed;
  let internalCount = 0;
  for (let f = 0; f < listed; f++) if (partner[f] > f) internalCount++;
  const internal = new Int32Array(2 * internalCount);
  const boundary = new Int32Array(listed - 2 * internalCount);
  let [i, b] = [0, 0];
  for (let c = 0; c < cellCount; c++) {
    const first = i;
    for (let f = cellFaceOffsets[c]; f < cellFaceOffsets[c + 1]; f++) {
      if (partner[f] < 0) boundary[b++] = f;
      if (partner[f] <= f) continue;
      // insertion among the few faces of this owner keeps neighbours ascending
      let place = i++;
      for (; place > first && internal[2 * place - 1] > partner[f]; place--) {
        internal[2 * place] = internal[2 * place - 2];
        internal[2 * place + 1] = internal[2 * place - 1];
      }
      internal[2 * place] = f;
      internal[2 * place + 1] = partner[f];
    }
  }
  return { internal, boundary, cellOfFace };

  /** Finds the partner of a face among those filed before, or files it. */
  function file(f: number, mask: number): void {
    const start = offsets[f];
    const end = offsets[f + 1];
    const at = least[f];
    const after = points[at + 1 < end ? at + 1 : start];
    const before = points[at > start ? at - 1 : end - 1];
    let slot = hash(Math.min(after, before), Math.max(after, before)) & mask;
    for (; table[slot] >= 0; slot = (slot + 1) & mask) {
      const other = table[slot];
      if (offsets[other + 1] - offsets[other] !== end - start) continue;
      const opposite = runsAlong(f, other, -1);
      if (!opposite && !runsAlong(f, other, 1)) continue;
      if (partner[other] >= 0)
        throw new GeometryError(
          `createPolyhedralMesh: the face of points ${pointsOf(f)} is shared by more than two cells (${cellOfFace[other]}, ${cellOfFace[partner[other]]} and ${cellOfFace[f]}).`,
        );
      if (!opposite || cellOfFace[other] === cellOfFace[f])
        throw new GeometryError(
          `createPolyhedralMesh: cells ${cellOfFace[other]} and ${cellOfFace[f]} lie on the same side of the face of points ${pointsOf(f)}; they overlap, or one is inside out.`,
        );
      partner[other] = f;
      partner[f] = other;
      return;
    }
    table[slot] = f;
  }

  function runsAlong(f: number, other: number, direction: 1 | -1): boolean {
    const count = offsets[f + 1] - offsets[f];
    let i = least[f] - offsets[f];
    let j = least[other] - offsets[other];
    for (let k = 0; k < count; k++) {
      if (points[offsets[f] + i] !== points[offsets[other] + j]) return false;
      i = i + 1 === count ? 0 : i + 1;
      j = j + direction === count ? 0 : j + direction < 0 ? count - 1 : j + direction;
    }
    return true;
  }

  function pointsOf(f: number): string {
    return points.subarray(offsets[f], offsets[f + 1]).join(', ');
  }
}

/** Indices into `positions`, sorted by counting: those with key p = `keys[positions[i]]` are `sorted[starts[p] .. starts[p + 1])`. */
function sortByKey(positions: Int32Array, keys: Int32Array): { starts: Int32Array; sorted: Int32Array } {
  let greatest = -1;
  for (let i = 0; i < positions.length; i++) greatest = Math.max(greatest, keys[positions[i]]);
  // counted two places on: after the sums of the counts, scattering moves each entry to the start of the next
  const starts = new Int32Array(greatest + 3);
  for (let i = 0; i < positions.length; i++) starts[keys[positions[i]] + 2]++;
  for (let p = 2; p < starts.length; p++) starts[p] += starts[p - 1];
  const sorted = new Int32Array(positions.length);
  for (let i = 0; i < positions.length; i++) sorted[starts[keys[positions[i]] + 1]++] = i;
  return { starts: starts.subarray(0, greatest + 2), sorted };
}

/** A power of two that leaves at least half of the slots empty. */
function tableSize(entries: number): number {
  return 1 << Math.ceil(Math.log2(2 * entries + 2));
}

function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
