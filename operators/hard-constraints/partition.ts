import { InvalidInputError } from '../../common/errors.js';
import type { ConstraintProblem } from './residual.js';

/** Where one expert answers. */
export interface ExpertWindow {
  /** Points with χ > 0, ascending. */
  readonly points: Int32Array;
  /** χ of these points. */
  readonly weights: Float64Array;
}

/** A partition of unity Σ_k χ_k = 1 over the points of a problem. */
export interface Partition {
  readonly windows: readonly ExpertWindow[];
  /** `[point]`: the expert whose part of the domain a point lies in, whatever the overlap. */
  readonly owner: Int32Array;
}

export interface PartitionOptions {
  /**
   * How many experts, by recursive coordinate bisection into parts of nearly equal numbers of points; or, on a grid, how many
   * blocks along every axis, such as [1, 4]. Blocks are numbered with the last axis slowest.
   */
  readonly experts: number | readonly number[];
  /**
   * Width of the ramps by which windows cross-fade, as a share of the smaller neighbour's extent, from 0, where a window is an
   * indicator, to 1.
   */
  readonly overlap: number;
}

export const PARTITION_DEFAULTS: PartitionOptions = { experts: 1, overlap: 0 };

/**
 * Splits points among experts along a binary tree of cuts perpendicular to axes. With t the place of a cut and δ half the ramp's
 * width, a window on the lower side is χ ← χ · clamp(½ − (x − t)/2δ, 0, 1), on the upper one the rest of 1: the sum stays 1.
 *
 * @throws InvalidInputError for counts that are not positive integers, blocks of a problem without a grid, more blocks than
 * points along an axis, or an overlap outside [0, 1]
 */
export function partition(
  problem: Pick<ConstraintProblem, 'coordinates' | 'dimension' | 'grid'>,
  options: Partial<PartitionOptions> = {},
): Partition {
  const { experts, overlap } = { ...PARTITION_DEFAULTS, ...options };
  const { coordinates, dimension } = problem;
  const counts = typeof experts === 'number' ? [experts] : experts;
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    throw new InvalidInputError(
      `partition: numbers of experts should be positive integers, got ${counts.join(' × ')}`,
    );
  }
  if (!(overlap >= 0 && overlap <= 1)) {
    throw new InvalidInputError(`partition: the overlap should lie in [0, 1], got ${overlap}`);
  }
  if (typeof experts === 'number') {
    return alongTree(bisection(coordinates, dimension, experts), coordinates, dimension, overlap);
  }
  const { grid } = problem;
  if (grid?.length !== experts.length || experts.some((count, axis) => count > grid[axis])) {
    throw new InvalidInputError(
      `partition: ${experts.join(' × ')} blocks need a grid of as many axes and at least as many points along each, ` +
        `got ${grid ? grid.join(' × ') : 'points without a grid'}; give the number of experts instead`,
    );
  }
  return alongTree(blocks(grid, experts), gridIndices(grid), grid.length, overlap);
}

/** A cut x_axis = at between two parts, or an expert. */
type Tree =
  | number
  | { readonly axis: number; readonly at: number; readonly lower: Tree; readonly upper: Tree };

/** Halves the longest side at the quantile that gives every expert its share of the points. */
function bisection(coordinates: Float64Array, dimension: number, experts: number): Tree {
  const split = (points: Int32Array, first: number, count: number): Tree => {
    if (count === 1) return first;
    const [axis] = longestAxis(points, coordinates, dimension);
    const x = (point: number): number => coordinates[point * dimension + axis];
    const sorted = points.slice().sort((a, b) => x(a) - x(b) || a - b);
    const below = Math.floor(count / 2);
    const middle = Math.round((sorted.length * below) / count);
    const at =
      middle > 0 && middle < sorted.length ? (x(sorted[middle - 1]) + x(sorted[middle])) / 2 : Number.NaN;
    return {
      axis,
      at,
      lower: split(sorted.subarray(0, middle), first, below),
      upper: split(sorted.subarray(middle), first + below, count - below),
    };
  };
  const all = Int32Array.from({ length: coordinates.length / dimension }, (_, point) => point);
  return split(all, 0, experts);
}

function longestAxis(points: Int32Array, coordinates: Float64Array, dimension: number): [number, number] {
  let best: [number, number] = [0, -1];
  for (let axis = 0; axis < dimension; axis++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const point of points) {
      const x = coordinates[point * dimension + axis];
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    if (high - low > best[1]) best = [axis, high - low];
  }
  return best;
}

/** Equal blocks of grid indices; expert Σ_a index_a Π_{a′<a} count_a′. */
function blocks(grid: readonly number[], counts: readonly number[]): Tree {
  const split = (first: readonly number[], size: readonly number[]): Tree => {
    const axis = size.findIndex((count) => count > 1);
    if (axis < 0) {
      return first.reduce(
        (sum, index, a) => sum + index * counts.slice(0, a).reduce((product, count) => product * count, 1),
        0,
      );
    }
    const below = Math.floor(size[axis] / 2);
    const at = Math.round(((first[axis] + below) * grid[axis]) / counts[axis]) - 0.5;
    return {
      axis,
      at,
      lower: split(first, size.with(axis, below)),
      upper: split(first.with(axis, first[axis] + below), size.with(axis, size[axis] - below)),
    };
  };
  return split(
    counts.map(() => 0),
    counts,
  );
}

function gridIndices(grid: readonly number[]): Float64Array {
  const points = grid.reduce((product, count) => product * count, 1);
  const indices = new Float64Array(points * grid.length);
  for (let point = 0; point < points; point++) {
    for (let axis = grid.length - 1, left = point; axis >= 0; axis--) {
      indices[point * grid.length + axis] = left % grid[axis];
      left = Math.floor(left / grid[axis]);
    }
  }
  return indices;
}

interface Part {
  readonly points: Int32Array;
  readonly weights: Float64Array;
  /** Whether a point lies on this side of every cut. */
  readonly inside: Uint8Array;
}

function alongTree(tree: Tree, coordinates: Float64Array, dimension: number, overlap: number): Partition {
  const count = coordinates.length / dimension;
  const owner = new Int32Array(count);
  const windows: ExpertWindow[] = [];
  const descend = (node: Tree, part: Part): void => {
    if (typeof node === 'number') {
      windows[node] = { points: part.points, weights: part.weights };
      part.points.forEach((point, at) => {
        if (part.inside[at]) owner[point] = node;
      });
      return;
    }
    const { axis, at } = node;
    const x = (point: number): number => coordinates[point * dimension + axis];
    const extents = [extent(part, x, (value) => value < at), extent(part, x, (value) => !(value < at))];
    const reach = (overlap * Math.min(...extents)) / 2;
    const weightBelow = (point: number): number => {
      const distance = x(point) - at;
      if (!(reach > 0)) return x(point) < at ? 1 : 0;
      return Math.min(1, Math.max(0, 0.5 - distance / (2 * reach)));
    };
    descend(
      node.lower,
      narrowed(part, weightBelow, (point) => x(point) < at),
    );
    descend(
      node.upper,
      narrowed(
        part,
        (point) => 1 - weightBelow(point),
        (point) => !(x(point) < at),
      ),
    );
  };
  descend(tree, {
    points: Int32Array.from({ length: count }, (_, point) => point),
    weights: new Float64Array(count).fill(1),
    inside: new Uint8Array(count).fill(1),
  });
  return { windows, owner };
}

function extent(part: Part, x: (point: number) => number, wanted: (value: number) => boolean): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  part.points.forEach((point, at) => {
    const value = x(point);
    if (!part.inside[at] || !wanted(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  return Math.max(0, high - low);
}

function narrowed(part: Part, weight: (point: number) => number, inside: (point: number) => boolean): Part {
  const kept: number[] = [];
  const weights: number[] = [];
  const isInside: number[] = [];
  part.points.forEach((point, at) => {
    const value = part.weights[at] * weight(point);
    if (!(value > 0)) return;
    kept.push(point);
    weights.push(value);
    isInside.push(part.inside[at] && inside(point) ? 1 : 0);
  });
  return {
    points: Int32Array.from(kept),
    weights: Float64Array.from(weights),
    inside: Uint8Array.from(isInside),
  };
}
