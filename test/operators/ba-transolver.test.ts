import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  baTransolver,
  batchSpecs,
  NPSOLVER_2D,
  npsolverPreset,
  type OperatorInputs,
  transolver,
} from '../../operators/index.js';
import { exportOnnx, loadModel, type tf } from '../../runtime/index.js';
import { type Parameters, parameterCount } from '../../runtime/parameters.js';
import { asTensors, member, padInputs, permuteRows, randomInputs, toInputs } from './helpers.js';

test.each([
  ['dirichlet', 2, 3_626_549],
  ['neumann', 2, 3_626_549],
  ['random-bc', 4, 3_627_573],
  ['control', 5, 3_628_085],
  ['cube', 5, 4_936_591],
] as const)('NPSolver for %s: features and parameters of its layer definitions', (task, features, count) => {
  const options = npsolverPreset(task);
  expect(options.faceFeatures).toBe(features);
  expect(options.cellFeatures).toBe(task === 'cube' ? 4 : 3);
  const blank = { ...createRandom(1), normal: () => 0 };
  expect(parameterCount(baTransolver(options).initialParameters(blank))).toBe(count);
});

test('equal seeds give equal parameters', () => {
  const operator = baTransolver({ blocks: 1 });
  expect(operator.initialParameters(createRandom(5))).toEqual(operator.initialParameters(createRandom(5)));
});

const variants = {
  faithful: { ...NPSOLVER_2D, width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 },
  mended: { width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 },
  'boundary-updating': { width: 16, blocks: 3, heads: 2, cellSlices: 6, faceSlices: 3, boundaryUpdate: true },
  boundaryless: { width: 16, blocks: 2, heads: 2, cellSlices: 6, boundaryTokens: false },
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

const sizes = { batch: 2, cells: 11, faces: 7, cellFeatures: 3, faceFeatures: 4 };
const small = { cellFeatures: 3, width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 };

/** `[cell]` of the first member: what a change of member 0's first face changes. */
function answers(operator: ReturnType<typeof baTransolver>, face: number): number[] {
  const inputs = randomInputs(3, sizes);
  inputs.faces[0] += face;
  const parameters = asTensors(operator.initialParameters(createRandom(2)));
  return Array.from(operator.forward(parameters, toInputs(inputs)).dataSync());
}

test('Transolver has no parameter for the boundary and answers without it', () => {
  const operator = transolver(small);
  expect(operator.name).toBe('transolver');
  const names = Object.keys(operator.initialParameters(createRandom(2)));
  expect(names.filter((name) => /bd/.test(name))).toEqual([]);
  expect(answers(operator, 5)).toEqual(answers(operator, 0));
  const aware = baTransolver(small);
  expect(answers(aware, 5)).not.toEqual(answers(aware, 0));
});

test('a file of Transolver takes the inputs that it does not read', async () => {
  const operator = transolver(small);
  const parameters = operator.initialParameters(createRandom(2));
  const onnx = exportOnnx(
    (inputs, weights) => ({ field: operator.forward(weights, inputs as unknown as OperatorInputs) }),
    batchSpecs(3, 4, 'batch'),
    { parameters },
  );
  const model = await loadModel(onnx, { device: 'cpu' });
  const inputs = toInputs(randomInputs(3, sizes));
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: (tensor as tf.Tensor).dataSync() as Float32Array },
    ]),
  );
  const { field } = await model.run(arrays);
  await model.dispose();
  answers(operator, 0).forEach((value, at) => {
    expect(field.data[at]).toBeCloseTo(value, 5);
  });
});

test('an updated boundary has parameters in all blocks but the last, and they count', () => {
  const plain = baTransolver({ ...small, blocks: 3 }).initialParameters(createRandom(2));
  const updating = baTransolver({ ...small, blocks: 3, boundaryUpdate: true });
  const parameters = updating.initialParameters(createRandom(2));
  const added = Object.keys(parameters).filter((name) => !Object.hasOwn(plain, name));
  expect(new Set(added.map((name) => name.split('.').slice(0, 3).join('.')))).toEqual(
    new Set(['blocks.0.fx_bd_ln_2', 'blocks.0.mlp_bd', 'blocks.1.fx_bd_ln_2', 'blocks.1.mlp_bd']),
  );
  const inputs = toInputs(randomInputs(3, sizes));
  const field = (changed: Parameters) =>
    Array.from(updating.forward(asTensors(changed), inputs).dataSync() as Float32Array);
  for (const name of added.filter((key) => key.endsWith('weight'))) {
    const { shape, values } = parameters[name];
    const changed = {
      ...parameters,
      [name]: { shape, values: values.map((value, i) => value + 0.3 * Math.sin(i)) },
    };
    expect(field(changed), name).not.toEqual(field(parameters));
  }
  expect(() => baTransolver({ boundaryUpdate: true, boundaryTokens: false })).toThrow(
    'boundaryUpdate needs boundaryTokens',
  );
});
