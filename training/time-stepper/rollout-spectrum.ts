import { InvalidInputError } from '../../common/errors.js';
import { frameOf, type Trajectories } from '../../datasets/index.js';
import { realFourierTransform } from '../../solvers/real-fourier-transform.js';
import { requireSameLayout } from './rollout-errors.js';

/** Wave numbers of the low and middle band, both included; the high one lies above a quarter of the points. */
const LOW = [1, 4] as const;
const MIDDLE = [5, 16] as const;

/** E_k = |û_k|²/N², k = 0 … N/2, of one periodic field on an axis of N points, N even with factors 2, 3 and 5. */
export function energySpectrum(field: ArrayLike<number>): Float64Array {
  const points = field.length;
  const transform = realFourierTransform(points);
  const half = points / 2;
  const even = Float64Array.from({ length: half }, (_, i) => field[2 * i]);
  const odd = Float64Array.from({ length: half }, (_, i) => field[2 * i + 1]);
  const [re, im] = [new Float64Array(half + 1), new Float64Array(half + 1)];
  transform.forward(even, odd, re, im, half + 1);
  return re.map((real, k) => (real * real + im[k] * im[k]) / points ** 2);
}

/** Median of E_k over the trajectories at a frame, k = 0 … N/2. */
export function medianSpectrum(data: Trajectories, frame: number): Float64Array {
  const all = Array.from({ length: data.trajectories }, (_, trajectory) =>
    energySpectrum(frameOf(data, trajectory, frame)),
  );
  return all[0].map((_, k) => {
    const sorted = all.map((spectrum) => spectrum[k]).sort((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  });
}

/**
 * log₁₀ of the energy in a band of the roll-out over that of the reference, in decades: 0 is right, above it there is
 * noise, below it the field is damped. Median over the trajectories of one frame.
 */
export interface BandErrors {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Band errors of frame `frame`. @throws InvalidInputError for grids of more than one axis */
export function bandErrors(predicted: Trajectories, reference: Trajectories, frame: number): BandErrors {
  requireSameLayout(predicted, reference, 'bandErrors');
  if (predicted.points.length !== 1) {
    throw new InvalidInputError(`bandErrors: grids have one axis, got ${predicted.points.length}`);
  }
  const quarter = Math.floor(predicted.points[0] / 4);
  const bands = { low: LOW, middle: MIDDLE, high: [quarter + 1, predicted.points[0] / 2] } as const;
  const decades = Object.entries(bands).map(([name, [from, to]]) => {
    const ratios = Array.from({ length: predicted.trajectories }, (_, trajectory) => {
      const [a, b] = [predicted, reference].map((data) => {
        const spectrum = energySpectrum(frameOf(data, trajectory, frame));
        return spectrum.subarray(from, to + 1).reduce((sum, energy) => sum + energy, 0);
      });
      const ratio = Math.log10(a / b);
      return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
    }).sort((a, b) => a - b);
    return [name, ratios[ratios.length >> 1]];
  });
  return Object.fromEntries(decades) as BandErrors;
}
