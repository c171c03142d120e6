import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import type { Mesh } from '../geometry/mesh.js';

export interface GaussianRandomFieldOptions {
  /** ℓ as a fraction of the longest side of the bounding box */
  correlationLength?: number;
  /** ν of the Matérn covariance, a multiple of 1/2: draws have ⌈ν⌉ − 1 derivatives; 'infinite' is the squared exponential */
  smoothness?: number | 'infinite';
  mean?: number;
  /** Standard deviation σ at every point */
  deviation?: number;
  /** Waves a draw is made of */
  waves?: number;
}

export const GAUSSIAN_RANDOM_FIELD_DEFAULTS = {
  correlationLength: 0.2,
  smoothness: 'infinite',
  mean: 0,
  deviation: 1,
  waves: 256,
} as const;

export type GaussianRandomField = Readonly<
  { kind: 'gaussian-random-field' } & Required<GaussianRandomFieldOptions>
>;

/**
 * A stationary isotropic Gaussian field at the cell centroids, with the Matérn covariance of r = |x − y|
 *
 *     C(r) = σ² 2^{1−ν}/Γ(ν) (√(2ν) r/ℓ)^ν K_ν(√(2ν) r/ℓ);   σ² exp(−r²/(2ℓ²)) for ν → ∞
 *
 * by random Fourier features: f(x) = m + σ W^{−½} Σ_w a_w cos(ω_w·x) + b_w sin(ω_w·x), a_w, b_w ~ N(0, 1) and ω_w from the
 * spectral density, which is a multivariate t distribution of 2ν degrees of freedom and scale 1/ℓ (normal for ν → ∞). Mean
 * and covariance are exact for any number of waves W and so is the normal distribution at one point; joint distributions
 * tend to normal ones like 1/W.
 *
 * Source: Rahimi & Recht, Random features for large-scale kernel machines, 2007; Matérn spectrum: Rasmussen & Williams,
 * Gaussian processes for machine learning, 2006, eq. 4.15.
 * @throws InvalidInputError for options out of range
 */
export function gaussianRandomField(options: GaussianRandomFieldOptions = {}): GaussianRandomField {
  const field = { kind: 'gaussian-random-field' as const, ...GAUSSIAN_RANDOM_FIELD_DEFAULTS, ...options };
  const { correlationLength, smoothness, mean, deviation, waves } = field;
  if (!(correlationLength > 0 && Number.isFinite(correlationLength))) {
    throw new InvalidInputError(
      `gaussianRandomField: correlationLength must be positive, got ${correlationLength}`,
    );
  }
  if (smoothness !== 'infinite' && !(smoothness > 0 && Number.isInteger(2 * smoothness))) {
    throw new InvalidInputError(
      `gaussianRandomField: smoothness must be a positive multiple of 1/2 or 'infinite', got ${smoothness}`,
    );
  }
  if (!(Number.isFinite(mean) && Number.isFinite(deviation) && deviation > 0)) {
    throw new InvalidInputError(
      `gaussianRandomField: mean must be finite and deviation positive, got ${mean} and ${deviation}`,
    );
  }
  if (!Number.isInteger(waves) || waves < 1) {
    throw new InvalidInputError(`gaussianRandomField: waves must be a positive integer, got ${waves}`);
  }
  return field;
}

/** `count` independent fields, each `[cell]`. */
export function sampleGaussianRandomField(
  field: GaussianRandomField,
  mesh: Mesh,
  random: Random,
  count = 1,
): Float64Array[] {
  const { dimension, cellCount, cellCentroids } = mesh;
  const { low, longestSide } = meshBoundingBox(mesh);
  return Array.from({ length: count }, () => {
    const values = new Float64Array(cellCount).fill(field.mean);
    for (let wave = 0; wave < field.waves; wave++) {
      const vector = waveVector(field, dimension, longestSide, random);
      const [a, b] = [random.normal(), random.normal()];
      // a cos θ + b sin θ as one cosine
      const amplitude = (field.deviation / Math.sqrt(field.waves)) * Math.hypot(a, b);
      let phase = -Math.atan2(b, a);
      for (let axis = 0; axis < dimension; axis++) phase -= vector[axis] * low[axis];
      for (let cell = 0; cell < cellCount; cell++) {
        let angle = phase;
        for (let axis = 0; axis < dimension; axis++) {
          angle += vector[axis] * cellCentroids[cell * dimension + axis];
        }
        values[cell] += amplitude * Math.cos(angle);
      }
    }
    return values;
  });
}

/** ω ~ N(0, I)/ℓ, over √(χ²_{2ν}/2ν) where ν is finite. */
function waveVector(
  { correlationLength, smoothness }: GaussianRandomField,
  dimension: number,
  longestSide: number,
  random: Random,
): number[] {
  let scale = 1 / (correlationLength * longestSide);
  if (smoothness !== 'infinite') {
    let chiSquared = 0;
    for (let degree = 0; degree < 2 * smoothness; degree++) chiSquared += random.normal() ** 2;
    scale /= Math.sqrt(chiSquared / (2 * smoothness));
  }
  return Array.from({ length: dimension }, () => scale * random.normal());
}
