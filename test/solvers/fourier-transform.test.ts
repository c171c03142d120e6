import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { fourierTransform, nextFastLength } from '../../solvers/fourier-transform.js';
import { realFourierTransform } from '../../solvers/real-fourier-transform.js';

const random = createRandom(3);
const noise = (count: number) => Float64Array.from({ length: count }, () => random.normal());

/** X_k = Σ_n x_n e^{−2πi kn/N} of one column, term by term. */
function definition(re: Float64Array, im: Float64Array, columns: number, column: number) {
  const length = re.length / columns;
  return Array.from({ length }, (_, k) => {
    let [sumRe, sumIm] = [0, 0];
    for (let n = 0; n < length; n++) {
      const angle = (-2 * Math.PI * ((k * n) % length)) / length;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const [a, b] = [re[n * columns + column], im[n * columns + column]];
      sumRe += a * c - b * s;
      sumIm += a * s + b * c;
    }
    return [sumRe, sumIm];
  });
}

describe('Fourier transform', () => {
  it.each([1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25, 32, 48, 60, 64, 80, 120, 128])(
    'is the sum that defines it, length %i',
    (length) => {
      for (const columns of [1, 3]) {
        const [re, im] = [noise(length * columns), noise(length * columns)];
        const [outRe, outIm] = [new Float64Array(re.length), new Float64Array(re.length)];
        const plan = fourierTransform(length, columns);
        plan.forward(re, im, outRe, outIm);
        for (let column = 0; column < columns; column++) {
          definition(re, im, columns, column).forEach(([expectedRe, expectedIm], k) => {
            expect(Math.abs(outRe[k * columns + column] - expectedRe)).toBeLessThan(1e-12 * length);
            expect(Math.abs(outIm[k * columns + column] - expectedIm)).toBeLessThan(1e-12 * length);
          });
        }
        const [backRe, backIm] = [new Float64Array(re.length), new Float64Array(re.length)];
        plan.inverse(outRe, outIm, backRe, backIm);
        for (let at = 0; at < re.length; at++) {
          expect(backRe[at] / length).toBeCloseTo(re[at], 13);
          expect(backIm[at] / length).toBeCloseTo(im[at], 13);
        }
      }
    },
  );

  it.each([2, 4, 6, 8, 10, 20, 24, 50, 64, 160])(
    'of real columns, length %i, with cut-off wave numbers',
    (length) => {
      const columns = 2;
      const half = length / 2;
      const values = noise(length * columns);
      const side = (parity: number) =>
        Float64Array.from(
          { length: half * columns },
          (_, at) => values[(2 * Math.floor(at / columns) + parity) * columns + (at % columns)],
        );
      const plan = realFourierTransform(length, columns);
      const [re, im] = [new Float64Array((half + 1) * columns), new Float64Array((half + 1) * columns)];
      plan.forward(side(0), side(1), re, im, half + 1);
      for (let column = 0; column < columns; column++) {
        definition(values, new Float64Array(values.length), columns, column)
          .slice(0, half + 1)
          .forEach(([expectedRe, expectedIm], k) => {
            expect(Math.abs(re[k * columns + column] - expectedRe)).toBeLessThan(1e-12 * length);
            expect(Math.abs(im[k * columns + column] - expectedIm)).toBeLessThan(1e-12 * length);
          });
      }
      for (let rows = 1; rows <= half + 1; rows++) {
        const [even, odd] = [new Float64Array(half * columns), new Float64Array(half * columns)];
        plan.inverse(re, im, rows, even, odd);
        for (let n = 0; n < length; n++) {
          let expected = 0;
          for (let k = 0; k < rows; k++) {
            const twice = k === 0 || k === half ? 1 : 2;
            const angle = (2 * Math.PI * k * n) / length;
            expected += twice * (re[k * columns] * Math.cos(angle) - im[k * columns] * Math.sin(angle));
          }
          const got = (n % 2 === 0 ? even : odd)[(n >> 1) * columns];
          expect(Math.abs(got - expected)).toBeLessThan(1e-11 * length);
        }
      }
    },
  );

  it('names the next length it can do', () => {
    expect(nextFastLength(7)).toBe(8);
    expect(nextFastLength(1021)).toBe(1024);
    expect(() => fourierTransform(14)).toThrow(/product of 2, 3 and 5, got 14; the next such length is 15/);
    expect(() => realFourierTransform(15)).toThrow(/must be even, got 15/);
  });
});
