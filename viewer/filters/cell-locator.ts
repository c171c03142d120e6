import { boundingBox } from '../../geometry/bounding-box.js';
import type { CellSet } from './cell-set.js';
import { type SplitCell, splitCell } from './split-cell.js';

/** A place inside a cell: value = Σ weights[k] f[points[k]] of a linear interpolation there. */
export interface Place {
  readonly cell: number;
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

/** Cells per bin of the grid that they are looked up in, on average. */
const CELLS_PER_BIN = 4;
/** A place this far outside a simplex, in barycentric coordinates, still counts as inside: faces must not leave gaps. */
const TOLERANCE = 1e-9;

/**
 * Finds the cell at a place: cells are listed in the bins of a regular grid that their bounding boxes touch, and tried as the
 * tetrahedra (2D: triangles, seen along z) that they split into. The cell found last is tried first.
 */
export class CellLocator {
  private readonly low: readonly number[];
  private readonly scale: number[] = [];
  private readonly size: number[] = [];
  private readonly starts: Int32Array;
  private readonly members: Int32Array;
  private readonly split: SplitCell = [];
  private last = -1;

  constructor(private readonly cells: CellSet) {
    const { points, cellCount, dimension } = cells;
    const { low, high, longestSide } = boundingBox(points, 3);
    this.low = low;
    const extent = low.map((value, axis) => high[axis] - value);
    const used = extent.map((length, axis) => (axis < dimension ? Math.max(length, 1e-3 * longestSide) : 0));
    const volume = used.slice(0, dimension).reduce((product, length) => product * length, 1);
    const side = (volume / Math.max(1, cellCount / CELLS_PER_BIN)) ** (1 / dimension);
    for (let axis = 0; axis < 3; axis++) {
      this.size.push(axis < dimension ? Math.max(1, Math.min(512, Math.ceil(used[axis] / side))) : 1);
      this.scale.push(axis < dimension ? this.size[axis] / used[axis] : 0);
    }
    const binCount = this.size[0] * this.size[1] * this.size[2];
    this.starts = new Int32Array(binCount + 1);
    this.forEachBin((_, bin) => {
      this.starts[bin + 1]++;
    });
    for (let bin = 0; bin < binCount; bin++) this.starts[bin + 1] += this.starts[bin];
    this.members = new Int32Array(this.starts[binCount]);
    const next = this.starts.slice();
    this.forEachBin((cell, bin) => {
      this.members[next[bin]++] = cell;
    });
  }

  /** The cell at (x, y, z), or undefined outside of all. */
  find(x: number, y: number, z: number): Place | undefined {
    if (this.last >= 0) {
      const place = this.inside(this.last, x, y, z);
      if (place) return place;
    }
    let bin = 0;
    for (let axis = 2; axis >= 0; axis--) {
      const at = (axis === 0 ? x : axis === 1 ? y : z) - this.low[axis];
      const index = Math.floor(at * this.scale[axis]);
      // the far side belongs to the last bin
      const inside = index === this.size[axis] ? index - 1 : index;
      if (inside < 0 || inside >= this.size[axis]) return undefined;
      bin = bin * this.size[axis] + inside;
    }
    for (let i = this.starts[bin]; i < this.starts[bin + 1]; i++) {
      const place = this.inside(this.members[i], x, y, z);
      if (!place) continue;
      this.last = this.members[i];
      return place;
    }
    return undefined;
  }

  private inside(cell: number, x: number, y: number, z: number): Place | undefined {
    const { points, dimension, cellOffsets, cellPoints } = this.cells;
    if (dimension === 2) {
      const start = cellOffsets[cell];
      for (let i = start + 1; i + 1 < cellOffsets[cell + 1]; i++) {
        const corners = [cellPoints[start], cellPoints[i], cellPoints[i + 1]];
        const weights = triangleWeights(points, corners, x, y);
        if (weights) return { cell, points: corners, weights };
      }
      return undefined;
    }
    splitCell(this.cells, cell, this.split);
    for (let t = 0; t < this.split.length; t += 5) {
      const weights = tetrahedronWeights(points, this.split, t, x, y, z);
      if (weights) return { cell, points: this.split.slice(t, t + 4), weights };
    }
    return undefined;
  }

  private forEachBin(visit: (cell: number, bin: number) => void): void {
    const { points, cellCount, cellOffsets, cellPoints } = this.cells;
    const from = [0, 0, 0];
    const to = [0, 0, 0];
    for (let cell = 0; cell < cellCount; cell++) {
      for (let axis = 0; axis < 3; axis++) {
        let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (let i = cellOffsets[cell]; i < cellOffsets[cell + 1]; i++) {
          const value = points[3 * cellPoints[i] + axis];
          if (value < low) low = value;
          if (value > high) high = value;
        }
        const last = this.size[axis] - 1;
        from[axis] = Math.max(0, Math.min(last, Math.floor((low - this.low[axis]) * this.scale[axis])));
        to[axis] = Math.max(0, Math.min(last, Math.floor((high - this.low[axis]) * this.scale[axis])));
      }
      for (let k = from[2]; k <= to[2]; k++)
        for (let j = from[1]; j <= to[1]; j++)
          for (let i = from[0]; i <= to[0]; i++) visit(cell, (k * this.size[1] + j) * this.size[0] + i);
    }
  }
}

/** The value of a field at a place: the cell's, or interpolated between points. */
export function valueAt(
  place: Place,
  { association, values }: { association: 'cell' | 'point'; values: ArrayLike<number> },
): number {
  if (association === 'cell') return values[place.cell];
  return place.points.reduce((sum, p, k) => sum + place.weights[k] * values[p], 0);
}

function triangleWeights(points: Float64Array, corners: readonly number[], x: number, y: number) {
  const [a, b, c] = corners.map((p) => 3 * p);
  const [ux, uy] = [points[b] - points[a], points[b + 1] - points[a + 1]];
  const [vx, vy] = [points[c] - points[a], points[c + 1] - points[a + 1]];
  const [wx, wy] = [x - points[a], y - points[a + 1]];
  const determinant = ux * vy - uy * vx;
  const s = (wx * vy - wy * vx) / determinant;
  const t = (ux * wy - uy * wx) / determinant;
  return s >= -TOLERANCE && t >= -TOLERANCE && s + t <= 1 + TOLERANCE ? [1 - s - t, s, t] : undefined;
}

function tetrahedronWeights(
  points: Float64Array,
  split: SplitCell,
  start: number,
  x: number,
  y: number,
  z: number,
): number[] | undefined {
  const a = 3 * split[start];
  const b = 3 * split[start + 1];
  const c = 3 * split[start + 2];
  const d = 3 * split[start + 3];
  const [ux, uy, uz] = [points[b] - points[a], points[b + 1] - points[a + 1], points[b + 2] - points[a + 2]];
  const [vx, vy, vz] = [points[c] - points[a], points[c + 1] - points[a + 1], points[c + 2] - points[a + 2]];
  const [wx, wy, wz] = [points[d] - points[a], points[d + 1] - points[a + 1], points[d + 2] - points[a + 2]];
  const [px, py, pz] = [x - points[a], y - points[a + 1], z - points[a + 2]];
  const [nx, ny, nz] = [vy * wz - vz * wy, vz * wx - vx * wz, vx * wy - vy * wx];
  const determinant = ux * nx + uy * ny + uz * nz;
  const s = (px * nx + py * ny + pz * nz) / determinant;
  if (!(s >= -TOLERANCE && s <= 1 + TOLERANCE)) return undefined;
  // Cramer's rule for p = s u + t v + r w, with u × p
  const [mx, my, mz] = [uy * pz - uz * py, uz * px - ux * pz, ux * py - uy * px];
  const t = (wx * mx + wy * my + wz * mz) / determinant;
  const r = -(vx * mx + vy * my + vz * mz) / determinant;
  if (!(t >= -TOLERANCE && r >= -TOLERANCE && s + t + r <= 1 + TOLERANCE)) return undefined;
  return [1 - s - t - r, s, t, r];
}
