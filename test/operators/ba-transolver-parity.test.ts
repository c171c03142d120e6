import { describe, expect, test } from 'vitest';
import { baTransolver, batchSpecs, type OperatorInputs, officialNetwork } from '../../operators/index.js';
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

/** max |u − û| / max |û| over the cells of each case, padding left out. */
async function differences(question: SafetensorsContent, answer: SafetensorsContent) {
  const { options, parameters } = officialNetwork(weightsOf(question));
  const operator = baTransolver(options);
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
