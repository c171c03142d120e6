import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  crossProduct,
  gramMatrix,
  normalEquations,
  tallTimesVector,
  transposedProduct,
} from '../../solvers/dense/tall-products.js';
import { vectorDenseKernels } from '../../solvers/kernels/dense-kernels.js';
import { scriptDenseKernels } from '../../solvers/kernels/dense-kernels-script.js';

const random = createRandom(5);
const noise = (count: number) => Float64Array.from({ length: count }, () => random.normal());

/** Σ_m w_m a_mi b_mj and the sum of the terms' sizes, which bounds its rounding. */
function definition(a: Float64Array, p: number, b: Float64Array, q: number, weights?: Float64Array) {
  const sums = new Float64Array(p * q);
  const sizes = new Float64Array(p * q);
  for (let m = 0; m * p < a.length; m++) {
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < q; j++) {
        const term = (weights ? weights[m] : 1) * a[m * p + i] * b[m * q + j];
        sums[i * q + j] += term;
        sizes[i * q + j] += Math.abs(term);
      }
    }
  }
  return { sums, sizes };
}

function expectSums(got: Float64Array, { sums, sizes }: ReturnType<typeof definition>, rows: number) {
  expect(got.length).toBe(sums.length);
  for (let at = 0; at < got.length; at++) {
    expect(Math.abs(got[at] - sums[at])).toBeLessThanOrEqual((rows + 2) * 2.3e-16 * sizes[at]);
  }
}

describe('products of tall matrices', () => {
  it('are the sums that define them, for any numbers of rows and columns', () => {
    const size = fc.record({
      rows: fc.integer({ min: 0, max: 700 }),
      p: fc.integer({ min: 1, max: 21 }),
      q: fc.integer({ min: 1, max: 21 }),
    });
    fc.assert(
      fc.property(size, ({ rows, p, q }) => {
        const [a, b, weights, vector] = [noise(rows * p), noise(rows * q), noise(rows), noise(rows)];
        expectSums(gramMatrix(b, q), definition(b, q, b, q), rows);
        expectSums(gramMatrix(b, q, { weights }), definition(b, q, b, q, weights), rows);
        expectSums(crossProduct(a, p, b, q, { weights }), definition(a, p, b, q, weights), rows);
        expectSums(transposedProduct(b, q, vector), definition(b, q, vector, 1), rows);
        const both = normalEquations(b, q, vector, { weights });
        expectSums(both.gram, definition(b, q, b, q, weights), rows);
        expectSums(both.product, definition(b, q, vector, 1, weights), rows);
        const x = noise(q);
        const image = tallTimesVector(b, q, x);
        for (let m = 0; m < rows; m++) {
          const row = b.subarray(m * q, (m + 1) * q);
          expectSums(image.subarray(m, m + 1), definition(x, 1, row, 1), q);
        }
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  it('go over blocks and panels of large matrices, in single precision too', () => {
    const [rows, columns] = [5003, 37];
    const matrix = noise(rows * columns);
    const gram = gramMatrix(matrix, columns);
    expectSums(gram, definition(matrix, columns, matrix, columns), rows);
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < i; j++) expect(gram[i * columns + j]).toBe(gram[j * columns + i]);
    }
    const single = Float32Array.from(matrix);
    expect(gramMatrix(single, columns)).toEqual(gramMatrix(Float64Array.from(single), columns));
    expect(gramMatrix(matrix.subarray(columns, 9 * columns), columns)).toEqual(
      gramMatrix(matrix.slice(columns, 9 * columns), columns),
    );
  });

  it('with more columns than a panel has numbers', () => {
    const columns = 1500;
    const matrix = noise(6 * columns);
    const gram = gramMatrix(matrix, columns);
    for (let at = 0; at < columns; at += 7) {
      let sum = 0;
      for (let row = 0; row < 6; row++) sum += matrix[row * columns + at] * matrix[row * columns];
      expect(gram[at * columns]).toBeCloseTo(sum, 12);
    }
  });

  it('are the same with and without WebAssembly', () => {
    const vector = vectorDenseKernels();
    expect(vector).not.toBeNull();
    const [rows, columns, width] = [41, 10, 12];
    const data = noise(8192);
    const results = [vector!, scriptDenseKernels()].map((kernels) => {
      const heap = kernels.reserve(data.length);
      heap.set(data);
      const [padded, scaled, c, out, image] = [1000, 2000, 3000, 3200, 3300];
      kernels.pad(0, rows, columns, width, padded);
      kernels.scaleRows(padded, rows, width, 700, scaled);
      kernels.addProduct(scaled, width, padded, width, rows, c, true);
      kernels.addTransposedProduct(padded, width, rows, 700, out);
      kernels.multiply(padded, width, rows, 800, image);
      for (let i = 0; i < width; i++) heap.fill(0, c + i * width, c + i * width + i);
      return heap.slice(0, data.length);
    });
    results[0].forEach((value, at) => {
      expect(Math.abs(value - results[1][at])).toBeLessThan(1e-13 * (1 + Math.abs(value)));
    });
  });

  it('names what does not fit', () => {
    expect(() => gramMatrix(noise(10), 4)).toThrow(
      /gramMatrix: .* 4 columns has a multiple of 4 numbers, got 10/,
    );
    expect(() => gramMatrix(noise(8), 4, { weights: noise(3) })).toThrow(/weights .* expected 2, got 3/);
    expect(() => crossProduct(noise(8), 4, noise(9), 3)).toThrow(/same rows, got 2 and 3/);
    expect(() => tallTimesVector(noise(8), 4, noise(3))).toThrow(/x must have one number for each column/);
  });
});
