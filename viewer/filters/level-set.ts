import { BLOCK_CELLS, type BlockRanges } from './cell-blocks.js';
import type { CellSet } from './cell-set.js';
import { type SplitCell, splitCell } from './split-cell.js';
import { type Triangles, TriangleWriter } from './triangles.js';

export interface LevelSetOptions {
  /** Ranges of f from {@link blockRanges}, to pass over cells that cannot meet the level */
  readonly blocks?: BlockRanges;
  /** `[cell]` 1, or 0 for cells to leave out */
  readonly keep?: Uint8Array;
}

/**
 * The surface {f = level} inside 3D cells, f linear in each tetrahedron between its values at the points: an iso-surface, and,
 * for f = n·x, the cut by a plane. Cells other than tetrahedra are split first. A point with f = level counts as below, so that
 * a plane through points is covered once.
 * Source: marching tetrahedra, A. Doi and A. Koide, IEICE Transactions E74 (1991) 214.
 *
 * @param f `[point]`; cells with a point where it is not finite are left out
 */
export function levelSet(
  cells: CellSet,
  f: Float64Array | Float32Array,
  level: number,
  { blocks, keep }: LevelSetOptions = {},
): Triangles {
  const { cellCount, cellOffsets, cellPoints } = cells;
  const side = sidesOf(f, level);
  const writer = new TriangleWriter();
  const march = marcher(f, level, side, writer);
  const split: SplitCell = [];
  for (let start = 0, block = 0; start < cellCount; start += BLOCK_CELLS, block++) {
    if (blocks && (blocks.minima[block] > level || blocks.maxima[block] <= level)) continue;
    const end = Math.min(cellCount, start + BLOCK_CELLS);
    if (cells.tetrahedra) {
      for (let cell = start, i = 4 * start; cell < end; cell++, i += 4) {
        const code =
          side[cellPoints[i]] |
          (side[cellPoints[i + 1]] << 1) |
          (side[cellPoints[i + 2]] << 2) |
          (side[cellPoints[i + 3]] << 3);
        if (code === 0 || code >= 15 || keep?.[cell] === 0) continue;
        march(cell, cellPoints[i], cellPoints[i + 1], cellPoints[i + 2], cellPoints[i + 3], code, 15);
      }
      continue;
    }
    for (let cell = start; cell < end; cell++) {
      let below = 0;
      let above = 0;
      let missing = 0;
      for (let i = cellOffsets[cell]; i < cellOffsets[cell + 1]; i++) {
        const s = side[cellPoints[i]];
        missing |= s & MISSING;
        if (s === 0) below = 1;
        else above = 1;
      }
      if (below === 0 || above === 0 || missing !== 0 || keep?.[cell] === 0) continue;
      splitCell(cells, cell, split);
      for (let t = 0; t < split.length; t += 5) {
        const code =
          side[split[t]] | (side[split[t + 1]] << 1) | (side[split[t + 2]] << 2) | (side[split[t + 3]] << 3);
        if (code === 0 || code >= 15) continue;
        march(cell, split[t], split[t + 1], split[t + 2], split[t + 3], code, split[t + 4]);
      }
    }
  }
  return writer.finish(cells.points);
}

/** Signed distance of every point from the plane n·x = offset, |n| = 1. */
export function planeDistances(
  points: Float64Array,
  [nx, ny, nz]: readonly number[],
  offset = 0,
): Float64Array {
  const distances = new Float64Array(points.length / 3);
  for (let p = 0, i = 0; p < distances.length; p++, i += 3)
    distances[p] = nx * points[i] + ny * points[i + 1] + nz * points[i + 2] - offset;
  return distances;
}

/** A side that makes every code of its cell at least 15. */
const MISSING = 16;

function sidesOf(f: Float64Array | Float32Array, level: number): Uint8Array {
  const side = new Uint8Array(f.length);
  for (let p = 0; p < f.length; p++) {
    const value = f[p];
    // the difference is NaN for infinities too
    side[p] = value - value !== 0 ? MISSING : value > level ? 1 : 0;
  }
  return side;
}

function marcher(f: Float64Array | Float32Array, level: number, side: Uint8Array, writer: TriangleWriter) {
  const corners = [0, 0, 0, 0];
  const from = [0, 0, 0];
  const to = [0, 0, 0];
  const fraction = [0, 0, 0];
  const crossing = (k: number, a: number, b: number) => {
    // from the lower point, so that the same place comes out of every cell around an edge
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    from[k] = low;
    to[k] = high;
    fraction[k] = (level - f[low]) / (f[high] - f[low]);
  };
  const bit = (mask: number, local: number, as: number) => (mask & (1 << local) ? 1 << as : 0);
  return (cell: number, a: number, b: number, c: number, d: number, code: number, mask: number): void => {
    corners[0] = a;
    corners[1] = b;
    corners[2] = c;
    corners[3] = d;
    let aboveCount = 0;
    for (let i = 0; i < 4; i++) aboveCount += side[corners[i]];
    if (aboveCount !== 2) {
      // one corner i apart from three: a triangle; its side opposite the crossing towards j lies on the face opposite j
      const apart = aboveCount === 1 ? code : 15 - code;
      const i = apart === 1 ? 0 : apart === 2 ? 1 : apart === 4 ? 2 : 3;
      let edges = 0;
      for (let k = 0, j = 0; j < 4; j++) {
        if (j === i) continue;
        crossing(k, corners[i], corners[j]);
        edges |= bit(mask, j, k++);
      }
      writer.add(cell, edges, from, to, fraction);
      return;
    }
    // two above (i, j), two below (k, l): a quadrilateral with corners ik, il, jl, jk
    let i = -1;
    let j = -1;
    let k = -1;
    let l = -1;
    for (let local = 0; local < 4; local++) {
      if (code & (1 << local)) {
        if (i < 0) i = local;
        else j = local;
      } else if (k < 0) k = local;
      else l = local;
    }
    crossing(0, corners[i], corners[k]);
    crossing(1, corners[i], corners[l]);
    crossing(2, corners[j], corners[l]);
    // sides: ik–il on the face opposite j, il–jl opposite k, jl–jk opposite i, jk–ik opposite l
    writer.add(cell, bit(mask, k, 0) | bit(mask, j, 2), from, to, fraction);
    crossing(1, corners[j], corners[l]);
    crossing(2, corners[j], corners[k]);
    writer.add(cell, bit(mask, i, 0) | bit(mask, l, 1), from, to, fraction);
  };
}
