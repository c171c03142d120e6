import { describe, expect, test } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { FileError } from '../../common/errors.js';
import {
  CompileError,
  compile,
  exportOnnx,
  gelu,
  layerNorm,
  linear,
  loadModel,
  type NamedTensors,
  readOnnx,
  tf,
  verifyProbe,
} from '../../runtime/index.js';
import { expectClose, expectParity, randomFeeds, runEagerly } from './oracle.js';

const specs = { x: { shape: ['batch', 'cells', 6], dtype: 'float32' } } as const;

describe('compile', () => {
  test('drops unused nodes and shares equal ones', async () => {
    const once = await compile(({ x }) => ({ y: tf.mul(tf.sin(x), 2) }), specs);
    const twice = await compile(({ x }) => {
      tf.exp(tf.cos(x));
      return { y: tf.mul(tf.sin(x), 2), z: tf.mul(tf.sin(tf.clone(x)), 2) };
    }, specs);
    expect(twice.nodeCounts).toEqual(once.nodeCounts);
    await once.dispose();
    await twice.dispose();
  });

  test('identities leave no node and no wrong gradient', async () => {
    const fn = ({ x }: NamedTensors): NamedTensors => {
      const loss = (t: tf.Tensor) => tf.sum(tf.square(tf.reshape(tf.cast(tf.clone(t), 'float32'), t.shape)));
      return { gradient: tf.grad(loss)(x) };
    };
    await expectParity(fn, specs, [{ batch: 2, cells: 3 }]);
    const compiled = await compile(
      ({ x }) => ({ y: tf.sin(tf.add(tf.mul(tf.reshape(tf.clone(x), x.shape), 1), 0)) }),
      specs,
    );
    expect(compiled.nodeCounts).toEqual([1]);
    await compiled.dispose();
  });

  test('full arrays of one value stay small', async () => {
    const compiled = await compile(
      ({ x }) => ({ y: tf.add(tf.matMul(tf.ones([400, 400]), tf.zeros([400, 6])), tf.sum(x)) }),
      specs,
    );
    expect(compiled.models[0].length).toBeLessThan(2000);
    await compiled.dispose();
  });

  test('tensors made outside the function become constants', async () => {
    await tf.setBackend('cpu');
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [1, 6]);
    await expectParity(({ x }) => ({ y: tf.mul(x, table) }), specs, [{ batch: 1, cells: 2 }]);
    expect(tf.getBackend()).toBe('cpu');
  });
});

const wave = (length: number, frequency: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(frequency * (i + 1)));
const parameters = {
  inWeight: { shape: [6, 8], values: wave(48, 1) },
  inBias: { shape: [8], values: wave(8, 2) },
  scale: { shape: [8], values: wave(8, 3) },
  shift: { shape: [8], values: wave(8, 5) },
};
const network = ({ x }: NamedTensors, p: NamedTensors): NamedTensors => {
  const hidden = layerNorm(gelu(linear(x, p.inWeight, p.inBias)), p.scale, p.shift);
  const slices = tf.softmax(hidden, -1);
  const tokens = tf.div(tf.matMul(slices, hidden, true, false), tf.expandDims(tf.sum(slices, 1), 2));
  return { field: tf.matMul(slices, tokens), mean: tf.mean(hidden, [1, 2]) };
};

describe('exportOnnx', () => {
  const bytes = exportOnnx(network, specs, { parameters, metadata: { card: '{"units":"K"}', ünicode: '✓' } });

  test('the file equals the eager function at sizes it never saw', async () => {
    const model = await loadModel(bytes);
    expect(model.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 'cells', 6] }]);
    expect(model.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['field', ['batch', 'cells', 8]],
      ['mean', ['batch']],
    ]);
    expect(model.metadata).toEqual({ card: '{"units":"K"}', ünicode: '✓' });
    for (const sizes of [
      { batch: 1, cells: 1 },
      { batch: 3, cells: 57 },
      { batch: 2, cells: 1201 },
    ]) {
      const feeds = randomFeeds(specs, sizes, sizes.cells);
      const weights = () =>
        Object.fromEntries(
          Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]),
        );
      const expected = await runEagerly((inputs) => network(inputs, weights()), specs, feeds);
      const actual = await model.run(feeds);
      for (const [name, array] of Object.entries(expected)) expectClose(actual[name], array, 1e-5, name);
      const probe = { inputs: feeds, outputs: actual };
      expect((await verifyProbe(model, probe)).relativeDifference).toBeLessThan(1e-6);
      const wrong = {
        shape: actual.field.shape,
        data: (actual.field.data as Float32Array).map((v, i) => (i === 0 ? v + 1 : v)),
      };
      expect((await verifyProbe(model, { inputs: feeds, outputs: { field: wrong } })).agrees).toBe(false);
    }
    await model.dispose();
  });

  test('bytes that are no model are refused', async () => {
    await expect(loadModel(new Uint8Array(0))).rejects.toThrow(FileError);
    await expect(loadModel(new TextEncoder().encode('{"not": "onnx"}'))).rejects.toThrow(FileError);
    for (const length of [1, 10, 100, bytes.length >> 1, bytes.length - 1]) {
      await expect(loadModel(bytes.slice(0, length)), `${length} bytes`).rejects.toThrow(FileError);
    }
    // a length of 2^60 bytes
    expect(() => readOnnx(Uint8Array.of(0x3a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10))).toThrow(
      FileError,
    );
  });

  test('a function that calls the host is refused', async () => {
    const { hostCall } = await import('../../runtime/index.js');
    expect(() => exportOnnx(({ x }) => ({ y: hostCall(([a]) => [a], [x], [x])[0] }), specs)).toThrow(
      CompileError,
    );
  });
});
