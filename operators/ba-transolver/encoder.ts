import type { tf } from '../../runtime/tf.js';
import { layerNorm, linear, perceptron } from '../layers.js';
import type { OperatorInputs, ParameterTensors } from '../neural-operator.js';
import { type BlockResult, block } from './block.js';
import type { BaTransolverOptions } from './options.js';

/** Features of every block, in order; the last block's `hidden` is what the head reads. */
export function encode(
  parameters: ParameterTensors,
  inputs: OperatorInputs,
  options: BaTransolverOptions,
): BlockResult[] {
  const counted = options.slices === 'counted';
  const cellWeights = counted ? inputs.cellMask : inputs.cellMeasures;
  const faceWeights = counted ? inputs.faceMask : inputs.faceMeasures;
  let boundary = options.boundaryTokens ? perceptron(parameters, 'preprocess_bd', inputs.faces) : undefined;
  let hidden = perceptron(parameters, 'preprocess', inputs.cells);
  const results: BlockResult[] = [];
  for (let index = 0; index < options.blocks; index++) {
    const result = block(parameters, index, hidden, boundary, cellWeights, faceWeights, options);
    results.push(result);
    ({ hidden, boundary } = result);
  }
  return results;
}

const last = (options: BaTransolverOptions) => `blocks.${options.blocks - 1}.`;

/** What a head reads: LN(h) of the last block, `[batch, cells, width]`. */
export function headFeatures(
  parameters: ParameterTensors,
  hidden: tf.Tensor,
  options: BaTransolverOptions,
): tf.Tensor {
  return layerNorm(parameters, `${last(options)}fx_ln_3`, hidden);
}

/** The last block's head: Linear(LN(h)), `[batch, cells, outputs]`. */
export function head(
  parameters: ParameterTensors,
  hidden: tf.Tensor,
  options: BaTransolverOptions,
): tf.Tensor {
  return linear(parameters, `${last(options)}mlp2`, headFeatures(parameters, hidden, options));
}
