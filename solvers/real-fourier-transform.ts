import { InvalidInputError } from '../common/errors.js';
import { fourierTransform } from './fourier-transform.js';

/**
 * The Fourier transform of real columns along the first axis of `[length][columns]`, length even, as one complex
 * transform of half the length. The grid is kept as two arrays `[length / 2][columns]`, the even and the odd rows:
 * pointwise products, all that a pseudo-spectral method does on the grid, need no other order.
 *
 *     forward: X_k = Σ_n x_n e^{−2πi kn/N} for k < rows,    inverse: x_n = Σ_{|k| < rows} X_k e^{+2πi kn/N}
 *
 * with X_{−k} = conj X_k and no factor 1/N. `rows` ≤ length/2 + 1 lets both skip wave numbers that are cut off; in the
 * inverse those not given are zero, and X_{N/2}, where given, counts once.
 */
export interface RealFourierTransform {
  readonly length: number;
  readonly columns: number;
  forward(even: Float64Array, odd: Float64Array, re: Float64Array, im: Float64Array, rows: number): void;
  inverse(re: Float64Array, im: Float64Array, rows: number, even: Float64Array, odd: Float64Array): void;
}

/** @throws InvalidInputError for a length that is odd or has a prime factor other than 2, 3 and 5 */
export function realFourierTransform(length: number, columns = 1): RealFourierTransform {
  if (length % 2 !== 0 || length < 2) {
    throw new InvalidInputError(`realFourierTransform: the length must be even, got ${length}`);
  }
  const half = length / 2;
  const plan = fourierTransform(half, columns);
  const packedRe = new Float64Array(half * columns);
  const packedIm = new Float64Array(half * columns);
  const cosine = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sine = Float64Array.from({ length: half + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / length));

  return {
    length,
    columns,
    // Z = even + i odd: X_k = (Z_k + Z*_{M−k})/2 − i e^{−iθ} (Z_k − Z*_{M−k})/2, θ = 2πk/N, M = N/2
    forward(even, odd, re, im, rows) {
      plan.forward(even, odd, packedRe, packedIm);
      for (let k = 0, at = 0; k < rows; k++) {
        const c = 0.5 * cosine[k];
        const s = 0.5 * sine[k];
        let z = (k === half ? 0 : k) * columns;
        let mirror = (k === 0 ? 0 : half - k) * columns;
        for (let column = 0; column < columns; column++, at++, z++, mirror++) {
          const zr = packedRe[z];
          const zi = packedIm[z];
          const mr = packedRe[mirror];
          const mi = packedIm[mirror];
          const dr = zr - mr;
          const di = zi + mi;
          re[at] = 0.5 * (zr + mr) + c * di - s * dr;
          im[at] = 0.5 * (zi - mi) - c * dr - s * di;
        }
      }
    },
    // Z_k = X_k + X*_{M−k} + i e^{iθ} (X_k − X*_{M−k}), filled for k and M − k together
    inverse(re, im, rows, even, odd) {
      for (let k = 0; 2 * k <= half; k++) {
        const mirror = half - k;
        const c = cosine[k];
        const s = sine[k];
        const hasLow = k < rows;
        const hasHigh = mirror < rows;
        let low = k * columns;
        let high = mirror * columns;
        if (hasLow && hasHigh) {
          const writesHigh = k > 0 && mirror !== k;
          for (let column = 0; column < columns; column++, low++, high++) {
            const ar = re[low];
            const ai = im[low];
            const br = re[high];
            const bi = im[high];
            const sumRe = ar + br;
            const sumIm = ai - bi;
            const dr = ar - br;
            const di = ai + bi;
            const er = -s * dr - c * di;
            const ei = c * dr - s * di;
            packedRe[low] = sumRe + er;
            packedIm[low] = sumIm + ei;
            if (writesHigh) {
              packedRe[high] = sumRe - er;
              packedIm[high] = ei - sumIm;
            }
          }
        } else if (hasLow) {
          for (let column = 0; column < columns; column++, low++, high++) {
            const ar = re[low];
            const ai = im[low];
            const er = -s * ar - c * ai;
            const ei = c * ar - s * ai;
            packedRe[low] = ar + er;
            packedIm[low] = ai + ei;
            if (k > 0) {
              packedRe[high] = ar - er;
              packedIm[high] = ei - ai;
            }
          }
        } else {
          packedRe.fill(0, low, low + columns);
          packedIm.fill(0, low, low + columns);
          packedRe.fill(0, high, high + columns);
          packedIm.fill(0, high, high + columns);
        }
      }
      plan.inverse(packedRe, packedIm, even, odd);
    },
  };
}
