import { tf } from '../../runtime/tf.js';
import { layerNorm, perceptron } from '../layers.js';
import type { ParameterTensors } from '../neural-operator.js';
import type { BaTransolverOptions } from './options.js';
import { type SliceAttention, sliceAttention } from './slice-attention.js';

export interface BlockResult {
  /** `[batch, cells, width]` */
  readonly hidden: tf.Tensor;
  readonly attention: SliceAttention;
}

/**
 * h̄ = LN(h), b̄ = LN_b(b), h' = Attention(h̄, b̄) + skip, h'' = MLP(LN(h')) + h', where skip is h̄ (NPSolver) or h
 * (Transolver). b is the same for every block: each only normalises it anew.
 */
export function block(
  parameters: ParameterTensors,
  index: number,
  hidden: tf.Tensor,
  boundary: tf.Tensor,
  cellWeights: tf.Tensor,
  faceWeights: tf.Tensor,
  options: BaTransolverOptions,
): BlockResult {
  const prefix = `blocks.${index}.`;
  const h = layerNorm(parameters, `${prefix}fx_ln_1`, hidden);
  const b = layerNorm(parameters, `${prefix}fx_bd_ln_1`, boundary);
  const attention = sliceAttention(parameters, `${prefix}Attn.`, h, b, cellWeights, faceWeights, options);
  const attended = tf.add(attention.output, options.skip === 'raw' ? hidden : h);
  const update = perceptron(parameters, `${prefix}mlp`, layerNorm(parameters, `${prefix}fx_ln_2`, attended));
  return { hidden: tf.add(update, attended), attention };
}
