import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { gridConvolution } from '../../operators/grid-convolution.js';
import { fno, type GridOperator, resNet } from '../../operators/index.js';
import type { HostArray } from '../../runtime/index.js';
import { derivativesAlong, forward, randomField, relativeDifference } from './grid-operator-checks.js';
import { evaluateOnce } from './jaws-checks.js';

const small = { width: 5, blocks: 2 };
const operators: Record<string, [GridOperator, number[]]> = {
  'ResNet, one axis': [resNet(small), [2, 14, 1]],
  'ResNet, two axes': [resNet({ ...small, dimensions: 2, kernel: 3, inputs: 2, outputs: 2 }), [2, 6, 7, 2]],
  'FNO with neighbours, one axis': [
    fno({ inputs: 1, width: 5, layers: 2, modes: 3, headWidth: 6, local: 'neighbours' }),
    [2, 14, 1],
  ],
  'FNO with neighbours, two axes': [
    fno({ dimensions: 2, width: 4, layers: 1, modes: 2, headWidth: 6, local: 'neighbours' }),
    [1, 6, 7, 2],
  ],
};

describe.each(Object.entries(operators))('%s', (_, [operator, shape]) => {
  const parameters = operator.initialParameters(createRandom(1));

  test('a shifted field has the shifted answer', async () => {
    const field = randomField(shape, 2);
    const expected = shifted(await forward(operator, parameters, field));
    expect(relativeDifference(await forward(operator, parameters, shifted(field)), expected)).toBeLessThan(
      1e-5,
    );
  });

  test('first and second derivatives against differences', async () => {
    const { first, second } = await derivativesAlong(operator, parameters, randomField(shape, 3), 1e-3);
    expect(Math.abs(first[0] - first[1])).toBeLessThan(5e-3 * Math.abs(first[0]));
    expect(Math.abs(second[0] - second[1])).toBeLessThan(5e-3 * Math.abs(second[0]));
  });
});

/** By three points along the first axis of the grid. */
function shifted({ shape, data }: HostArray): HostArray {
  const rest = shape.slice(2).reduce((product, size) => product * size, 1);
  const moved = Float32Array.from(data, (_, at) => {
    const [batch, point] = [Math.floor(at / (shape[1] * rest)), Math.floor(at / rest) % shape[1]];
    return data[(batch * shape[1] + ((point + 3) % shape[1])) * rest + (at % rest)];
  });
  return { shape, data: moved };
}

test.each([
  ['periodic', (i: number, n: number) => (i + n) % n],
  ['replicate', (i: number, n: number) => Math.min(Math.max(i, 0), n - 1)],
  ['zero', (i: number, n: number) => (i < 0 || i >= n ? -1 : i)],
] as const)('convolution with %s padding against its sum', async (padding, place) => {
  const [points, kernel, inputs, outputs] = [7, 5, 2, 3];
  const x = randomField([1, points, inputs], 1);
  const weight = randomField([kernel, inputs, outputs], 2);
  const bias = randomField([outputs], 3);
  const { y } = await evaluateOnce(
    ({ field, w, b }) => ({ y: gridConvolution({ 'c.weight': w, 'c.bias': b }, 'c', field, padding) }),
    { field: x, w: weight, b: bias },
  );
  const expected = Float32Array.from({ length: points * outputs }, (_, at) => {
    const [i, out] = [Math.floor(at / outputs), at % outputs];
    let sum = bias.data[out];
    for (let k = 0; k < kernel; k++) {
      const from = place(i + k - 2, points);
      for (let c = 0; c < inputs; c++) {
        if (from >= 0) sum += weight.data[(k * inputs + c) * outputs + out] * x.data[from * inputs + c];
      }
    }
    return sum;
  });
  expect(relativeDifference(y, { shape: y.shape, data: expected })).toBeLessThan(1e-5);
});

test('bad options and fields are refused', async () => {
  expect(() => resNet({ kernel: 4 })).toThrow('kernel must be odd, got 4');
  expect(() => resNet({ dimensions: 3 as 2 })).toThrow('dimensions must be 1 or 2, got 3');
  const operator = resNet(small);
  const parameters = operator.initialParameters(createRandom(1));
  await expect(forward(operator, parameters, randomField([1, 16, 3], 1))).rejects.toThrow('1 channels');
});
