import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { baTransolver, NPSOLVER_2D, NPSOLVER_3D } from '../../operators/index.js';
import { parameterCount } from '../../runtime/parameters.js';
import { asTensors, member, padInputs, permuteRows, randomInputs, toInputs } from './helpers.js';

test.each([
  ['two-dimensional, all-Dirichlet', { ...NPSOLVER_2D, faceFeatures: 2 }, 3_626_549],
  ['two-dimensional, random types', NPSOLVER_2D, 3_627_573],
  ['two-dimensional, controlled values', { ...NPSOLVER_2D, faceFeatures: 5 }, 3_628_085],
  ['cube', NPSOLVER_3D, 4_936_591],
] as const)('NPSolver %s has as many parameters as its layer definitions give', (_, options, count) => {
  expect(parameterCount(baTransolver(options).initialParameters(createRandom(1)))).toBe(count);
});

test('equal seeds give equal parameters', () => {
  const operator = baTransolver({ blocks: 1 });
  expect(operator.initialParameters(createRandom(5))).toEqual(operator.initialParameters(createRandom(5)));
});

const variants = {
  faithful: { ...NPSOLVER_2D, width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 },
  mended: { width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 },
};

describe.each(Object.entries(variants))('%s variant', (_, options) => {
  const operator = baTransolver({ ...options, initialisation: 'fan-in' });
  const parameters = asTensors(operator.initialParameters(createRandom(2)));
  const inputs = randomInputs(3, { batch: 2, cells: 11, faces: 7, cellFeatures: 3, faceFeatures: 4 });
  const run = (arrays: typeof inputs) =>
    operator.forward(parameters, toInputs(arrays)).arraySync() as number[][][];

  test('padding changes nothing', () => {
    const plain = run(inputs);
    const padded = run(padInputs(inputs, 5, 4));
    for (let b = 0; b < 2; b++) {
      for (let cell = 0; cell < 11; cell++) expect(padded[b][cell][0]).toBeCloseTo(plain[b][cell][0], 5);
      for (let cell = 11; cell < 16; cell++) expect(Math.abs(padded[b][cell][0])).toBe(0);
    }
  });

  test('permuting the cells permutes the answer, permuting the faces leaves it', () => {
    const plain = run(inputs);
    const order = [4, 0, 10, 7, 1, 2, 9, 8, 3, 6, 5];
    const cellsPermuted = run(permuteRows(inputs, 'cells', order));
    const facesPermuted = run(permuteRows(inputs, 'faces', [6, 2, 0, 1, 5, 3, 4]));
    for (let b = 0; b < 2; b++) {
      for (let cell = 0; cell < 11; cell++) {
        expect(cellsPermuted[b][cell][0]).toBeCloseTo(plain[b][order[cell]][0], 5);
        expect(facesPermuted[b][cell][0]).toBeCloseTo(plain[b][cell][0], 5);
      }
    }
  });

  test('a batch gives what its members give alone', () => {
    const both = run(inputs);
    const second = run(member(inputs, 1));
    for (let cell = 0; cell < 11; cell++) expect(second[0][cell][0]).toBeCloseTo(both[1][cell][0], 5);
  });
});
