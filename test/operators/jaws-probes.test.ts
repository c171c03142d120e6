import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  centralDifferenceProduct,
  fno,
  type GridOperator,
  JACOBIAN_PENALTY_DEFAULTS,
  jacobianSize,
  jacobianVectorProduct,
  resNet,
  timeStepper,
  uNet,
  vectorJacobianProduct,
} from '../../operators/index.js';
import { type HostArray, tf } from '../../runtime/index.js';
import { randomField } from './grid-operator-checks.js';
import { evaluateOnce, linearOperator, relativeError, signs, UNIT_SCALES } from './jaws-checks.js';

const cases: Record<string, [GridOperator, number[]]> = {
  'FNO, one axis': [
    fno({ inputs: 1, width: 6, layers: 2, modes: 4, headWidth: 8, skip: 'added' }),
    [2, 24, 1],
  ],
  'ResNet, one axis': [resNet({ width: 6, blocks: 2 }), [2, 24, 1]],
  'FNO, two axes': [
    fno({ dimensions: 2, inputs: 2, outputs: 2, width: 4, layers: 2, modes: 2, headWidth: 8 }),
    [2, 6, 8, 2],
  ],
  'ResNet, two axes': [
    resNet({ dimensions: 2, inputs: 2, outputs: 2, width: 4, blocks: 1, kernel: 3, padding: 'replicate' }),
    [2, 6, 8, 2],
  ],
  'U-Net, two axes': [
    uNet({ inputs: 2, outputs: 2, width: 4, levels: 2, normalisation: 'none' }),
    [2, 8, 8, 2],
  ],
};

describe.each(Object.entries(cases))('products with the Jacobian: %s', (name, [operator, shape]) => {
  test('two reverse passes, one reverse pass and central differences agree', async () => {
    const parameters = operator.initialParameters(createRandom(1));
    const weights = Object.fromEntries(
      Object.entries(parameters).map(([key, { shape: size, values }]) => [
        key,
        { shape: size, data: values } as HostArray,
      ]),
    );
    const [u, v, w] = [randomField(shape, 2), signs(shape, 3), randomField(shape, 4)];
    const answers = await evaluateOnce(
      ({ u: state, v: direction, w: cotangent, ...rest }) => {
        const map = (x: tf.Tensor) => operator.forward(rest, x);
        const product = jacobianVectorProduct(map, state, direction);
        return {
          exact: product,
          difference: centralDifferenceProduct(map, state, direction, 1e-2),
          coarse: centralDifferenceProduct(map, state, direction, 1e-1),
          left: tf.sum(tf.mul(product, cotangent)),
          right: tf.sum(tf.mul(vectorJacobianProduct(map, state, cotangent), direction)),
        };
      },
      { u, v, w, ...weights },
    );
    const { exact, difference, coarse, left, right } = answers;
    expect(Math.abs(left.data[0] - right.data[0])).toBeLessThan(1e-4 * Math.abs(left.data[0]) + 1e-4);
    // pooling picks another maximum where two are within the step of each other
    if (name.startsWith('U-Net')) return;
    expect(relativeError(difference.data, exact.data)).toBeLessThan(2e-3);
    // of second order: a tenth of the step, a hundredth of the error, up to rounding
    expect(relativeError(difference.data, exact.data)).toBeLessThan(
      relativeError(coarse.data, exact.data) / 50 + 1e-4,
    );
  });
});

/** A circulant matrix with rows of very different size: its row norms are no column norms. */
function scaledCirculant(points: number): Float32Array {
  const kernel = Float32Array.from({ length: points }, (_, k) => Math.exp(-k / 3) * Math.cos(k));
  return Float32Array.from({ length: points * points }, (_, at) => {
    const [row, column] = [Math.floor(at / points), at % points];
    return (row % 2 === 0 ? 1.5 : 0.2) * kernel[(column - row + points) % points];
  });
}

describe('estimates of the Jacobian from random signs', () => {
  const points = 32;
  const W = scaledCirculant(points);
  const square = (row: number, column: number) => W[row * points + column] ** 2;
  const range = Array.from({ length: points }, (_, i) => i);
  const rowNorms = range.map((i) => range.reduce((sum, j) => sum + square(i, j), 0));
  const columnNorms = range.map((j) => range.reduce((sum, i) => sum + square(i, j), 0));
  /** Expected squared relative error of the field from one probe, 2 Σ_i (‖J_i‖⁴ − Σ_j J_ij⁴) / Σ_i ‖J_i‖⁴. */
  const variance =
    (2 *
      range.reduce(
        (sum, i) => sum + rowNorms[i] ** 2 - range.reduce((s, j) => s + square(i, j) ** 2, 0),
        0,
      )) /
    rowNorms.reduce((sum, q) => sum + q * q, 0);

  async function estimate(
    probe: 'row' | 'column',
    probes: number,
    product: 'double-vjp' | 'central-difference',
  ) {
    const stepper = timeStepper(linearOperator(points), { scales: UNIT_SCALES });
    const shape = [probes, points, 1];
    const { q } = await evaluateOnce(
      ({ u, v, W: matrix }) => ({
        q: tf.mean(
          jacobianSize(
            stepper,
            { W: matrix },
            u,
            { signs: v },
            {
              ...JACOBIAN_PENALTY_DEFAULTS,
              probe,
              product,
            },
          ),
          0,
        ),
      }),
      { u: randomField(shape, 5), v: signs(shape, 6), W: { shape: [points, points], data: W } },
    );
    return q.data;
  }

  test.each(['double-vjp', 'central-difference'] as const)(
    'rows by %s: error as 1/√probes',
    async (product) => {
      for (const probes of [4, 64, 1024]) {
        const error = relativeError(await estimate('row', probes, product), rowNorms);
        const expected = Math.sqrt(variance / probes);
        expect(error / expected).toBeGreaterThan(0.4);
        expect(error / expected).toBeLessThan(2);
      }
    },
  );

  test('columns, which are others', async () => {
    const columns = await estimate('column', 1024, 'double-vjp');
    expect(relativeError(columns, columnNorms)).toBeLessThan(0.1);
    expect(relativeError(columns, rowNorms)).toBeGreaterThan(0.2);
  });
});
