import { describe, expect, test } from 'vitest';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { combine, transposeProduct } from '../../operators/reduced-basis/dense-products.js';
import { multiplyPanels } from '../../operators/reduced-basis/multiply-panels.js';
import { PANEL, type Panels, toPanels } from '../../operators/reduced-basis/panels.js';
import { relax, smooth, smoothTransposed } from '../../operators/reduced-basis/smoothing.js';
import { vectorCombine, vectorTransposeProduct } from '../../operators/reduced-basis/vector-panels.js';
import { panelKernels } from '../../solvers/kernels/panel-kernels.js';
import { operatorOf, randomBasis } from './poisson-samples.js';

// more rows than one block of a dense product takes
const mesh = generateMesh(cornerRemovedSquare({ corners: 2, seed: 5 }), { cellCount: 700 });
const operator = operatorOf(mesh, 'mixed');
const rows = mesh.cellCount;

/** One panel, which is computed in TypeScript. */
function panelAlone({ values }: Panels, panel: number): Panels {
  const length = rows * PANEL;
  return { rows, columns: PANEL, values: values.slice(panel * length, (panel + 1) * length) };
}

/** Columns in an even and an odd number of panels. */
describe.each([8, 12, 16, 20])(
  '%i columns with WebAssembly are bit for bit those of single panels without',
  (columns) => {
    const panels = toPanels(randomBasis(rows, columns, columns), rows, columns);
    const other = toPanels(randomBasis(rows, columns, 77), rows, columns);
    const count = columns / PANEL;
    const each = (apply: (x: Panels) => Panels) => {
      const together = apply(panels);
      for (let panel = 0; panel < count; panel++) {
        expect(panelAlone(together, panel)).toEqual(apply(panelAlone(panels, panel)));
      }
    };

    test('there is WebAssembly here', () => expect(panelKernels()).not.toBeNull());

    test('sparse products', () => each((x) => multiplyPanels(operator.matrix, x)));

    test.each([3, { damping: 0.05, reach: 2 }])('smoothing %o', (smoothing) => {
      each((x) => smooth(operator, x, smoothing, 20));
      each((x) => smoothTransposed(operator, x, smoothing, 20));
    });

    test('relaxation', () => {
      const smoothing = { damping: 0.1, reach: 2 };
      const copy = ({ values }: Panels): Panels => ({ rows, columns, values: values.slice() });
      const [field, residual] = [copy(panels), copy(other)];
      relax(operator, field, residual, smoothing, 20);
      for (let panel = 0; panel < count; panel++) {
        const [u, r] = [panelAlone(panels, panel), panelAlone(other, panel)];
        relax(operator, u, r, smoothing, 20);
        expect(panelAlone(field, panel)).toEqual(u);
        expect(panelAlone(residual, panel)).toEqual(r);
      }
    });

    test('transposed products', () => {
      const product = transposeProduct(panels, other);
      expect(vectorTransposeProduct(panelKernels()!, panels, other, () => true)).toEqual(product);
      for (let p = 0; p < count; p++) {
        for (let q = 0; q < count; q++) {
          const tile = transposeProduct(panelAlone(panels, p), panelAlone(other, q));
          tile.forEach((value, at) => {
            const row = p * PANEL + Math.floor(at / PANEL);
            expect(product[row * columns + q * PANEL + (at % PANEL)]).toBe(value);
          });
        }
      }
    });

    test('combinations', () => {
      const wanted = 8;
      const coefficients = randomBasis(columns, wanted, 3);
      const together = combine(panels, coefficients, wanted);
      expect(vectorCombine(panelKernels()!, panels, coefficients, wanted)).toEqual(together);
      expect(vectorCombine(panelKernels()!, panels, coefficients, wanted)).toEqual(together);
      for (let q = 0; q < wanted / PANEL; q++) {
        const block = Float64Array.from(
          { length: columns * PANEL },
          (_, at) => coefficients[Math.floor(at / PANEL) * wanted + q * PANEL + (at % PANEL)],
        );
        expect(panelAlone(together, q)).toEqual(combine(panels, block, PANEL));
      }
    });
  },
);
