import { describe, expect, test } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { compile, type HostArray, hostCall, type NamedTensors, tf } from '../../runtime/index.js';
import { expectClose, randomFeeds, runEagerly } from './oracle.js';

const specs = { x: { shape: ['n', 3], dtype: 'float32' } } as const;

/** y = x³ on the host, x̄ = 3 x² ȳ on the host as well. */
const cube = (onCall: (context: unknown) => void = () => {}) =>
  tf.customGrad((input, saved) => {
    const x = input as tf.Tensor;
    (saved as (tensors: tf.Tensor[]) => void)([x]);
    const forward = ([a]: HostArray[], context: unknown): HostArray[] => {
      onCall(context);
      return [{ shape: a.shape, data: (a.data as Float32Array).map((value) => value ** 3) }];
    };
    const backward = ([a, dy]: HostArray[]): HostArray[] => [
      { shape: a.shape, data: (a.data as Float32Array).map((value, i) => 3 * value ** 2 * dy.data[i]) },
    ];
    return {
      value: hostCall(forward, [x], [x])[0],
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => hostCall(backward, [kept, dy], [kept])[0],
    };
  }) as (x: tf.Tensor) => tf.Tensor;

const network =
  (power: (x: tf.Tensor) => tf.Tensor) =>
  ({ x }: NamedTensors): NamedTensors => {
    const loss = (t: tf.Tensor) => tf.mean(tf.sin(power(tf.tanh(power(tf.sin(t))))));
    const { value, grad } = tf.valueAndGrad(loss)(x);
    return { value, grad, x, twice: tf.mul(grad, tf.cos(x)) };
  };

describe('hostCall', () => {
  test.each(['pass', 'recompute'] as const)(
    'in customGrad, several cuts in a row, values %s',
    async (crossing) => {
      const contexts: unknown[] = [];
      const compiled = await compile(network(cube((context) => contexts.push(context))), specs, { crossing });
      expect(compiled.models.length).toBe(5);
      for (const n of [4, 9]) {
        const feeds = randomFeeds(specs, { n }, n);
        const actual = await compiled.run(feeds, { task: n });
        // the oracle cubes with tensor operations
        const expected = await runEagerly(
          network((t) => tf.mul(t, tf.square(t))),
          specs,
          feeds,
        );
        for (const [name, array] of Object.entries(expected)) expectClose(actual[name], array, 1e-5, name);
        const eager = await runEagerly(network(cube()), specs, feeds);
        expectClose(eager.grad, expected.grad, 1e-5);
      }
      expect(contexts).toEqual([{ task: 4 }, { task: 4 }, { task: 9 }, { task: 9 }]);
      await compiled.dispose();
    },
  );

  test('asynchronous host functions run compiled and are refused eagerly', async () => {
    const twice = ({ x }: NamedTensors): NamedTensors => ({
      y: hostCall(
        async ([a]) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return [{ shape: a.shape, data: (a.data as Float32Array).map((value) => 2 * value) }];
        },
        [x],
        [x],
      )[0],
    });
    const compiled = await compile(twice, specs);
    const feeds = randomFeeds(specs, { n: 2 });
    const { y } = await compiled.run(feeds);
    expectClose(y, { shape: [2, 3], data: (feeds.x.data as Float32Array).map((value) => 2 * value) });
    await compiled.dispose();
    await expect(runEagerly(twice, specs, feeds)).rejects.toThrow(/asynchronous host function/);
  });

  test('calls that do not depend on one another share a cut; unused calls are dropped', async () => {
    const same = ([a]: HostArray[]): HostArray[] => [a];
    const compiled = await compile(({ x }) => {
      const [a] = hostCall(same, [tf.sin(x)], [x]);
      const [b] = hostCall(same, [tf.cos(x)], [x]);
      hostCall(() => expect.fail('called'), [x], [x]);
      return { sum: tf.add(a, b) };
    }, specs);
    expect(compiled.models.length).toBe(2);
    const feeds = randomFeeds(specs, { n: 3 });
    const { sum } = await compiled.run(feeds);
    expectClose(sum, {
      shape: [3, 3],
      data: (feeds.x.data as Float32Array).map((v) => Math.sin(v) + Math.cos(v)),
    });
    await compiled.dispose();
  });

  test('results of another shape than announced are an error', async () => {
    const compiled = await compile(
      ({ x }) => ({
        y: hostCall(
          () => [{ shape: [2], data: new Float32Array(2) }],
          [x],
          [{ shape: [3], dtype: 'float32' }],
        )[0],
      }),
      specs,
    );
    await expect(compiled.run(randomFeeds(specs, { n: 2 }))).rejects.toThrow(
      /result 0 should have shape \[3\], got \[2\]/,
    );
    await compiled.dispose();
  });
});
