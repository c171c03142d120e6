import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { compile, type EagerBackend, tf, useEagerBackend } from '../../runtime/index.js';

/** Second derivative through kernels whose gradients TensorFlow.js gets wrong: its copies must not have won. */
const curvature = (x: tf.Tensor): tf.Tensor =>
  tf.grad((y) => tf.sum(tf.square(tf.grad((z) => tf.sum(tf.mul(tf.tanh(z), tf.exp(z))))(y))))(x);

const values = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));

async function eager(): Promise<Float32Array> {
  return (await curvature(tf.tensor(values, [3, 4])).data()) as Float32Array;
}

/** d/dx (f′)² = 2 f′ f″ for f = eˣ tanh x */
const exact = Array.from(values, (x) => {
  const [e, t] = [Math.exp(x), Math.tanh(x)];
  const s = 1 - t * t;
  return 2 * e * (t + s) * e * (t + 2 * s - 2 * t * s);
});

describe('useEagerBackend', () => {
  let native: { backend: EagerBackend; reason?: string };
  beforeAll(async () => {
    native = await useEagerBackend();
  });
  afterEach(async () => {
    await useEagerBackend('cpu');
  });

  it('takes what is installed, and says why native TensorFlow is not', () => {
    if (native.backend === 'cpu') expect(native.reason).toMatch(/tfjs-node cannot be loaded/);
    else expect(native.reason).toBeUndefined();
  });

  it('refuses an unknown backend', async () => {
    await expect(useEagerBackend('webgl' as EagerBackend)).rejects.toThrow(InvalidInputError);
  });

  it('runs eagerly with right second derivatives on the CPU backend', async () => {
    expect((await useEagerBackend('cpu')).backend).toBe('cpu');
    const result = await eager();
    for (const [i, value] of exact.entries()) expect(result[i]).toBeCloseTo(value, 3);
  });

  it('runs eagerly on native TensorFlow as in a compiled graph', async ({ skip }) => {
    if (native.backend !== 'tensorflow') skip('@tensorflow/tfjs-node is not installed');
    await useEagerBackend('tensorflow');
    expect(tf.getBackend()).toBe('tensorflow');
    const result = await eager();
    for (const [i, value] of exact.entries()) expect(result[i]).toBeCloseTo(value, 3);
    const compiled = await compile(({ x }) => ({ y: curvature(x) }), {
      x: { shape: [3, 4], dtype: 'float32' },
    });
    const { y } = await compiled.run({ x: { shape: [3, 4], data: values } });
    await compiled.dispose();
    for (const [i, value] of y.data.entries()) expect(value).toBeCloseTo(result[i], 4);
  });
});
