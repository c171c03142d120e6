import { createRandom } from '../../common/random.js';
import {
  type GridOperator,
  type StageMethod,
  type StateScales,
  type StepperMethodOptions,
  stepperLoss,
  stepperMethod,
  type TimeStepper,
} from '../../operators/index.js';
import {
  compile,
  gradient,
  type HostArray,
  type Parameters,
  type ParameterValue,
  type TensorSpecs,
  tf,
} from '../../runtime/index.js';

export const UNIT_SCALES: StateScales = { state: [1], increment: [1], difference: [1] };

/** G(u) = (W − I) u on one axis, so that the step is u ↦ W u. */
export function linearOperator(points: number): GridOperator {
  return {
    name: 'linear',
    options: {},
    initialParameters: () => ({ W: { shape: [points, points], values: identity(points) } }),
    forward: ({ W }, field) => {
      const flat = tf.reshape<tf.Rank.R2>(field, [-1, points]);
      const moved = tf.matMul(flat, W as tf.Tensor2D, false, true);
      return tf.reshape(tf.sub(moved, flat), field.shape);
    },
  };
}

export function identity(points: number): Float32Array {
  const values = new Float32Array(points * points);
  for (let i = 0; i < points; i++) values[i * points + i] = 1;
  return values;
}

export function randomValues(length: number, seed: number, scale = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => scale * random.normal());
}

export function signs(shape: readonly number[], seed: number): HostArray {
  const random = createRandom(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length }, () => (random.uniform() < 0.5 ? -1 : 1)) };
}

const specsOf = (arrays: Readonly<Record<string, HostArray>>): TensorSpecs =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [name, { shape, dtype: 'float32' } as const]),
  );

/** Runs a function of named tensors once. */
export async function evaluateOnce(
  fn: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  inputs: Readonly<Record<string, HostArray>>,
): Promise<Record<string, HostArray>> {
  const compiled = await compile(fn, specsOf(inputs), { threads: 1 });
  const outputs = (await compiled.run(inputs)) as Record<string, HostArray>;
  await compiled.dispose();
  return outputs;
}

const arrayOf = ({ shape, values }: ParameterValue): HostArray => ({ shape, data: values });

/** Loss and gradient by parameter of a method's loss on one batch. */
export async function lossAndGradient(
  stepper: TimeStepper,
  options: StepperMethodOptions | StageMethod,
  parameters: Parameters,
  batch: Readonly<Record<string, HostArray>>,
  part: 'loss' | 'misfit' | 'penalty' = 'loss',
): Promise<{ value: number; gradients: Record<string, Float32Array> }> {
  const names = Object.keys(parameters);
  const method = stepperMethod(options);
  const weights = Object.fromEntries(names.map((name) => [name, arrayOf(parameters[name])]));
  const outputs = await evaluateOnce(
    gradient(
      (all: Record<string, tf.Tensor>) =>
        stepperLoss(
          stepper,
          method,
          Object.fromEntries(names.map((name) => [name, all[name]])),
          Object.fromEntries(Object.keys(batch).map((name) => [name, all[name]])),
        )[part],
      names,
    ) as unknown as (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
    { ...weights, ...batch },
  );
  return {
    value: outputs.value.data[0],
    gradients: Object.fromEntries(
      names.map((name) => [name, outputs[`gradient.${name}`].data as Float32Array]),
    ),
  };
}

export const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** ‖a − b‖ / ‖b‖ */
export const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  norm(Array.from(a, (value, i) => value - b[i])) / norm(b);
