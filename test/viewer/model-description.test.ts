import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { exportOnnx } from '../../runtime/index.js';
import { tf } from '../../runtime/tf.js';
import { loadPretrained, pretrainedNames } from '../../training/index.js';
import { STEPPER_CARD_KEY, type StepperCard } from '../../training/time-stepper/stepper-card.js';
import { describeModel } from '../../viewer/data/model-description.js';

const bytesOf = (name: string) => new Uint8Array(readFileSync(packageFile(`pretrained/${name}/model.onnx`)));

/** y = 2x as an ONNX file. */
const doubling = (metadata: Record<string, string> = {}) =>
  exportOnnx(({ x }) => ({ y: tf.add(x, x) }), { x: { shape: ['rows', 3], dtype: 'float32' } }, { metadata });

const stepperCard: StepperCard = {
  format: 'fieldsmith-stepper-1',
  operator: { name: 'fno', options: { modes: 8 } },
  scales: { state: [1], increment: [1], difference: [1] },
  conservative: true,
  interval: 0.05,
  components: 1,
  constants: 0,
  trained: {
    points: [64],
    length: [1],
    viscosity: [0.01, 0.02],
    method: { name: 'reference' },
    steps: 300,
    batchSize: 4,
    seed: 7,
  },
  probe: {
    state: { shape: [1], dtype: 'float32', data: 'AAAAAA==' },
    next: { shape: [1], dtype: 'float32', data: 'AAAAAA==' },
    tolerance: 1e-4,
  },
};

describe('the description of a model', () => {
  test.each(pretrainedNames())('of %s says what its card says', (name) => {
    const { card } = loadPretrained(name);
    const described = describeModel(bytesOf(name), 'model.onnx');
    expect(described).toMatchObject({
      kind: 'surrogate',
      name: card.operator.name,
      task: card.equation,
      conduction: true,
    });
    expect(described.size).toBe(bytesOf(name).length);
    const errors = Object.values(card.errors).flatMap((categories) => Object.values(categories));
    expect(described.errors.map(({ samples, mean, maximum }) => ({ samples, mean, maximum }))).toEqual(
      errors.map(({ samples, meanRelativeL2, maximumRelativeL2 }) => ({
        samples,
        mean: meanRelativeL2,
        maximum: maximumRelativeL2,
      })),
    );
    expect(described.inputs.map(({ name: input, shape }) => [input, shape])).toEqual(
      card.inputs.map(({ name: input, shape }) => [input, shape]),
    );
    expect(described.outputs.map((output) => output.name)).toEqual(card.outputs.map((output) => output.name));
    const groups = Object.values(card.trainedRange.statistics!.groups);
    expect(described.range).toHaveLength(groups.reduce((sum, { names }) => sum + names.length, 0));
    const text = JSON.stringify(described.facts);
    expect(text).toContain(card.trainedRange.geometry);
    expect(text).toContain(card.trainedRange.cells[1].toLocaleString('en'));
  });

  test('of a time stepper tells its step and what it was trained on, and offers no conduction', () => {
    const onnx = doubling({ [STEPPER_CARD_KEY]: JSON.stringify(stepperCard), author: 'somebody' });
    const described = describeModel(onnx, 'burgers.onnx');
    expect(described).toMatchObject({ kind: 'time stepper', name: 'fno', conduction: false });
    expect(described.task).toContain('by 0.05 in time');
    const entries = described.facts.flatMap((facts) => facts.entries);
    expect(entries).toContainEqual(['Viscosity', '0.01 to 0.02']);
    expect(entries).toContainEqual(['Seed', '7']);
    expect(entries).toContainEqual(['author', 'somebody']);
    expect(entries.map(([term]) => term)).not.toContain(STEPPER_CARD_KEY);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /^a\.onnx is empty/],
    [
      'text',
      new TextEncoder().encode('<VTKFile type="UnstructuredGrid">'),
      /^a\.onnx cannot be shown: .*ONNX/,
    ],
    ['half a model', bytesOf('control').subarray(0, 400_000), /^a\.onnx cannot be shown: /],
    [
      'another maker’s model',
      doubling(),
      /^a\.onnx is an ONNX model \(inputs x; outputs y\), but not one of Fieldsmith’s/,
    ],
    ['a card that is no JSON', doubling({ fieldsmith_card: '{' }), /^a\.onnx is not JSON/],
    [
      'a card without its seed',
      doubling({
        stepper: JSON.stringify({ ...stepperCard, trained: { ...stepperCard.trained, seed: undefined } }),
      }),
      /trained\.seed/,
    ],
  ])('refuses %s with a sentence', (_, bytes, sentence) => {
    expect(() => describeModel(bytes, 'a.onnx')).toThrow(sentence);
  });
});
