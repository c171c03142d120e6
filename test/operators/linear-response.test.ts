import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { linearResponse, type OperatorInputs } from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import { tf } from '../../runtime/tf.js';
import { asTensors, padInputs, permuteRows, randomInputs, toInputs } from './helpers.js';

const cells = 13;
const operator = linearResponse({
  sourceChannels: 8,
  encoder: { width: 16, blocks: 3, heads: 2, cellSlices: 6, faceSlices: 3, cellFeatures: 6, faceFeatures: 4 },
});
const initial = operator.initialParameters(createRandom(2));
const parameters = asTensors(initial);
const inputs = randomInputs(3, { batch: 2, cells, faces: 7, cellFeatures: 6, faceFeatures: 4 });
const random = createRandom(8);
const draw = () => Float32Array.from({ length: 2 * cells }, () => random.normal());

/** The source as the last feature of every cell. */
const withSource = (arrays: typeof inputs, source: Float32Array) => ({
  ...arrays,
  cells: arrays.cells.map((value, i) => (i % 6 === 5 ? source[(i - 5) / 6] : value)),
});

const answer = (arrays: typeof inputs, source: Float32Array) =>
  operator.forward(parameters, toInputs(withSource(arrays, source))).dataSync();

test('answers superpose to float32 rounding, and no source gives no answer', () => {
  const [first, second] = [draw(), draw()];
  const mixed = first.map((value, i) => 2 * value - 0.5 * second[i]);
  const [a, b, sum] = [first, second, mixed].map((source) => answer(inputs, source));
  const scale = Math.max(...a.map(Math.abs), ...b.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  sum.forEach((value, i) => {
    expect(Math.abs(value - (2 * a[i] - 0.5 * b[i]))).toBeLessThan(1e-5 * scale);
  });
  for (const value of answer(inputs, new Float32Array(2 * cells))) expect(Math.abs(value)).toBe(0);
});

test('every part of the stream answers: the response to a point reaches all cells', () => {
  const point = new Float32Array(2 * cells);
  point[4] = 1;
  const response = answer(inputs, point);
  for (let cell = 0; cell < cells; cell++) {
    expect(Math.abs(response[cell])).toBeGreaterThan(0);
    expect(Math.abs(response[cells + cell])).toBe(0);
  }
});

test('the default network starts from answers of the order of one', () => {
  const sizes = { batch: 1, cells: 200, faces: 40, cellFeatures: 3, faceFeatures: 4 };
  const untrained = linearResponse();
  const field = untrained
    .forward(asTensors(untrained.initialParameters(createRandom(4))), toInputs(randomInputs(5, sizes)))
    .dataSync();
  const size = Math.hypot(...field) / Math.sqrt(field.length);
  expect(size).toBeGreaterThan(0.01);
  expect(size).toBeLessThan(10);
});

test('padding and order of cells and faces do not matter', () => {
  const source = draw();
  const plain = answer(inputs, source);
  const padded = new Float32Array(2 * (cells + 4)).fill(0.3);
  for (let b = 0; b < 2; b++) padded.set(source.subarray(b * cells, (b + 1) * cells), b * (cells + 4));
  const withPadding = answer(padInputs(inputs, 4, 3), padded);
  const order = [4, 0, 10, 7, 1, 12, 2, 9, 8, 3, 6, 11, 5];
  const reordered = answer(
    permuteRows(permuteRows(inputs, 'cells', order), 'faces', [6, 2, 0, 1, 5, 3, 4]),
    source.map((_, i) => source[Math.floor(i / cells) * cells + order[i % cells]]),
  );
  const scale = Math.max(...plain.map(Math.abs));
  for (let b = 0; b < 2; b++) {
    for (let cell = 0; cell < cells; cell++) {
      expect(Math.abs(withPadding[b * (cells + 4) + cell] - plain[b * cells + cell])).toBeLessThan(
        1e-5 * scale,
      );
      expect(Math.abs(reordered[b * cells + cell] - plain[b * cells + order[cell]])).toBeLessThan(
        1e-5 * scale,
      );
    }
  }
});

test('compiled with open cell and face counts equals eager, gradient included', async () => {
  const source = draw();
  const eager = (name: string) =>
    tf
      .grad((x) => {
        const given = toInputs(withSource(inputs, source));
        return tf.sum(tf.square(operator.forward({ ...parameters, [name]: x }, given)));
      })(parameters[name])
      .dataSync();
  const name = 'response.blocks.0.near.weight';
  const dtype = 'float32' as const;
  const compiled = await compile(
    (given) => {
      const { [name]: weight, ...rest } = given;
      const constants = asTensors(initial);
      return {
        gradient: tf.grad((x) =>
          tf.sum(tf.square(operator.forward({ ...constants, [name]: x }, rest as unknown as OperatorInputs))),
        )(weight),
      };
    },
    {
      cells: { shape: ['batch', 'cells', 6], dtype },
      faces: { shape: ['batch', 'faces', 4], dtype },
      cellMask: { shape: ['batch', 'cells'], dtype },
      cellMeasures: { shape: ['batch', 'cells'], dtype },
      faceMeasures: { shape: ['batch', 'faces'], dtype },
      [name]: { shape: [8, 8], dtype },
    },
  );
  const { gradient } = await compiled.run({
    cells: { shape: [2, cells, 6], data: withSource(inputs, source).cells },
    faces: { shape: [2, 7, 4], data: inputs.faces },
    cellMask: { shape: [2, cells], data: inputs.cellMask },
    cellMeasures: { shape: [2, cells], data: inputs.cellMeasures },
    faceMeasures: { shape: [2, 7], data: inputs.faceMeasures },
    [name]: { shape: [8, 8], data: initial[name].values },
  });
  await compiled.dispose();
  const expected = eager(name);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(gradient.data[i] - value)).toBeLessThan(2e-5 * scale);
  });
});

test('sizes that do not fit are refused', () => {
  expect(() => linearResponse({ sourceChannels: 7 })).toThrow(/heads/);
  expect(() => linearResponse({ encoder: { cellFeatures: 1 } })).toThrow(/source/);
});
