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
  private readonly left = [0];
  private readonly bottom = [0];
  /** Size at every corner */
  private readonly sizes = new Map<number, number>();
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
    const length = this.length(square);
    const [u, v] = [(px - left[square]) / length, (py - bottom[square]) / length];
    const i = 4 * square;
    return (
      (1 - v) * ((1 - u) * stored[i] + u * stored[i + 1]) + v * ((1 - u) * stored[i + 2] + u * stored[i + 3])
    );
  }

  store(): void {
    this.stored = new Float64Array(4 * this.child.length);
    this.forEachLeaf((square, length) => {
      this.corners(square, length).forEach(({ size }, i) => {
        this.stored[4 * square + i] = size;
      });
    });
  }

  /** h(corner) ≤ h(other corner) + gradation · distance for the corners of every leaf, smallest sizes first. */
  limitGradation(): void {
    const { sizes, full } = this;
    const around = new Map<number, [number, number][]>();
    this.forEachLeaf((square, length) => {
      const corners = this.corners(square, length);
      for (const a of corners)
        for (const b of corners) {
          if (a === b) continue;
          const distance = Math.hypot(a.x - b.x, a.y - b.y) / full;
          const list = around.get(a.key);
          if (list) list.push([b.key, distance]);
          else around.set(a.key, [[b.key, distance]]);
        }
    });
    const heap = new MinimumHeap();
    for (const [key, value] of sizes) if (Number.isFinite(value)) heap.push(value, key);
    for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
      if (entry.value > sizes.get(entry.key)!) continue;
      for (const [key, distance] of around.get(entry.key) ?? []) {
        const limit = entry.value + this.options.gradation * distance;
        if (limit >= sizes.get(key)!) continue;
        sizes.set(key, limit);
        heap.push(limit, key);
      }
    }
  }

  private isTooLong(square: number): boolean {
    if (this.level[square] < FIRST_LEVEL) return true;
    const length = this.length(square);
    const smallest = Math.min(...this.corners(square, length).map(({ size }) => size));
    return this.level[square] < DEEPEST_LEVEL && length / this.full > SIZES_PER_SQUARE * smallest;
  }

  /** Divides a square, and before it all beside it that are larger, so that neighbours differ by one level at most. */
  private divide(square: number): void {
    const { left, bottom, full, level } = this;
    const length = this.length(square);
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

  private length(square: number): number {
    return 2 ** (DEEPEST_LEVEL - this.level[square]);
  }

  private corners(square: number, length: number) {
    return [0, 1, 2, 3].map((i) => {
      const x = this.left[square] + (i & 1) * length;
      const y = this.bottom[square] + (i >> 1) * length;
      const key = this.key(x, y);
      let size = this.sizes.get(key);
      if (size === undefined) {
        size = this.size(x / this.full, y / this.full);
        this.sizes.set(key, size);
      }
      return { key, x, y, size };
    });
  }

  private forEachLeaf(visit: (square: number, length: number) => void): void {
    for (let square = 0; square < this.child.length; square++)
      if (this.child[square] < 0) visit(square, this.length(square));
  }

  private key(x: number, y: number): number {
    return x * (2 * this.full) + y;
  }
}
