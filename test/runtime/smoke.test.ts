import { expect, test } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { compile, gelu, layerNorm, linear, tf } from '../../runtime/index.js';

test('smoke', async () => {
  const f = await compile(
    ({ x, w }) => {
      const g = tf.grads((x: tf.Tensor, w: tf.Tensor) =>
        tf.mean(tf.square(gelu(layerNorm(linear(x, w), tf.ones([4]), tf.zeros([4]))))),
      );
      const [gx, gw] = g([x, w]);
      return { gx, gw, s: tf.softmax(tf.matMul(x, x, false, true)) };
    },
    { x: { shape: ['b', 'n', 3], dtype: 'float32' }, w: { shape: [3, 4], dtype: 'float32' } },
  );
  for (const [b, n] of [
    [2, 5],
    [3, 1],
    [1, 300],
  ]) {
    const x = Float32Array.from({ length: b * n * 3 }, (_, i) => Math.sin(i));
    const w = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i));
    const out = await f.run({ x: { shape: [b, n, 3], data: x }, w: { shape: [3, 4], data: w } });
    await tf.setBackend('cpu');
    const g = tf.grads((x: tf.Tensor, w: tf.Tensor) =>
      tf.mean(tf.square(gelu(layerNorm(linear(x, w), tf.ones([4]), tf.zeros([4]))))),
    );
    const [gx] = g([tf.tensor(x, [b, n, 3]), tf.tensor(w, [3, 4])]);
    const e = gx.dataSync();
    expect(Math.max(...e.map((v, i) => Math.abs(v - out.gx.data[i])))).toBeLessThan(1e-5);
  }
  console.log(f.nodeCounts, f.models[0].length);
});
