import { expect, test } from 'vitest';
import { compileTrainingStep, gelu, hostCall, layerNorm, linear, tf } from '../../runtime/index.js';

const wave = (n: number, k = 1) => Float32Array.from({ length: n }, (_, i) => Math.sin(k * (i + 1)));

test('mlp with attention', async () => {
  const P = {
    w1: { shape: [3, 16], values: wave(48) },
    b1: { shape: [16], values: wave(16, 2) },
    w2: { shape: [16, 1], values: wave(16, 3) },
    g: { shape: [16], values: wave(16, 3) },
    s: { shape: [16], values: wave(16, 3) },
  };
  const double = tf.customGrad((x: any) => ({
    value: hostCall(
      ([a]) => [{ shape: a.shape, data: (a.data as Float32Array).map((v) => 2 * v) }],
      [x],
      [x],
    )[0],
    gradFunc: (dy: any) =>
      hostCall(
        ([a]) => [{ shape: a.shape, data: (a.data as Float32Array).map((v) => 2 * v) }],
        [dy],
        [dy],
      )[0],
  }));
  for (const host of [false, true]) {
    const step = await compileTrainingStep({
      parameters: P,
      clipNorm: 1,
      batchSpecs: {
        x: { shape: ['batch', 'cells', 3], dtype: 'float32' },
        y: { shape: ['batch', 'cells', 1], dtype: 'float32' },
      },
      loss: (p, { x, y }) => {
        let h = layerNorm(gelu(linear(x, p.w1, p.b1)), p.g, p.s);
        h = tf.add(h, tf.matMul(tf.softmax(tf.matMul(h, h, false, true)), h));
        let u = linear(h, p.w2);
        u = host ? double(u) : tf.mul(u, 2);
        return tf.mean(tf.square(tf.sub(u, y))) as any;
      },
    });
    console.log(step.nodeCounts);
    for (let i = 0; i < 20; i++) {
      const r = await step.run(
        { x: { shape: [2, 50, 3], data: wave(300, i + 1) }, y: { shape: [2, 50, 1], data: wave(100) } },
        { learningRate: 1e-2 },
      );
      if (i % 5 === 0) console.log(r);
    }
  }
});
