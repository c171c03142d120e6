import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { type FnoOptions, fno } from '../../operators/index.js';
import { compile, type HostArray } from '../../runtime/index.js';
import {
  derivativesAlong,
  forward,
  hasTorch,
  randomField,
  relativeDifference,
  torchForward,
} from './grid-operator-checks.js';

const SMALL = { width: 6, layers: 2, modes: 4, headWidth: 10 };

describe('the same weights in PyTorch', () => {
  const variants: Record<string, [Partial<FnoOptions>, number[]]> = {
    'one axis': [{ dimensions: 1 }, [3, 16, 2]],
    'one axis of odd length': [{ dimensions: 1, skip: 'added' }, [2, 19, 2]],
    'two axes': [{ dimensions: 2, activation: 'all-but-last' }, [2, 10, 12, 2]],
    'three axes': [{ dimensions: 3, modes: 2 }, [2, 5, 4, 6, 2]],
  };
  test.skipIf(!hasTorch).each(Object.entries(variants))('%s', async (_, [options, shape]) => {
    const operator = fno({ ...SMALL, ...options });
    const parameters = operator.initialParameters(createRandom(1));
    const field = randomField(shape, 2);
    const expected = torchForward(operator, parameters, field);
    const actual = await forward(operator, parameters, field);
    expect(actual.shape).toEqual(expected.shape);
    expect(relativeDifference(actual, expected)).toBeLessThan(1e-5);
  });
});

test.each([1, 2] as const)(
  'first and second derivatives against differences, %i axes',
  async (dimensions) => {
    const operator = fno({ ...SMALL, modes: 2, dimensions });
    const parameters = operator.initialParameters(createRandom(1));
    const shape = dimensions === 1 ? [2, 12, 2] : [2, 6, 5, 2];
    const { first, second } = await derivativesAlong(operator, parameters, randomField(shape, 3), 1e-3);
    expect(Math.abs(first[0] - first[1])).toBeLessThan(5e-3 * Math.abs(first[0]));
    expect(Math.abs(second[0] - second[1])).toBeLessThan(5e-3 * Math.abs(second[0]));
  },
);

/** A smooth periodic field of three wavenumbers, sampled at `points` places. */
function sampled(points: number): HostArray {
  const data = new Float32Array(2 * points);
  for (let n = 0; n < points; n++) {
    const x = (2 * Math.PI * n) / points;
    data[2 * n] = Math.sin(x) + 0.5 * Math.cos(3 * x + 1);
    data[2 * n + 1] = Math.cos(2 * x);
  }
  return { shape: [1, points, 2], data };
}

test('the answer belongs to the function, not to its grid', async () => {
  const operator = fno({ ...SMALL, modes: 8 });
  const parameters = operator.initialParameters(createRandom(4));
  const answers = await Promise.all([64, 192].map((n) => forward(operator, parameters, sampled(n))));
  const common: HostArray = {
    shape: [64],
    data: Float32Array.from({ length: 64 }, (_, n) => answers[1].data[3 * n]),
  };
  // GELU makes wavenumbers without end: what lies beyond 64 − 8 is aliased
  expect(relativeDifference({ shape: [64], data: answers[0].data }, common)).toBeLessThan(1e-4);
});

test('one graph serves any grid when its size has a name', async () => {
  const operator = fno(SMALL);
  const parameters = operator.initialParameters(createRandom(1));
  const compiled = await compile(
    ({ x }, weights) => ({ y: operator.forward(weights, x) }),
    { x: { shape: ['batch', 'points', 2], dtype: 'float32' } },
    { parameters, threads: 1 },
  );
  for (const shape of [
    [1, 16, 2],
    [3, 50, 2],
  ]) {
    const field = randomField(shape, 5);
    const { y } = await compiled.run({ x: field });
    expect(relativeDifference(y as HostArray, await forward(operator, parameters, field))).toBeLessThan(1e-5);
  }
  await compiled.dispose();
});

test('bad options and grids are refused with what is wrong', async () => {
  expect(() => fno({ modes: 0 })).toThrow('fno: modes must be a positive integer, got 0');
  const operator = fno(SMALL);
  const parameters = operator.initialParameters(createRandom(1));
  await expect(forward(operator, parameters, randomField([1, 6, 2], 1))).rejects.toThrow('at least 8 points');
  await expect(forward(operator, parameters, randomField([1, 16, 3], 1))).rejects.toThrow('2 channels');
});
