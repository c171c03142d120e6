import { spawnSync } from 'node:child_process';
import { packageFile } from '../../common/package-file.js';
import { createRandom } from '../../common/random.js';
import type { GridOperator } from '../../operators/index.js';
import { compile, type HostArray, type Parameters, tf } from '../../runtime/index.js';

export function randomField(shape: readonly number[], seed: number): HostArray {
  const random = createRandom(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length }, () => random.normal()) };
}

/** Whether PyTorch is there to compare with. */
export const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;

/** What the same model answers in PyTorch. */
export function torchForward(operator: GridOperator, parameters: Parameters, field: HostArray): HostArray {
  const plain = ({ shape, values }: { shape: readonly number[]; values: ArrayLike<number> }) => ({
    shape,
    values: Array.from(values),
  });
  const question = {
    case: operator.name,
    options: operator.options,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, entry]) => [name, plain(entry)])),
    field: plain({ shape: field.shape, values: field.data }),
  };
  const { status, stdout, stderr } = spawnSync('python3', [packageFile('test/operators/torch-grid.py')], {
    input: JSON.stringify(question),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  const { shape, values } = JSON.parse(stdout) as { shape: number[]; values: number[] };
  return { shape, data: Float32Array.from(values) };
}

export async function forward(
  operator: GridOperator,
  parameters: Parameters,
  field: HostArray,
): Promise<HostArray> {
  const compiled = await compile(
    ({ x }, weights) => ({ y: operator.forward(weights, x) }),
    { x: { shape: field.shape, dtype: 'float32' } },
    { parameters, threads: 1 },
  );
  const { y } = await compiled.run({ x: field });
  await compiled.dispose();
  return y as HostArray;
}

/** max |a − b| / max |b| */
export function relativeDifference(a: HostArray, b: HostArray): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    difference = Math.max(difference, Math.abs(a.data[i] - b.data[i]));
    scale = Math.max(scale, Math.abs(b.data[i]));
  }
  return difference / scale;
}

/**
 * Directional derivatives of L(θ, a) = mean(u²) and of D(θ, a) = mean(|∂L/∂a|²) · points, along one random direction of all
 * parameters each, from the gradient and from central differences: [gradient, difference] of both.
 */
export async function derivativesAlong(
  operator: GridOperator,
  parameters: Parameters,
  field: HostArray,
  step: number,
): Promise<Record<'first' | 'second', [number, number]>> {
  const names = Object.keys(parameters);
  const random = createRandom(11);
  const direction = names.map((name) => parameters[name].values.map(() => random.normal()));
  const energy = (weights: Record<string, tf.Tensor>, x: tf.Tensor): tf.Scalar =>
    tf.mean(tf.square(operator.forward(weights, x)));
  const slope = (weights: Record<string, tf.Tensor>, x: tf.Tensor): tf.Scalar =>
    tf.mul(tf.mean(tf.square(tf.grad((u: tf.Tensor) => energy(weights, u))(x))), x.size);
  const along = (f: typeof energy, weights: Record<string, tf.Tensor>, x: tf.Tensor): tf.Scalar => {
    const gradients = tf.grads((...list: tf.Tensor[]) =>
      f(Object.fromEntries(names.map((name, i) => [name, list[i]])), x),
    )(names.map((name) => weights[name]));
    const parts = gradients.map((gradient, i) =>
      tf.sum(tf.mul(gradient, tf.tensor(direction[i], gradient.shape))),
    );
    return tf.addN(parts) as tf.Scalar;
  };
  const compiled = await compile(
    ({ x, shift }) => {
      const weights = Object.fromEntries(
        names.map((name, i) => {
          const { shape, values } = parameters[name];
          return [
            name,
            tf.add(tf.tensor(values, [...shape]), tf.mul(shift, tf.tensor(direction[i], [...shape]))),
          ];
        }),
      );
      return {
        energy: energy(weights, x),
        slope: slope(weights, x),
        first: along(energy, weights, x),
        second: along(slope, weights, x),
      };
    },
    { x: { shape: field.shape, dtype: 'float32' }, shift: { shape: [], dtype: 'float32' } },
    { threads: 1 },
  );
  const at = async (shift: number) => {
    const outputs = await compiled.run({ x: field, shift: { shape: [], data: Float32Array.of(shift) } });
    return (name: string) => outputs[name as keyof typeof outputs].data[0];
  };
  const [here, plus, minus] = [await at(0), await at(step), await at(-step)];
  await compiled.dispose();
  const difference = (name: string) => (plus(name) - minus(name)) / (2 * step);
  return { first: [here('first'), difference('energy')], second: [here('second'), difference('slope')] };
}
