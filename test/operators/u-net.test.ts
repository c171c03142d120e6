import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { type UNetOptions, uNet } from '../../operators/index.js';
import {
  derivativesAlong,
  forward,
  hasTorch,
  randomField,
  relativeDifference,
  torchForward,
} from './grid-operator-checks.js';

const SMALL = { inputs: 2, width: 4, levels: 2, normalisation: { groups: 2 } } as const;

describe('the same weights in PyTorch', () => {
  const variants: Record<string, [Partial<UNetOptions>, number[]]> = {
    'two levels': [{}, [2, 8, 12, 2]],
    'three levels, two fields out': [{ levels: 3, outputs: 2 }, [1, 8, 8, 2]],
    'without normalisation': [{ normalisation: 'none' }, [2, 6, 4, 2]],
  };
  test.skipIf(!hasTorch).each(Object.entries(variants))('%s', async (_, [options, shape]) => {
    const operator = uNet({ ...SMALL, ...options });
    const parameters = operator.initialParameters(createRandom(1));
    const field = randomField(shape, 2);
    const expected = torchForward(operator, parameters, field);
    const actual = await forward(operator, parameters, field);
    expect(actual.shape).toEqual(expected.shape);
    expect(relativeDifference(actual, expected)).toBeLessThan(2e-5);
  });
});

test('first and second derivatives against differences', async () => {
  const operator = uNet(SMALL);
  const parameters = operator.initialParameters(createRandom(1));
  const { first, second } = await derivativesAlong(operator, parameters, randomField([1, 4, 6, 2], 3), 1e-3);
  expect(Math.abs(first[0] - first[1])).toBeLessThan(1e-2 * Math.abs(first[0]));
  expect(Math.abs(second[0] - second[1])).toBeLessThan(3e-2 * Math.abs(second[0]));
});

test('bad options and grids are refused with what is wrong', async () => {
  expect(() => uNet({ width: 12, normalisation: { groups: 8 } })).toThrow('groups must divide the width 12');
  const operator = uNet(SMALL);
  const parameters = operator.initialParameters(createRandom(1));
  await expect(forward(operator, parameters, randomField([1, 7, 8, 2], 1))).rejects.toThrow('7 × 8');
});
