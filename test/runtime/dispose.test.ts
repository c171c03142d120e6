import { describe, expect, expectTypeOf, test } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import {
  compile,
  compileTrainingStep,
  createSession,
  DisposedError,
  exportOnnx,
  type HostArray,
  hostCall,
  loadModel,
  tf,
} from '../../runtime/index.js';

const specs = { x: { shape: ['n'], dtype: 'float32' } } as const;
const x = { shape: [2], data: Float32Array.of(1, 2) };
const twice = ({ x }: { x: tf.Tensor }) => ({ y: tf.mul(x, 2) });

describe('memory is given back when told to', () => {
  test('compiled functions', async () => {
    const compiled = await compile(twice, specs);
    const running = compiled.run({ x });
    // waits for the run under way
    await Promise.all([compiled.dispose(), compiled.dispose()]);
    expect([...(await running).y.data]).toEqual([2, 4]);
    await compiled.dispose();
    await expect(compiled.run({ x })).rejects.toThrow(DisposedError);
    await expect(compiled.run({ x })).rejects.toThrow(/the compiled function was disposed of/);
  });

  test('models, sessions and blocks that end', async () => {
    const bytes = exportOnnx(twice, specs);
    const model = await loadModel(bytes);
    await model.dispose();
    await model.dispose();
    await expect(model.run({ x })).rejects.toThrow(DisposedError);
    const session = await createSession(bytes);
    await session.dispose();
    await expect(session.run({})).rejects.toThrow(/the session was disposed of/);
    let kept: Awaited<ReturnType<typeof loadModel>>;
    {
      await using scoped = await loadModel(bytes);
      kept = scoped;
      expect([...(await scoped.run({ x })).y.data]).toEqual([2, 4]);
    }
    await expect(kept.run({ x })).rejects.toThrow(DisposedError);
  });

  test('training steps: the state outlives the graphs, and steps do not overlap', async () => {
    const step = await compileTrainingStep({
      parameters: { w: { shape: [2], values: Float32Array.of(1, 1) } },
      batchSpecs: { x: { shape: [2], dtype: 'float32' } },
      loss: ({ w }, { x }) => tf.sum(tf.square(tf.sub(w, x))),
    });
    const running = step.run({ x }, { learningRate: 0.1 });
    await expect(step.run({ x }, { learningRate: 0.1 })).rejects.toThrow(InvalidInputError);
    await running;
    await step.dispose();
    await step.dispose();
    expect(step.state().step).toBe(1);
    await expect(step.run({ x }, { learningRate: 0.1 })).rejects.toThrow(DisposedError);
  });
});

test('a host call on the inputs themselves: no graph comes before it', async () => {
  const doubled = ([a]: HostArray[]): HostArray[] => [
    { shape: a.shape, data: (a.data as Float32Array).map((value) => 2 * value) },
  ];
  await using compiled = await compile(({ x }) => ({ y: tf.add(hostCall(doubled, [x], [x])[0], x) }), specs);
  expect(compiled.models.length).toBe(1);
  expect([...(await compiled.run({ x })).y.data]).toEqual([3, 6]);
  // nothing but the host, the output its result or an input
  await using host = await compile(({ x }) => ({ y: hostCall(doubled, [x], [x])[0], x }), specs);
  expect(host.models.length).toBe(0);
  const result = await host.run({ x });
  expect([...result.y.data]).toEqual([2, 4]);
  expect([...result.x.data]).toEqual([1, 2]);
  // of a constant, and of a parameter
  await using carried = await compile(
    (_, { w }) => ({ y: hostCall(doubled, [w], [w])[0], z: hostCall(doubled, [tf.ones([2])], [w])[0] }),
    specs,
    { parameters: { w: { shape: [2], values: Float32Array.of(3, 4) } } },
  );
  const values = await carried.run({ x });
  expect([...values.y.data]).toEqual([6, 8]);
  expect([...values.z.data]).toEqual([2, 2]);
});

test('wrong names are type errors', async () => {
  const compiled = await compile(twice, specs);
  expectTypeOf(compiled.run({ x })).resolves.toHaveProperty('y');
  // @ts-expect-error the input is called x
  await expect(compiled.run({ z: x })).rejects.toThrow(/input x \[n\] is missing/);
  // @ts-expect-error there is no second input
  await expect(compiled.run({ x, z: x })).rejects.toThrow(/unknown input z/);
  // @ts-expect-error the output is called y
  expect((await compiled.run({ x })).z).toBeUndefined();
  // @ts-expect-error the parameter is called w
  const loss = ({ v }: { w: tf.Tensor }) => v;
  expect(loss).toBeDefined();
  await compiled.dispose();
});
