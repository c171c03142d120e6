import { GeometryError } from '../common/errors.js';
import { MinimumHeap } from './minimum-heap.js';

/** Wanted edge length as a function of position, dimensionless, in the unit box. */
export type SizeFunction = (x: number, y: number) => number;

export interface SizeFieldOptions {
  /** Largest change of the size over a distance, |∇h| ≤ gradation */
  readonly gradation: number;
  /** Upper limit of the number of squares the field is stored in */
  readonly maximumSquares: number;
}

/** The unit box is divided this often before the sizes found there decide. */
const FIRST_LEVEL = 6;
const DEEPEST_LEVEL = 24;
/** Squares are divided while longer than this many of the smallest size at their corners. */
const SIZES_PER_SQUARE = 2;

/**
 * The largest h with h ≤ size and |∇h| ≤ gradation (up to 8 %, as distances are measured along the sides and diagonals of
 * squares), stored at the corners of a balanced quadtree and interpolated bilinearly. Details of `size` narrower than
 * 1/64 of the domain are seen only where they lie beside smaller sizes. Infinite sizes are allowed.
 *
 * @throws GeometryError if the sizes are so small that more than `maximumSquares` squares would be needed
 */
export function limitedSize(size: SizeFunction, options: SizeFieldOptions): SizeFunction {
  const tree = new QuadTree(size, options);
  tree.limitGradation();
  tree.store();
  return (x, y) => tree.at(x, y);
}

/** Squares as growing lists; corner positions are integers in units of the smallest square. */
class QuadTree {
  /** `[square]` first of its four children (in the order of their bits x, y), −1 for a leaf */
  private readonly child = [-1];
  private readonly level = [0];
  private readonly length = [2 ** DEEPEST_LEVEL];
  private readonly left = [0];
  private readonly bottom = [0];
  /** Index of the corner at a place, and the size at every corner */
  private readonly cornerAt = new Map<number, number>();
  private readonly sizes: number[] = [];
  /** `[square][4]` the same, for leaves, in the order of children */
  private stored = new Float64Array(0);
  private readonly full = 2 ** DEEPEST_LEVEL;

  constructor(
    private readonly size: SizeFunction,
    private readonly options: SizeFieldOptions,
  ) {
    for (let square = 0; square < this.child.length; square++)
      if (this.child[square] < 0 && this.isTooLong(square)) this.divide(square);
  }

  at(x: number, y: number): number {
    const { full, left, bottom, stored } = this;
    const px = Math.min(full, Math.max(0, x * full));
    const py = Math.min(full, Math.max(0, y * full));
    const square = this.leaf(px, py);
    const length = this.length[square];
    const [u, v] = [(px - left[square]) / length, (py - bottom[square]) / length];
    const i = 4 * square;
    return (
      (1 - v) * ((1 - u) * stored[i] + u * stored[i + 1]) + v * ((1 - u) * stored[i + 2] + u * stored[i + 3])
    );
  }

  store(): void {
    this.stored = new Float64Array(4 * this.child.length);
    for (let square = 0; square < this.child.length; square++)
      if (this.child[square] < 0)
        for (let i = 0; i < 4; i++) this.stored[4 * square + i] = this.sizes[this.corner(square, i)];
  }

  /** h(corner) ≤ h(other corner) + gradation · distance for the corners of every leaf, smallest sizes first. */
  limitGradation(): void {
    const { sizes, child, full } = this;
    const leaves = child.flatMap((first, square) => (first < 0 ? [square] : []));
    const corners = Int32Array.from(
      leaves.flatMap((square) => [0, 1, 2, 3].map((i) => this.corner(square, i))),
    );
    // the leaves around corner c: around[starts[c] .. starts[c + 1])
    const starts = new Int32Array(sizes.length + 1);
    for (const c of corners) starts[c + 1]++;
    for (let c = 0; c < sizes.length; c++) starts[c + 1] += starts[c];
    const around = new Int32Array(corners.length);
    const filled = starts.slice();
    corners.forEach((c, at) => {
      around[filled[c]++] = at;
    });
    const heap = new MinimumHeap();
    sizes.forEach((size, c) => {
      if (Number.isFinite(size)) heap.push(size, c);
    });
    for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
      if (entry.value > sizes[entry.key]) continue;
      for (let k = starts[entry.key]; k < starts[entry.key + 1]; k++) {
        const leaf = around[k] >> 2;
        const step = (this.options.gradation * this.length[leaves[leaf]]) / full;
        for (let i = 0; i < 4; i++) {
          const other = corners[4 * leaf + i];
          const diagonal = (i ^ (around[k] & 3)) === 3;
          const limit = entry.value + (diagonal ? Math.SQRT2 * step : step);
          if (limit >= sizes[other]) continue;
          sizes[other] = limit;
          heap.push(limit, other);
        }
      }
    }
  }

  private isTooLong(square: number): boolean {
    if (this.level[square] < FIRST_LEVEL) return true;
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 4; i++) smallest = Math.min(smallest, this.sizes[this.corner(square, i)]);
    return (
      this.level[square] < DEEPEST_LEVEL && this.length[square] / this.full > SIZES_PER_SQUARE * smallest
    );
  }

  /** Divides a square, and before it all beside it that are larger, so that neighbours differ by one level at most. */
  private divide(square: number): void {
    const { left, bottom, full, level } = this;
    const length = this.length[square];
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ]) {
      const [x, y] = [left[square] + (dx + 0.5) * length, bottom[square] + (dy + 0.5) * length];
      if (x < 0 || y < 0 || x > full || y > full) continue;
      const beside = this.leaf(x, y);
      if (level[beside] < level[square]) this.divide(beside);
    }
    if (this.child.length > this.options.maximumSquares)
      throw new GeometryError(
        'generateMesh: the cell sizes asked for are so small that more than maximumCells cells would be needed; choose larger ones or raise it.',
      );
    this.child[square] = this.child.length;
    for (let i = 0; i < 4; i++) {
      this.child.push(-1);
      this.level.push(level[square] + 1);
      this.length.push(length / 2);
      this.left.push(left[square] + ((i & 1) * length) / 2);
      this.bottom.push(bottom[square] + ((i >> 1) * length) / 2);
    }
  }

  private leaf(x: number, y: number): number {
    const { child, left, bottom } = this;
    let square = 0;
    while (child[square] >= 0) {
      const centre = child[square] + 3;
      square = child[square] + (x >= left[centre] ? 1 : 0) + (y >= bottom[centre] ? 2 : 0);
    }
    return square;
  }

  /** Index of the corner of a square on the right if i & 1 and at the top if i & 2; asks the size there the first time */
  private corner(square: number, i: number): number {
    const length = this.length[square];
    const x = this.left[square] + (i & 1) * length;
    const y = this.bottom[square] + (i >> 1) * length;
    const key = x * (2 * this.full) + y;
    const known = this.cornerAt.get(key);
    if (known !== undefined) return known;
    const index = this.sizes.push(this.size(x / this.full, y / this.full)) - 1;
    this.cornerAt.set(key, index);
    return index;
  }
}
