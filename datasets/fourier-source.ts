import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import type { Mesh } from '../geometry/mesh.js';

export interface FourierSourceOptions {
  /** M, even: wave numbers −M/2 … M/2 − 1 in every direction */
  modes?: number;
  /** Mean and standard deviation of the constant γ. */
  offsetMean?: number;
  offsetDeviation?: number;
}

export const FOURIER_SOURCE_DEFAULTS = { modes: 10, offsetMean: -1, offsetDeviation: 1 } as const;

/** A random source as plain data: it crosses thread borders and is written into run configurations as it is. */
export type FourierSource = Readonly<{ kind: 'fourier' } & Required<FourierSourceOptions>>;

/**
 * A random trigonometric polynomial with a flat spectrum, scaled to the unit interval:
 *
 *     W(x̂) = Σ_k a_k sin(k·x̂) + b_k cos(k·x̂),  k ∈ {−M/2, …, M/2 − 1}^d,  a_k, b_k ~ N(0, 1)
 *     f(x̂) = (W(x̂) + γ) / (max |W + γ| + 1e-8),  γ ~ N(offsetMean, offsetDeviation²)
 *
 * at the cell centroids, with x̂ = 2π (x − x_min)/L, L the longest side of the part's bounding box: a part in
 * millimetres gets the same values as the same part in metres.
 *
 * Source: NPSolver (arXiv 2605.25786), 2D and 3D forcing.
 * @throws InvalidInputError for a mode count that is not an even positive integer
 */
export function fourierSource(options: FourierSourceOptions = {}): FourierSource {
  const source = { kind: 'fourier' as const, ...FOURIER_SOURCE_DEFAULTS, ...options };
  if (!Number.isInteger(source.modes) || source.modes < 2 || source.modes % 2 !== 0) {
    throw new InvalidInputError(
      `fourierSource: modes must be an even integer of at least 2, got ${source.modes}`,
    );
  }
  if (!Number.isFinite(source.offsetMean) || !(source.offsetDeviation >= 0)) {
    throw new InvalidInputError(
      'fourierSource: offsetMean must be finite and offsetDeviation not negative, ' +
        `got ${source.offsetMean} and ${source.offsetDeviation}`,
    );
  }
  return source;
}

/**
 * Dimension of the span of all draws in d directions, 2 M^d − (M − 1)^d: a sine and a cosine for each wave vector, but
 * k and −k, both present for the (M − 1)^d without a component −M/2, share theirs, and k = 0 has no sine.
 */
export function fourierSourceDimensions({ modes }: FourierSource, dimension: number): number {
  return 2 * modes ** dimension - (modes - 1) ** dimension;
}

/** The coefficients of one draw, `sine` and `cosine` in lexicographic order of k (last direction fastest). */
export interface FourierCoefficients {
  sine: Float64Array;
  cosine: Float64Array;
  offset: number;
}

export function drawFourierCoefficients(
  source: FourierSource,
  dimension: number,
  random: Random,
): FourierCoefficients {
  const count = source.modes ** dimension;
  const sine = new Float64Array(count);
  const cosine = new Float64Array(count);
  for (let mode = 0; mode < count; mode++) {
    sine[mode] = random.normal();
    cosine[mode] = random.normal();
  }
  return { sine, cosine, offset: source.offsetMean + source.offsetDeviation * random.normal() };
}

/**
 * `count` sources, each one value per cell with max |f| ≤ 1. With the one-dimensional tables
 * {1, cos x̂, …, cos M/2 x̂, sin x̂, …, sin M/2 x̂} per direction, a draw is one small coefficient tensor contracted
 * direction by direction: (M + 1)^d multiplications a cell instead of 2 M^d trigonometric calls.
 */
export function sampleFourierSource(
  source: FourierSource,
  mesh: Mesh,
  random: Random,
  count = 1,
): Float64Array[] {
  const tables = trigonometricTables(mesh, source.modes / 2);
  return Array.from({ length: count }, () => {
    const coefficients = drawFourierCoefficients(source, mesh.dimension, random);
    return evaluate(coefficients, source.modes, mesh, tables);
  });
}

/** `[direction][cell][M + 1]`: cos(j x̂) for j = 0 … M/2, then sin(j x̂) for j = 1 … M/2. */
function trigonometricTables(mesh: Mesh, highest: number): Float64Array[] {
  const { dimension, cellCount, cellCentroids } = mesh;
  const { low, longestSide } = meshBoundingBox(mesh);
  const width = 2 * highest + 1;
  return Array.from({ length: dimension }, (_, direction) => {
    const table = new Float64Array(cellCount * width);
    for (let cell = 0; cell < cellCount; cell++) {
      const angle =
        (2 * Math.PI * (cellCentroids[cell * dimension + direction] - low[direction])) / longestSide;
      for (let j = 0; j <= highest; j++) {
        table[cell * width + j] = Math.cos(j * angle);
        if (j > 0) table[cell * width + highest + j] = Math.sin(j * angle);
      }
    }
    return table;
  });
}

function evaluate(
  coefficients: FourierCoefficients,
  modes: number,
  mesh: Mesh,
  tables: readonly Float64Array[],
): Float64Array {
  const { cellCount, dimension } = mesh;
  const width = modes + 1;
  const tensor = productCoefficients(coefficients, modes, dimension);
  const values = new Float64Array(cellCount);
  const partial = new Float64Array(tensor.length / width);
  let largest = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    let current = tensor;
    let rows = partial.length;
    for (let direction = dimension - 1; direction >= 0; direction--) {
      const table = tables[direction];
      const start = cell * width;
      // row r is written after its inputs r·width … were read, so later directions may work in place
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let j = 0, at = row * width; j < width; j++) sum += current[at + j] * table[start + j];
        partial[row] = sum;
      }
      current = partial;
      rows /= width;
    }
    values[cell] = partial[0];
    largest = Math.max(largest, Math.abs(partial[0]));
  }
  const scale = 1 / (largest + 1e-8);
  for (let cell = 0; cell < cellCount; cell++) values[cell] *= scale;
  return values;
}

/**
 * Coefficients of W + γ on products of the one-dimensional tables. Per mode, with e^{i k·x̂} = Π_d (cos k_d x̂_d +
 * i sin k_d x̂_d), every choice of cos or sin per direction with s sines carries Re or Im of i^s:
 * s = 0: b, s = 1: a, s = 2: −b, s = 3: −a; a negative wave number flips the sign of its sine.
 */
function productCoefficients(
  { sine, cosine, offset }: FourierCoefficients,
  modes: number,
  dimension: number,
): Float64Array {
  const highest = modes / 2;
  const width = modes + 1;
  const tensor = new Float64Array(width ** dimension);
  for (let mode = 0; mode < sine.length; mode++) {
    const byPhase = [cosine[mode], sine[mode], -cosine[mode], -sine[mode]];
    for (let choice = 0; choice < 1 << dimension; choice++) {
      let at = 0;
      let sines = 0;
      let sign = 1;
      for (let direction = 0; direction < dimension; direction++) {
        const digit = Math.floor(mode / modes ** (dimension - 1 - direction)) % modes;
        const wave = digit - highest;
        const order = Math.abs(wave);
        if ((choice >> direction) & 1) {
          if (wave === 0) sign = 0;
          if (wave < 0) sign = -sign;
          sines++;
          at = at * width + highest + order;
        } else {
          at = at * width + order;
        }
      }
      if (sign !== 0) tensor[at] += sign * byPhase[sines];
    }
  }
  tensor[0] += offset;
  return tensor;
}
