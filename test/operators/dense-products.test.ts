import { describe, expect, test } from 'vitest';
import { choleskyFactor, choleskySolve } from '../../operators/reduced-basis/cholesky.js';
import { combine, gramProduct, transposeProduct } from '../../operators/reduced-basis/dense-products.js';
import { multiplyPanels } from '../../operators/reduced-basis/multiply-panels.js';
import {
  columnsOfPanels,
  fromPanels,
  panelsOfColumns,
  toPanels,
} from '../../operators/reduced-basis/panels.js';
import { multiply } from '../../solvers/index.js';
import { dot, operatorOf, randomBasis, smallMesh } from './poisson-samples.js';

const operator = operatorOf(smallMesh(), 'mixed');
const rows = operator.matrix.rows;
const column = (matrix: Float64Array, columns: number, j: number) =>
  Float64Array.from({ length: matrix.length / columns }, (_, row) => matrix[row * columns + j]);

describe.each([1, 3, 4, 5, 8, 13])('%i columns', (columns) => {
  const matrix = randomBasis(rows, columns, columns);
  const panels = toPanels(matrix, rows, columns);
  const images = Array.from({ length: columns }, (_, j) =>
    multiply(operator.matrix, column(matrix, columns, j)),
  );

  test('panels hold what was put in', () => {
    expect(fromPanels(panels, new Float64Array(matrix.length))).toEqual(matrix);
    expect(panelsOfColumns(columnsOfPanels(panels), rows)).toEqual(panels);
  });

  test('sparse times panels is sparse times each column', () => {
    columnsOfPanels(multiplyPanels(operator.matrix, panels)).forEach((product, j) => {
      product.forEach((value, row) => {
        expect(value).toBeCloseTo(images[j][row], 11);
      });
    });
  });

  test('the Gram product holds the dot products', () => {
    const gram = gramProduct(panels, multiplyPanels(operator.matrix, panels));
    expect(gram).toHaveLength(columns * columns);
    gram.forEach((value, at) => {
      const expected = dot(column(matrix, columns, Math.floor(at / columns)), images[at % columns]);
      expect(value).toBeCloseTo(expected, 9);
    });
  });

  test.each([1, 5, 6])('%i combinations and transposed products agree with sums written out', (count) => {
    const coefficients = randomBasis(columns, count, 99);
    const result = fromPanels(combine(panels, coefficients, count), new Float64Array(rows * count));
    const product = transposeProduct(panels, toPanels(result, rows, count));
    for (let j = 0; j < count; j++) {
      for (let row = 0; row < rows; row++) {
        const expected = dot(
          matrix.subarray(row * columns, (row + 1) * columns),
          column(coefficients, count, j),
        );
        expect(result[row * count + j]).toBeCloseTo(expected, 11);
      }
      for (let i = 0; i < columns; i++) {
        expect(product[i * count + j]).toBeCloseTo(
          dot(column(matrix, columns, i), column(result, count, j)),
          9,
        );
      }
    }
  });

  test('Cholesky solves the normal equations', () => {
    const gram = gramProduct(panels, panels);
    const x = randomBasis(columns, 1, 7);
    const b = Float64Array.from({ length: columns }, (_, i) =>
      dot(gram.subarray(i * columns, (i + 1) * columns), x),
    );
    choleskySolve(choleskyFactor(gram, columns), columns, b).forEach((value, i) => {
      expect(value).toBeCloseTo(x[i], 10);
    });
  });
});
