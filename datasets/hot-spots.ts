import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import type { Mesh } from '../geometry/mesh.js';

/** Each a range [low, high], both included. */
export interface HotSpotsOptions {
  /** Spots in one source */
  count?: readonly [number, number];
  /** Heights before scaling */
  amplitude?: readonly [number, number];
  /** Standard deviations of the bells, as fractions of the longest side of the bounding box */
  width?: readonly [number, number];
}

export const HOT_SPOTS_DEFAULTS = { count: [2, 6], amplitude: [0.5, 2], width: [0.02, 0.08] } as const;

export type HotSpots = Readonly<{ kind: 'hot-spots' } & Required<HotSpotsOptions>>;

/**
 * Heating q ≥ 0 by a few Gaussian bells, scaled to a mean of 1 over cells (not over volume):
 *
 *     q(x) = Σ_s A_s exp(−|x − c_s|²/(2 σ_s²)) / mean over cells
 *
 * with as many spots as drawn from `count`, each at the centroid of a random cell, A_s and σ_s uniform in their ranges.
 *
 * Source: NPSolver (arXiv 2605.25786), the sources of its boundary control, on a domain of side 2π there.
 * @throws InvalidInputError for ranges that are not positive, in order and finite
 */
export function hotSpots(options: HotSpotsOptions = {}): HotSpots {
  const source = { kind: 'hot-spots' as const, ...HOT_SPOTS_DEFAULTS, ...options };
  for (const name of ['count', 'amplitude', 'width'] as const) {
    const [low, high] = source[name];
    if (!(low > 0 && low <= high && Number.isFinite(high))) {
      throw new InvalidInputError(
        `hotSpots: ${name} must be [low, high] with 0 < low ≤ high, got [${source[name]}]`,
      );
    }
  }
  if (!source.count.every(Number.isInteger)) {
    throw new InvalidInputError(`hotSpots: count must be two integers, got [${source.count}]`);
  }
  return source;
}

/** `count` sources, each `[cell]`. */
export function sampleHotSpots(source: HotSpots, mesh: Mesh, random: Random, count = 1): Float64Array[] {
  const { longestSide } = meshBoundingBox(mesh);
  return Array.from({ length: count }, () => {
    const values = new Float64Array(mesh.cellCount);
    const spots = random.integer(source.count[0], source.count[1]);
    for (let spot = 0; spot < spots; spot++) {
      const centre = random.integer(0, mesh.cellCount - 1);
      const amplitude = random.uniform(source.amplitude[0], source.amplitude[1]);
      const deviation = random.uniform(source.width[0], source.width[1]) * longestSide;
      addBell(values, mesh, centre, amplitude, deviation);
    }
    let sum = 0;
    for (const value of values) sum += value;
    const scale = mesh.cellCount / sum;
    for (let cell = 0; cell < values.length; cell++) values[cell] *= scale;
    return values;
  });
}

function addBell(
  values: Float64Array,
  { dimension, cellCentroids }: Mesh,
  centre: number,
  amplitude: number,
  deviation: number,
): void {
  const rate = 1 / (2 * deviation * deviation);
  for (let cell = 0; cell < values.length; cell++) {
    let squared = 0;
    for (let axis = 0; axis < dimension; axis++) {
      squared += (cellCentroids[cell * dimension + axis] - cellCentroids[centre * dimension + axis]) ** 2;
    }
    values[cell] += amplitude * Math.exp(-rate * squared);
  }
}
