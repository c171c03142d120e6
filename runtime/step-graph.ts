import { CompileError } from './errors.js';
import type { Optimizer, OptimizerState } from './optimizer.js';
import type { Parameters } from './parameters.js';
import type { NamedTensors, TensorSpecs, TensorsOf } from './specs.js';
import { tf } from './tf.js';

/** Scalar loss of a batch, alone or with further scalars to report (all but `loss` without gradient). */
export type LossFunction<
  Weights extends Parameters = Parameters,
  Batch extends TensorSpecs = TensorSpecs,
  Reported extends string = string,
> = (parameters: TensorsOf<Weights>, batch: TensorsOf<Batch>) => tf.Tensor | LossAndMetrics<Reported>;

/** Tensors without axes: `loss`, and what else is worth knowing of the step. */
export type LossAndMetrics<Reported extends string = string> = { loss: tf.Tensor } & Record<
  Reported,
  tf.Tensor
>;

export interface StepGraphOptions {
  readonly loss: LossFunction;
  readonly parameters: Parameters;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | undefined;
  /** Batches of one update. */
  readonly accumulate: number;
  readonly averageDecay: number | undefined;
}

/** State, batch and scalars in; loss, gradient norm, metrics and the next state (`next.…`) out. */
export function stepGraph(
  inputs: NamedTensors,
  batchNames: readonly string[],
  options: StepGraphOptions,
): NamedTensors {
  const { parameters: like, optimizer, clipNorm, accumulate, averageDecay } = options;
  const { value, gradient, reported } = lossAndGradient(inputs, batchNames, options);
  const total = accumulate === 1 ? gradient : tf.add(inputs.accumulated, tf.div(gradient, accumulate));
  const gradientNorm = tf.sqrt(tf.sum(tf.square(total)));
  const clipped =
    clipNorm === undefined
      ? total
      : tf.mul(total, tf.minimum(1, tf.div(clipNorm, tf.add(gradientNorm, 1e-6))));
  const next: Record<string, tf.Tensor> = {
    ...optimizer.update(inputs as NamedTensors & OptimizerState, clipped, inputs, like),
  };
  if (averageDecay !== undefined) {
    next.average = tf.add(tf.mul(inputs.average, averageDecay), tf.mul(next.parameters, 1 - averageDecay));
  }
  const kept = ['parameters', ...optimizer.moments, ...(averageDecay === undefined ? [] : ['average'])];
  const state = Object.fromEntries(kept.map((name) => [`next.${name}`, next[name]]));
  if (accumulate > 1) {
    // one graph for all batches of an update: the last one takes what the others compute in vain, a few passes
    const updates = tf.greater(inputs.updates, 0);
    for (const name of kept) state[`next.${name}`] = tf.where(updates, next[name], inputs[name]);
    state['next.accumulated'] = tf.where(updates, tf.zerosLike(total), total);
  }
  return { loss: value, gradientNorm, ...reported, ...state };
}

/** The loss of the batch, its gradient as one packed vector, and the loss function's further scalars. */
function lossAndGradient(
  inputs: NamedTensors,
  batchNames: readonly string[],
  { loss, parameters: like }: StepGraphOptions,
): { value: tf.Tensor; gradient: tf.Tensor; reported: Record<string, tf.Tensor> } {
  const names = Object.keys(like);
  const batch = Object.fromEntries(batchNames.map((name) => [name, inputs[name]]));
  const pieces = tf.split(
    inputs.parameters,
    Object.values(like).map(({ values }) => values.length),
  );
  const weights = names.map((name, index) => tf.reshape(pieces[index], [...like[name].shape]));
  let reported: Record<string, tf.Tensor> = {};
  const scalarLoss = (): tf.Scalar => {
    const result = loss(Object.fromEntries(names.map((name, index) => [name, weights[index]])), batch);
    if (result instanceof tf.Tensor) return scalar('the loss', result);
    const { loss: value, ...rest } = result;
    reported = Object.fromEntries(
      Object.entries(rest).map(([name, tensor]) => [name, tf.keep(scalar(name, tensor))]),
    );
    return scalar('the loss', value);
  };
  // the engine's own entry, since tf.valueAndGrads refuses a parameter that the loss does not read
  const { value, grads } = tf.engine().gradients(scalarLoss, weights, undefined, true);
  const gradient = tf.concat(
    grads.map((grad, index) => (grad ? tf.reshape(grad, [-1]) : tf.zeros([weights[index].size]))),
  );
  return { value, gradient, reported };
}

function scalar(what: string, tensor: tf.Tensor): tf.Scalar {
  if (tensor instanceof tf.Tensor && tensor.rank === 0) return tensor as tf.Scalar;
  throw new CompileError(
    `compileTrainingStep: ${what} should be a scalar tensor, got ${tensor instanceof tf.Tensor ? `shape [${tensor.shape}]` : tensor}; ` +
      'take its mean or sum',
  );
}
