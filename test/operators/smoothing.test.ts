import { describe, expect, test } from 'vitest';
import {
  dampingPolynomial,
  type Polynomial,
  type WaveRange,
} from '../../operators/reduced-basis/damping-polynomial.js';
import { multiplyPanels } from '../../operators/reduced-basis/multiply-panels.js';
import { columnsOfPanels, panelsOfColumns } from '../../operators/reduced-basis/panels.js';
import { relax, smooth, smoothTransposed } from '../../operators/reduced-basis/smoothing.js';
import { dot, operatorOf, randomBasis, smallMesh } from './poisson-samples.js';

/** q(λ) by the recurrence itself, on one number. */
const valueAt = ({ keep, gain }: Polynomial, eigenvalue: number) => {
  let x = 1;
  let step = 0;
  keep.forEach((kept, k) => {
    step = kept * step - gain[k] * eigenvalue * x;
    x += step;
  });
  return x;
};

describe('damping polynomial', () => {
  const range = (cells: number, dimension = 2): WaveRange => ({ cells, dimension, largest: 2 });

  test.each([
    { damping: 0.1, reach: 1 },
    { damping: 0.01, reach: 2 },
  ])('keeps constants and at most `damping` of what lies beyond the basis, %o', (smoothing) => {
    for (const cells of [800, 10_000]) {
      for (const dimension of [2, 3]) {
        const q = dampingPolynomial(smoothing, 100, range(cells, dimension));
        expect(valueAt(q, 0)).toBe(1);
        const low = 2 / (smoothing.reach * (cells / 100) ** (2 / dimension));
        for (let k = 0; k <= 200; k++) {
          const value = Math.abs(valueAt(q, low + ((2 - low) * k) / 200));
          expect(value).toBeLessThan(smoothing.damping * (1 + 1e-9));
        }
        // no energy grows, so that a correction cannot spoil an answer
        for (let k = 1; k < 200; k++) expect(Math.abs(valueAt(q, (low * k) / 200))).toBeLessThan(1);
      }
    }
  });

  test('its degree is the least, and grows as the number of cells per direction', () => {
    const smoothing = { damping: 0.01, reach: 2 };
    const degree = (cells: number, dimension: number) =>
      dampingPolynomial(smoothing, 100, range(cells, dimension)).keep.length;
    expect(degree(64_000, 2) / degree(16_000, 2)).toBeCloseTo(2, 0.5);
    expect(degree(512_000, 3) / degree(64_000, 3)).toBeCloseTo(2, 0.5);
    const ratio = 2 * 160;
    const sigma = (1 + 1 / ratio) / (1 - 1 / ratio);
    const chebyshevAt = (n: number) => Math.cosh(n * Math.acosh(sigma));
    expect(chebyshevAt(degree(16_000, 2))).toBeGreaterThanOrEqual(100 - 1e-6);
    expect(chebyshevAt(degree(16_000, 2) - 1)).toBeLessThan(100);
  });

  test('damped Jacobi by its number of steps', () => {
    expect(valueAt(dampingPolynomial(3, 100, range(1000)), 0.9)).toBeCloseTo((1 - 0.6) ** 3, 14);
    expect(dampingPolynomial(0, 100, range(1000)).keep).toEqual([]);
  });

  test('refuses what is no smoothing', () => {
    expect(() => dampingPolynomial(1.5, 10, range(100))).toThrow(/whole number/);
    expect(() => dampingPolynomial({ damping: 1, reach: 1 }, 10, range(100))).toThrow(/damping in/);
    expect(() => dampingPolynomial({ damping: 0.1, reach: 0 }, 10, range(100))).toThrow(/reach > 0/);
  });
});

describe.each([2, { damping: 0.05, reach: 2 }])('smoothing %o', (smoothing) => {
  const mesh = smallMesh();
  const operator = operatorOf(mesh, 'mixed');
  const rows = mesh.cellCount;
  const rank = 7;
  const fields = (seed: number, count = 5) =>
    panelsOfColumns(
      Array.from({ length: count }, (_, k) => randomBasis(rows, 1, 10 * seed + k)),
      rows,
    );

  test('the transposed is the adjoint', () => {
    const [x, y] = [fields(1), fields(2)];
    const forward = dot(smooth(operator, x, smoothing, rank).values, y.values);
    expect(dot(x.values, smoothTransposed(operator, y, smoothing, rank).values)).toBeCloseTo(forward, 9);
  });

  test('relaxing BU = F does to the error what smoothing does to a field, and keeps the residual', () => {
    const [exact, start] = [fields(3), fields(4)];
    const minus = (a: typeof exact, b: typeof exact) => ({
      ...a,
      values: a.values.map((v, i) => v - b.values[i]),
    });
    const error = minus(exact, start);
    const residual = multiplyPanels(operator.matrix, error);
    const field = { ...start, values: start.values.slice() };
    relax(operator, field, residual, smoothing, rank);
    const expected = columnsOfPanels(smooth(operator, error, smoothing, rank));
    const left = minus(exact, field);
    columnsOfPanels(left).forEach((column, k) => {
      column.forEach((value, cell) => {
        expect(value).toBeCloseTo(expected[k][cell], 10);
      });
    });
    const image = multiplyPanels(operator.matrix, left).values;
    residual.values.forEach((value, at) => {
      expect(value).toBeCloseTo(image[at], 9);
    });
  });
});
