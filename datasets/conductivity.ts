import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import type { Mesh } from '../geometry/mesh.js';
import { gaussianRandomField, sampleGaussianRandomField } from './gaussian-random-field.js';

export type UniformConductivity = Readonly<{ kind: 'uniform' }>;
export type LognormalConductivity = Readonly<{ kind: 'lognormal' } & Required<LognormalConductivityOptions>>;
export type Inclusions = Readonly<{ kind: 'inclusions' } & Required<InclusionsOptions>>;
export type RegionConductivity = Readonly<{ kind: 'regions' } & Required<RegionConductivityOptions>>;

/** A distribution of conductivities κ, relative to a κ of 1, as plain data. */
export type ConductivitySampler =
  | UniformConductivity
  | LognormalConductivity
  | Inclusions
  | RegionConductivity;

/** κ = 1 everywhere. */
export function uniformConductivity(): UniformConductivity {
  return { kind: 'uniform' };
}

export interface LognormalConductivityOptions {
  /** Of log κ, as in `gaussianRandomField` */
  correlationLength?: number;
  smoothness?: number | 'infinite';
  /** Standard deviation of log κ: nine of ten values lie within a factor e^{1.64 σ} of 1. */
  deviation?: number;
}

export const LOGNORMAL_CONDUCTIVITY_DEFAULTS = {
  correlationLength: 0.3,
  smoothness: 'infinite',
  deviation: 0.5,
} as const;

/** κ = exp(g) with g a Gaussian random field of zero mean: smooth, of median 1. */
export function lognormalConductivity(options: LognormalConductivityOptions = {}): LognormalConductivity {
  const sampler = { kind: 'lognormal' as const, ...LOGNORMAL_CONDUCTIVITY_DEFAULTS, ...options };
  gaussianRandomField(fieldOptions(sampler));
  return sampler;
}

/** Each a range [low, high], both included. */
export interface InclusionsOptions {
  count?: readonly [number, number];
  /** Radii of the discs or balls, as fractions of the longest side of the bounding box */
  radius?: readonly [number, number];
  /** κ inside over κ = 1 outside, log-uniform */
  contrast?: readonly [number, number];
}

export const INCLUSIONS_DEFAULTS = { count: [1, 4], radius: [0.05, 0.2], contrast: [0.1, 10] } as const;

/**
 * Discs (2D) or balls (3D) of another κ in a matrix of κ = 1: each centred at a random cell's centroid, of one κ; where
 * two overlap, the later one counts. A cell belongs to an inclusion as a whole, by its centroid.
 */
export function inclusions(options: InclusionsOptions = {}): Inclusions {
  const sampler = { kind: 'inclusions' as const, ...INCLUSIONS_DEFAULTS, ...options };
  if (!sampler.count.every(Number.isInteger)) {
    throw new InvalidInputError(`inclusions: count must be two integers, got [${sampler.count}]`);
  }
  for (const name of ['count', 'radius', 'contrast'] as const) {
    requireRange(`inclusions: ${name}`, sampler[name]);
  }
  return sampler;
}

export interface RegionConductivityOptions {
  /** κ of a region over 1, a range, log-uniform */
  contrast?: readonly [number, number];
}

export const REGION_CONDUCTIVITY_DEFAULTS = { contrast: [0.1, 10] } as const;

/** Every named region (material) of a mesh at a κ of its own; 1 where a mesh has no regions. */
export function regionConductivity(options: RegionConductivityOptions = {}): RegionConductivity {
  const sampler = { kind: 'regions' as const, ...REGION_CONDUCTIVITY_DEFAULTS, ...options };
  requireRange('regionConductivity: contrast', sampler.contrast);
  return sampler;
}

/** κ, `[cell]`; undefined where it is 1 everywhere. */
export function sampleConductivity(
  sampler: ConductivitySampler | undefined,
  mesh: Mesh,
  random: Random,
): Float64Array | undefined {
  if (sampler === undefined || sampler.kind === 'uniform') return undefined;
  if (sampler.kind === 'lognormal') {
    const [logarithm] = sampleGaussianRandomField(gaussianRandomField(fieldOptions(sampler)), mesh, random);
    return logarithm.map(Math.exp);
  }
  if (sampler.kind === 'inclusions') return sampleInclusions(sampler, mesh, random);
  if (!mesh.cellRegions || !mesh.regionNames) return undefined;
  const ofRegion = mesh.regionNames.map(() => logUniform(sampler.contrast, random));
  return Float64Array.from(mesh.cellRegions, (region) => ofRegion[region]);
}

function sampleInclusions(sampler: Inclusions, mesh: Mesh, random: Random): Float64Array {
  const { dimension, cellCount, cellCentroids } = mesh;
  const { longestSide } = meshBoundingBox(mesh);
  const conductivity = new Float64Array(cellCount).fill(1);
  const count = random.integer(sampler.count[0], sampler.count[1]);
  for (let inclusion = 0; inclusion < count; inclusion++) {
    const centre = random.integer(0, cellCount - 1);
    const radius = random.uniform(sampler.radius[0], sampler.radius[1]) * longestSide;
    const inside = logUniform(sampler.contrast, random);
    for (let cell = 0; cell < cellCount; cell++) {
      let squared = 0;
      for (let axis = 0; axis < dimension; axis++) {
        squared += (cellCentroids[cell * dimension + axis] - cellCentroids[centre * dimension + axis]) ** 2;
      }
      if (squared <= radius * radius) conductivity[cell] = inside;
    }
  }
  return conductivity;
}

const fieldOptions = ({ correlationLength, smoothness, deviation }: LognormalConductivity) => ({
  correlationLength,
  smoothness,
  deviation,
});

const logUniform = ([low, high]: readonly [number, number], random: Random) =>
  Math.exp(random.uniform(Math.log(low), Math.log(high)));

function requireRange(what: string, [low, high]: readonly [number, number]): void {
  if (low > 0 && low <= high && Number.isFinite(high)) return;
  throw new InvalidInputError(`${what} must be [low, high] with 0 < low ≤ high, got [${low}, ${high}]`);
}
