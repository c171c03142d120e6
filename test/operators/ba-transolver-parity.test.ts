import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  baTransolver,
  batchSpecs,
  NPSOLVER_2D,
  type OperatorInputs,
  officialNetwork,
  transolver,
} from '../../operators/index.js';
import { compile, type HostArray } from '../../runtime/index.js';
import type { SafetensorsContent } from '../../training/index.js';
import { relativeDifference } from './grid-operator-checks.js';
import {
  type Configuration,
  hasTorch,
  inputsOf,
  readFixture,
  torchDraw,
  weightsOf,
} from './official-arrays.js';

function official(question: SafetensorsContent) {
  const { options, parameters } = officialNetwork(weightsOf(question));
  return { operator: baTransolver(options), parameters };
}

/** max |u − û| / max |û| over the cells of each case, padding left out. */
async function differences(
  question: SafetensorsContent,
  answer: SafetensorsContent,
  { operator, parameters } = official(question),
) {
  const { options } = operator;
  const compiled = await compile(
    (inputs, weights) => ({ field: operator.forward(weights, inputs as unknown as OperatorInputs) }),
    batchSpecs(options.cellFeatures, options.faceFeatures, 'batch'),
    { parameters, threads: 2 },
  );
  const result: Record<string, number> = {};
  for (const name of ['single', 'batch']) {
    const inputs = inputsOf(question, name);
    const { field } = await compiled.run(inputs);
    const { shape, data } = answer.tensors[`${name}/u`];
    expect(field.shape).toEqual(shape);
    const masked = (values: ArrayLike<number>): HostArray => ({
      shape,
      data: Float32Array.from(values, (value, at) => value * inputs.cellMask.data[at]),
    });
    result[name] = relativeDifference(masked(field.data), masked(data));
  }
  await compiled.dispose();
  return result;
}

describe('one mesh without masks, and a padded batch of three sizes, as the PyTorch module answers them', () => {
  test.each(['square', 'cube'])('fixture of a small network: %s', async (name) => {
    const { single, batch } = await differences(readFixture(name), readFixture(`${name}-answer`));
    expect(single).toBeLessThan(1e-5);
    expect(batch).toBeLessThan(1e-5);
  });

  test('fixture of a network with 0 slices of the boundary, which is Transolver', async () => {
    const question = readFixture('boundaryless');
    const operator = transolver({
      ...{ ...NPSOLVER_2D, unusedParameters: 'omitted' },
      ...{ width: 16, blocks: 2, heads: 2, cellSlices: 6, faceFeatures: 2 },
    });
    const weights = weightsOf(question);
    const names = Object.keys(operator.initialParameters(createRandom(1)));
    expect(
      Object.keys(weights)
        .filter((name) => !/_bd|alpha/.test(name))
        .sort(),
    ).toEqual(names.sort());
    const parameters = Object.fromEntries(names.map((name) => [name, weights[name]]));
    const { single, batch } = await differences(question, readFixture('boundaryless-answer'), {
      operator,
      parameters,
    });
    expect(single).toBeLessThan(1e-5);
    expect(batch).toBeLessThan(1e-5);
  });

  const live: Record<string, Configuration> = {
    small: { space: 2, boundary: 2, width: 24, layers: 2, heads: 3, slices: [7, 2] },
    "the cube's, full size": { space: 3, boundary: 5, width: 300, slices: [64, 16] },
  };
  test.skipIf(!hasTorch).each(Object.entries(live))(
    'drawn and answered now: %s',
    async (_, configuration) => {
      const { question, answer } = torchDraw(configuration, 11);
      const { single, batch } = await differences(question, answer);
      expect(single).toBeLessThan(1e-5);
      expect(batch).toBeLessThan(1e-5);
    },
  );
});
