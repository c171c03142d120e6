import { createRandom } from '../common/random.js';
import { fno, uNet } from '../operators/index.js';
import {
  type HostArray,
  type NamedTensors,
  type Parameters,
  type TensorSpecs,
  tf,
} from '../runtime/index.js';
import {
  normalArrays,
  transolverBatch,
  transolverBatchSpecs,
  transolverLoss,
  transolverParameters,
} from './transolver-case.js';

/** What a step is compiled from; peers/train_step.py has the same models under the same names. */
export interface TrainStepCase {
  readonly parameters: Parameters;
  readonly batchSpecs: TensorSpecs;
  readonly batch: Readonly<Record<string, HostArray>>;
  loss(parameters: NamedTensors, batch: NamedTensors): tf.Scalar;
}

const random = createRandom(3);
const normal = normalArrays(random);
const specsOf = (batch: TrainStepCase['batch']): TensorSpecs =>
  Object.fromEntries(Object.entries(batch).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }]));

const misfit = (answer: tf.Tensor, target: tf.Tensor): tf.Scalar =>
  tf.mean(tf.squaredDifference(answer, target));

function transolverStep(): TrainStepCase {
  return {
    parameters: transolverParameters(),
    batchSpecs: transolverBatchSpecs,
    batch: { ...transolverBatch(2, 2048, 256), target: normal(2, 2048, 1) },
    loss: transolverLoss,
  };
}

const fourier = fno({ dimensions: 1, width: 32, layers: 4, modes: 16 });

function fourierStep(): TrainStepCase {
  const batch = { field: normal(16, 256, 2), target: normal(16, 256, 1) };
  return {
    parameters: fourier.initialParameters(random),
    batchSpecs: specsOf(batch),
    batch,
    loss: (parameters, { field, target }) => misfit(fourier.forward(parameters, field), target),
  };
}

/** A probe of the Jacobian's size, |Jᵀw|² with random signs w, beside the misfit: a gradient of a gradient. */
function fourierJacobianStep(): TrainStepCase {
  const { parameters, batch } = fourierStep();
  const signs = normal(16, 256, 1);
  const probed = { ...batch, signs: { ...signs, data: (signs.data as Float32Array).map(Math.sign) } };
  return {
    parameters,
    batchSpecs: specsOf(probed),
    batch: probed,
    loss: (weights, { field, target, signs: w }) => {
      const product = tf.grad((u: tf.Tensor) => tf.sum(tf.mul(fourier.forward(weights, u), w)))(field);
      const penalty = tf.mul(tf.mean(tf.square(product)), 0.01);
      return tf.add(misfit(fourier.forward(weights, field), target), penalty);
    },
  };
}

function uNetStep(): TrainStepCase {
  const network = uNet({ width: 32, levels: 3 });
  const batch = { field: normal(8, 64, 64, 3), target: normal(8, 64, 64, 1) };
  return {
    parameters: network.initialParameters(random),
    batchSpecs: specsOf(batch),
    batch,
    loss: (parameters, { field, target }) => misfit(network.forward(parameters, field), target),
  };
}

export const trainStepCases: Readonly<Record<string, () => TrainStepCase>> = {
  'ba-transolver': transolverStep,
  fno: fourierStep,
  'fno-jacobian': fourierJacobianStep,
  'u-net': uNetStep,
};
