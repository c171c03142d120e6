import type { Mesh } from '../geometry/mesh.js';

/** ūᵀu over few or many cells. */
export interface Cotangent {
  readonly cells: Int32Array;
  readonly weights: Float64Array;
}

/** f(v) ≥ value + ūᵀ(v − u) for every field v, u the one that the cut was made at. */
export interface FieldCut {
  readonly value: number;
  readonly cotangent: Cotangent;
}

/** A convex function of a temperature field. */
export interface FieldFunction {
  readonly name: string;
  value(u: Float64Array): number;
  /** Cuts at u, the first one touches f there; `most` at most, from where else the function may come to count. */
  cuts(u: Float64Array, most: number): readonly FieldCut[];
  /** Differentiable everywhere: its one cut is its tangent */
  readonly smooth: boolean;
  /** Of a quadratic function: ½ its second derivative along a and b. */
  readonly curvature?: (a: Float64Array, b: Float64Array) => number;
}

const NOTHING: Cotangent = { cells: new Int32Array(0), weights: new Float64Array(0) };

/** max over the cells of sign · u, with a cut for every local maximum. */
export function largestValue(mesh: Mesh, cells: Int32Array, sign: 1 | -1): FieldFunction {
  const value = (u: Float64Array) =>
    cells.reduce((most, cell) => Math.max(most, sign * u[cell]), Number.NEGATIVE_INFINITY);
  return {
    name: sign > 0 ? 'largest temperature' : 'smallest temperature',
    smooth: false,
    value,
    cuts: (u, most) =>
      localMaxima(mesh, cells, u, sign, most).map((cell) => ({
        value: sign * u[cell],
        cotangent: { cells: Int32Array.of(cell), weights: Float64Array.of(sign) },
      })),
  };
}

/** max(0, f − level). */
export function excessOf(f: FieldFunction, level: number): FieldFunction {
  return {
    name: `excess of the ${f.name}`,
    smooth: false,
    value: (u) => Math.max(0, f.value(u) - level),
    cuts: (u, most) => {
      const above = f.cuts(u, most).map((cut) => ({ ...cut, value: cut.value - level }));
      const zero = { value: 0, cotangent: NOTHING };
      return above[0].value > 0 ? [...above, zero] : [zero, ...above];
    },
  };
}

/** τ ln(Σ e^{u/τ}/n): at most max u, at least that less τ ln n (Kreisselmeier & Steinhauser 1979). */
export function smoothLargestValue(cells: Int32Array, smoothing: number): FieldFunction {
  const shares = (u: Float64Array) => {
    const most = cells.reduce((largest, cell) => Math.max(largest, u[cell]), Number.NEGATIVE_INFINITY);
    const weights = Float64Array.from(cells, (cell) => Math.exp((u[cell] - most) / smoothing));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return {
      value: most + smoothing * Math.log(sum / cells.length),
      weights: weights.map((weight) => weight / sum),
    };
  };
  return {
    name: 'smooth largest temperature',
    smooth: true,
    value: (u) => shares(u).value,
    cuts: (u) => {
      const { value, weights } = shares(u);
      return [{ value, cotangent: { cells, weights } }];
    },
  };
}

/** ∫u/∫1, `shares` of the volume by cell. */
export function meanValue(cells: Int32Array, shares: Float64Array): FieldFunction {
  const value = (u: Float64Array) => weighted(cells, shares, u);
  return {
    name: 'mean temperature',
    smooth: true,
    value,
    cuts: (u) => [{ value: value(u), cotangent: { cells, weights: shares } }],
    curvature: () => 0,
  };
}

/** ∫(u − ū)²/∫1. */
export function variance(cells: Int32Array, shares: Float64Array): FieldFunction {
  const product = (a: Float64Array, b: Float64Array) => {
    const [meanA, meanB] = [weighted(cells, shares, a), weighted(cells, shares, b)];
    return cells.reduce((sum, cell, i) => sum + shares[i] * (a[cell] - meanA) * (b[cell] - meanB), 0);
  };
  return {
    name: 'variance of the temperature',
    smooth: true,
    value: (u) => product(u, u),
    cuts: (u) => {
      const mean = weighted(cells, shares, u);
      const weights = Float64Array.from(cells, (cell, i) => 2 * shares[i] * (u[cell] - mean));
      return [{ value: product(u, u), cotangent: { cells, weights } }];
    },
    curvature: product,
  };
}

/** ∫(u − field)²/∫1. */
export function squaredDistance(cells: Int32Array, shares: Float64Array, field: Float64Array): FieldFunction {
  const value = (u: Float64Array) =>
    cells.reduce((sum, cell, i) => sum + shares[i] * (u[cell] - field[cell]) ** 2, 0);
  return {
    name: 'distance to the target',
    smooth: true,
    value,
    cuts: (u) => {
      const weights = Float64Array.from(cells, (cell, i) => 2 * shares[i] * (u[cell] - field[cell]));
      return [{ value: value(u), cotangent: { cells, weights } }];
    },
    curvature: (a, b) => cells.reduce((sum, cell, i) => sum + shares[i] * a[cell] * b[cell], 0),
  };
}

const weighted = (cells: Int32Array, weights: Float64Array, u: Float64Array) =>
  cells.reduce((sum, cell, i) => sum + weights[i] * u[cell], 0);

/** Cells whose sign · u no neighbour among `cells` exceeds, hottest first: where the maximum may move to. */
export function localMaxima(
  { internalFaceCount, owner, neighbour, cellCount }: Mesh,
  cells: Int32Array,
  u: Float64Array,
  sign: 1 | -1,
  most: number,
): number[] {
  const within = new Uint8Array(cellCount);
  for (const cell of cells) within[cell] = 1;
  const exceeded = new Uint8Array(cellCount);
  for (let face = 0; face < internalFaceCount; face++) {
    const [a, b] = [owner[face], neighbour[face]];
    if (!within[a] || !within[b]) continue;
    if (sign * u[a] > sign * u[b] || (u[a] === u[b] && a < b)) exceeded[b] = 1;
    else exceeded[a] = 1;
  }
  const found = Array.from(cells).filter((cell) => !exceeded[cell]);
  return found.sort((a, b) => sign * (u[b] - u[a]) || a - b).slice(0, Math.max(1, most));
}

/** Σ weight · cotangent as one. */
export function sumOfCotangents(
  parts: readonly { readonly weight: number; readonly cotangent: Cotangent }[],
  cellCount: number,
): Cotangent {
  const sum = new Float64Array(cellCount);
  for (const { weight, cotangent } of parts) {
    cotangent.cells.forEach((cell, i) => {
      sum[cell] += weight * cotangent.weights[i];
    });
  }
  const cells = Int32Array.from(sum.keys()).filter((cell) => sum[cell] !== 0);
  return { cells, weights: Float64Array.from(cells, (cell) => sum[cell]) };
}
