import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { compile, gelu, layerNorm, linear, softmaxCrossEntropy, tf } from '../../runtime/index.js';

const N = 6;
const image = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [1, 3, 3, 2]);
const depthwiseFilter = () => tf.reshape(tf.cos(tf.range(0, 16, 1)), [2, 2, 2, 2]) as tf.Tensor4D;
const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  exp: (x) => tf.exp(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  elu: (x) => tf.elu(x),
  softmax: (x) => tf.softmax(x),
  prod: (x) => tf.prod(x, 1, true),
  pow: (x) => tf.pow(tf.add(tf.square(x), 1), tf.sin(x)),
  cumsum: (x) => tf.square(tf.cumsum(tf.tanh(x), 0)),
  gelu: (x) => gelu(x),
  layerNorm: (x) => tf.sin(layerNorm(x, tf.ones([3]), tf.zeros([3]))),
  linear: (x) => tf.tanh(linear(tf.tanh(x), tf.matMul(x, tf.tanh(x), true, false))),
  where: (x) => tf.where(tf.greater(x, 0), tf.exp(x), tf.square(x)),
  logSoftmax: (x) => tf.square(tf.logSoftmax(x)),
  'softmax cross-entropy': (x) => tf.square(softmaxCrossEntropy(tf.softmax(tf.sin(x)), x)),
  selu: (x) => tf.selu(x),
  'average pool over padding': (x) => tf.square(tf.avgPool(image(x), 2, 2, 'same')),
  'max pool': (x) => tf.square(tf.maxPool(image(x), 2, 2, 'same')),
  'bilinear, half pixels': (x) => tf.square(tf.image.resizeBilinear(image(x), [4, 2], false, true)),
  'nearest, half pixels': (x) => tf.square(tf.image.resizeNearestNeighbor(image(x), [4, 2], false, true)),
  depthwise: (x) => tf.square(tf.depthwiseConv2d(image(x), depthwiseFilter(), 2, 'same')),
};

describe('first and second derivatives against central differences', () => {
  test.each(Object.entries(functions))('%s', async (_, fn) => {
    const weights = ['a', 'b'].map((_, k) =>
      Float32Array.from({ length: N * 3 }, (__, i) => Math.cos((k + 1) * i)),
    );
    const along = (t: tf.Tensor, k: number) => {
      const flat = tf.reshape(t, [-1]);
      return tf.sum(tf.mul(flat, tf.slice(tf.tensor1d(weights[k]), [0], [flat.size])));
    };
    const compiled = await compile(
      ({ x }) => {
        const gradient = tf.grad((t: tf.Tensor) => along(fn(t), 0));
        return {
          value: along(fn(x), 0),
          gradient: gradient(x),
          contracted: along(gradient(x), 1),
          second: tf.grad((t: tf.Tensor) => along(gradient(t), 1))(x),
        };
      },
      { x: { shape: [N, 3], dtype: 'float32' } },
      { threads: 1 },
    );
    const random = createRandom(3);
    const x = Float32Array.from({ length: N * 3 }, () => 0.2 + random.normal());
    const at = (data: Float32Array) => compiled.run({ x: { shape: [N, 3], data } });
    const { gradient, second } = await at(x);
    const step = 1e-2;
    for (let i = 0; i < x.length; i++) {
      const [plus, minus] = await Promise.all([1, -1].map((sign) => at(x.with(i, x[i] + sign * step))));
      const difference = (name: 'value' | 'contracted') =>
        (plus[name].data[0] - minus[name].data[0]) / (2 * step);
      // truncation is step² times the third derivative
      expect(Math.abs(gradient.data[i] - difference('value'))).toBeLessThan(
        3e-3 * (1 + Math.abs(gradient.data[i])),
      );
      expect(Math.abs(second.data[i] - difference('contracted'))).toBeLessThan(
        3e-3 * (1 + Math.abs(second.data[i])),
      );
    }
    await compiled.dispose();
  });
});
