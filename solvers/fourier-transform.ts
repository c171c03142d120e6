import { InvalidInputError } from '../common/errors.js';
import { factorsOf, passes, twiddles } from './fourier-passes.js';

/**
 * The discrete Fourier transform along the first axis of a `[length][columns]` array, all columns at once:
 *
 *     forward: X_k = Σ_n x_n e^{−2πi kn/N},    inverse: x_n = Σ_k X_k e^{+2πi kn/N}   (no factor 1/N)
 *
 * Real and imaginary parts are separate arrays. The input is left as it is; input and output must not overlap.
 * A plan owns its scratch memory, so one plan serves one caller at a time.
 */
export interface FourierTransform {
  readonly length: number;
  readonly columns: number;
  forward(re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array): void;
  inverse(re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array): void;
}

/**
 * A plan of Stockham's self-sorting algorithm in mixed radix 4, 2, 3, 5. Columns lie innermost, so every inner loop
 * has constant twiddle factors and runs over contiguous memory.
 *
 * Source: Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), §1.7.
 * @throws InvalidInputError for a length with a prime factor other than 2, 3 and 5
 */
export function fourierTransform(length: number, columns = 1): FourierTransform {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new InvalidInputError(`fourierTransform: columns must be a positive integer, got ${columns}`);
  }
  const factors = factorsOf(length);
  if (factors === null) {
    throw new InvalidInputError(
      `fourierTransform: the length must be a product of 2, 3 and 5, got ${length}; ` +
        `the next such length is ${nextFastLength(length)}`,
    );
  }
  const tables = twiddles(length, factors);
  const size = length * columns;
  const scratchRe = new Float64Array(factors.length > 1 ? size : 0);
  const scratchIm = new Float64Array(factors.length > 1 ? size : 0);

  const forward: FourierTransform['forward'] = (re, im, outRe, outIm) => {
    if (factors.length === 0) {
      outRe.set(re.length === size ? re : re.subarray(0, size));
      outIm.set(im.length === size ? im : im.subarray(0, size));
      return;
    }
    let [fromRe, fromIm] = [re, im];
    let n = length;
    let stride = columns;
    for (let pass = 0; pass < factors.length; pass++) {
      const radix = factors[pass];
      // the last pass writes to the output, those before it by turns
      const toOutput = (factors.length - 1 - pass) % 2 === 0;
      const toRe = toOutput ? outRe : scratchRe;
      const toIm = toOutput ? outIm : scratchIm;
      passes[radix](fromRe, fromIm, toRe, toIm, n, stride, tables[pass]);
      fromRe = toRe;
      fromIm = toIm;
      n /= radix;
      stride *= radix;
    }
  };
  return {
    length,
    columns,
    forward,
    // conj(F(conj x)) with the parts exchanged on both sides
    inverse: (re, im, outRe, outIm) => forward(im, re, outIm, outRe),
  };
}

/** The smallest product of 2, 3 and 5 that is not below `length`. */
export function nextFastLength(length: number): number {
  let candidate = Math.max(1, Math.ceil(length) || 1);
  while (factorsOf(candidate) === null) candidate++;
  return candidate;
}
