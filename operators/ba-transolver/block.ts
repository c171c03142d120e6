import { tf } from '../../runtime/tf.js';
import { layerNorm, perceptron } from '../layers.js';
import type { ParameterTensors } from '../neural-operator.js';
import { type BaTransolverOptions, updatesBoundary } from './options.js';
import { type SliceAttention, sliceAttention } from './slice-attention.js';

export interface BlockResult {
  /** `[batch, cells, width]` */
  readonly hidden: tf.Tensor;
  /** `[batch, faces, width]`; none without boundary tokens */
  readonly boundary?: tf.Tensor;
  readonly attention: SliceAttention;
}

/**
 * h̄ = LN(h), b̄ = LN_b(b), h' = Attention(h̄, b̄) + skip, h'' = MLP(LN(h')) + h', where skip is h̄ (NPSolver) or h
 * (Transolver). b is the same for every block, which only normalises it anew, unless the options have it updated alike.
 */
export function block(
  parameters: ParameterTensors,
  index: number,
  hidden: tf.Tensor,
  boundary: tf.Tensor | undefined,
  cellWeights: tf.Tensor,
  faceWeights: tf.Tensor,
  options: BaTransolverOptions,
): BlockResult {
  const prefix = `blocks.${index}.`;
  const h = layerNorm(parameters, `${prefix}fx_ln_1`, hidden);
  const b = boundary && layerNorm(parameters, `${prefix}fx_bd_ln_1`, boundary);
  const faces = b && { features: b, weights: faceWeights, update: updatesBoundary(options, index) };
  const attention = sliceAttention(parameters, `${prefix}Attn.`, h, cellWeights, faces, options);
  const raw = options.skip === 'raw';
  const updated = (attended: tf.Tensor, norm: string, mlp: string) =>
    tf.add(
      perceptron(parameters, `${prefix}${mlp}`, layerNorm(parameters, `${prefix}${norm}`, attended)),
      attended,
    );
  return {
    hidden: updated(tf.add(attention.output, raw ? hidden : h), 'fx_ln_2', 'mlp'),
    boundary:
      boundary && b && attention.faceOutput
        ? updated(tf.add(attention.faceOutput, raw ? boundary : b), 'fx_bd_ln_2', 'mlp_bd')
        : boundary,
    attention,
  };
}
