import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  compileTrainingStep,
  DivergenceError,
  type HostArray,
  hostCall,
  type LossFunction,
  linear,
  type Parameters,
  type TrainingStepOptions,
  tf,
} from '../../runtime/index.js';

const source = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
const lineOf = (name: string): number => 1 + source.findIndex((line) => line.endsWith(`// @${name}`));

const parameters: Parameters = {
  weight: { shape: [2, 3], values: Float32Array.of(1, -1, 0.5, 2, 1, -0.5) },
  bias: { shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) },
};
const batchSpecs = { x: { shape: ['samples', 2], dtype: 'float32' } } as const;
const batch = { x: { shape: [2, 2], data: Float32Array.of(1, -1, 0.5, 2) } };

async function failure(loss: LossFunction, data = batch, options: Partial<TrainingStepOptions> = {}) {
  const step = await compileTrainingStep({ loss, parameters, batchSpecs, threads: 1, ...options });
  const before = step.state();
  const error = (await step
    .run(data, { learningRate: 1e-2 }, 'context')
    .catch((e: unknown) => e)) as DivergenceError;
  expect(error).toBeInstanceOf(DivergenceError);
  expect(step.state()).toEqual(before);
  await step.dispose();
  return error;
}
const at = (name: string) => new RegExp(`divergence\\.test\\.ts:${lineOf(name)}:`);

describe('a step that is not finite names the first operation that is not', () => {
  test('in the forward pass', async () => {
    const error = await failure(({ weight, bias }, { x }) => {
      const hidden = linear(x, weight, bias);
      const logarithm = tf.log(hidden); // @log
      return tf.mean(tf.square(tf.sin(logarithm)));
    });
    expect(error.message).toMatch(/step 1: the loss is NaN/);
    expect(error.message).toMatch(/The first operation that is not is Log \(called at/);
    expect(error.message).toMatch(at('log'));
    const { cause, inputs, output } = error.diagnosis!;
    expect(cause).toBe('operation');
    // x W + b by hand
    const hidden = [
      1 - 2 + 0.1,
      -1 - 1 + 0.2,
      0.5 + 0.5 + 0.3,
      0.5 + 4 + 0.1,
      -0.5 + 2 + 0.2,
      0.25 - 1 + 0.3,
    ];
    expect(inputs[0].minimum).toBeCloseTo(Math.min(...hidden), 5);
    expect(inputs[0].maximum).toBeCloseTo(Math.max(...hidden), 5);
    expect(output!.notANumber).toBe(hidden.filter((value) => value < 0).length);
  });

  test('in the gradient, where the loss is finite', async () => {
    const error = await failure(({ weight }, { x }) => {
      const distance = tf.sqrt(tf.relu(tf.neg(tf.abs(tf.matMul(x, weight))))); // @root
      return tf.sum(distance);
    });
    expect(error.message).toMatch(/the gradient norm is NaN \(loss 0\)/);
    expect(error.message).toMatch(/in the gradient of Sqrt \(called at/);
    expect(error.message).toMatch(at('root'));
    expect(error.diagnosis!.output!.infinite).toBeGreaterThan(0);
  });

  test('past infinities that a mask takes out', async () => {
    const error = await failure(
      ({ weight }, { x }) => {
        const masked = tf.where(tf.greater(x, 0), tf.ones([2, 2]), tf.mul(tf.log(tf.zerosLike(x)), 0));
        const exploding = tf.exp(tf.mul(tf.matMul(x, weight), 1e3)); // @exp
        return tf.add(tf.sum(exploding), tf.sum(tf.where(tf.greater(x, -9), tf.ones([2, 2]), masked)));
      },
      batch,
      { batchSpecs: { x: { shape: [2, 2], dtype: 'float32' } } },
    );
    expect(error.message).toMatch(/the loss is Infinity/);
    expect(error.message).toMatch(/is Exp \(called at/);
    expect(error.message).toMatch(at('exp'));
  });

  test('a parameter that goes in is named', async () => {
    const error = await failure(({ bias }, { x }) => tf.mul(tf.sum(x), tf.sum(tf.log(tf.sub(bias, bias)))));
    expect(error.diagnosis!.operation).toMatch(/^Log /);
    const named = await failure(
      ({ bias }, { x }) => tf.mul(tf.sum(x), tf.sum(tf.log(tf.reshape(bias, [3, 1])))),
      batch,
      {
        parameters: { ...parameters, bias: { shape: [3], values: Float32Array.of(1, -2, 0) } },
      },
    );
    expect(named.diagnosis!.inputs[0]).toMatchObject({ name: 'parameter bias', minimum: -2, maximum: 1 });
  });

  test('behind a host call, and in front of one that refuses', async () => {
    const contexts: unknown[] = [];
    const square =
      (refuses: boolean) =>
      ([a]: HostArray[], context: unknown): HostArray[] => {
        contexts.push(context);
        if (refuses && [...a.data].some((value) => !Number.isFinite(value)))
          throw new DivergenceError('host: not finite');
        return [{ shape: a.shape, data: (a.data as Float32Array).map((value) => value ** 2) }];
      };
    const onHost = (refuses: boolean) =>
      tf.customGrad((input) => {
        const x = input as tf.Tensor;
        return { value: hostCall(square(refuses), [x], [x])[0], gradFunc: (dy: tf.Tensor) => dy };
      }) as (x: tf.Tensor) => tf.Tensor;
    const behind = await failure(({ bias }) => {
      const squared = onHost(false)(bias);
      return tf.sum(tf.div(1, tf.sub(squared, squared))); // @behind
    });
    expect(behind.message).toMatch(/is RealDiv \(called at/);
    expect(behind.message).toMatch(at('behind'));
    // once in the step, and again for the diagnosis
    expect(contexts.length).toBeGreaterThan(1);
    expect(new Set(contexts)).toEqual(new Set(['context']));
    const before = await failure(({ bias }) => {
      const wrong = tf.log(tf.neg(bias)); // @before
      return tf.sum(onHost(true)(wrong));
    });
    expect(before.message).toMatch(/step 1: host: not finite/);
    expect(before.message).toMatch(/is Log \(called at/);
    expect(before.message).toMatch(at('before'));
  });

  test('a learning rate that is no number is refused before anything runs', async () => {
    const step = await compileTrainingStep({ loss: ({ bias }) => tf.sum(bias), parameters, batchSpecs });
    await expect(step.run(batch, { learningRate: Number.NaN })).rejects.toThrow(/learningRate .* got NaN/);
    expect(step.state().step).toBe(0);
    await step.dispose();
  });

  test('bad batches and bad parameters are told apart from it', async () => {
    const loss: LossFunction = ({ weight }, { x }) => tf.mean(tf.square(tf.matMul(x, weight)));
    const bad = await failure(loss, { x: { shape: [2, 2], data: Float32Array.of(1, 2, Number.NaN, 4) } });
    expect(bad.diagnosis!.cause).toBe('batch');
    expect(bad.message).toMatch(
      /batch input x \[2,2\] with 1 NaN of 4 values, the first at 2, the others in \[1, 4\]/,
    );
    const infinite = await failure(loss, batch, {
      parameters: { ...parameters, weight: { shape: [2, 3], values: new Float32Array(6).fill(Infinity) } },
    });
    expect(infinite.diagnosis!.cause).toBe('parameters');
    expect(infinite.message).toMatch(/parameter weight \[2,3\] with 6 infinite of 6 values/);
  });
});
