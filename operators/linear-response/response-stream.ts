import { tf } from '../../runtime/tf.js';
import type { BlockResult } from '../ba-transolver/block.js';
import { encode, headFeatures } from '../ba-transolver/encoder.js';
import { type BaTransolverOptions, headDimension } from '../ba-transolver/options.js';
import { EMPTY_SLICE, mergeHeads, sliceAverage, splitHeads } from '../ba-transolver/slice-attention.js';
import { linear } from '../layers.js';
import type { OperatorInputs, ParameterTensors } from '../neural-operator.js';

/**
 * All that steers the source stream, by names that the tensors keep in a graph: `entry` e(h) and `exit` r(h), masked,
 * `[batch, cells, channels]`, `measures` `[batch, cells]`, and per block k `k.membership` `[batch, heads, cells, slices]`,
 * `k.mixing` `[batch, heads, slices, slices]`, `k.far` γ₁(h) and `k.near` γ₂(h) `[batch, cells, channels]`.
 */
export type EncodedResponse = Readonly<Record<string, tf.Tensor>>;

/** The part of the linear response that sees geometry, boundary types and κ only. */
export function encodeResponse(
  parameters: ParameterTensors,
  inputs: OperatorInputs,
  options: BaTransolverOptions,
): EncodedResponse {
  const blocks = encode(parameters, inputs, options);
  const last = headFeatures(parameters, blocks[blocks.length - 1].hidden, options);
  const encoded: Record<string, tf.Tensor> = {
    entry: linear(parameters, 'response.entry', blocks[0].attention.normalisedCells),
    exit: tf.mul(linear(parameters, 'response.exit', last), tf.expandDims(inputs.cellMask, 2)),
    measures: options.slices === 'counted' ? inputs.cellMask : inputs.cellMeasures,
  };
  blocks.forEach((block, index) => {
    Object.assign(encoded, steering(parameters, index, block, options));
  });
  return encoded;
}

function steering(
  parameters: ParameterTensors,
  index: number,
  { attention }: BlockResult,
  options: BaTransolverOptions,
): Record<string, tf.Tensor> {
  const prefix = `response.blocks.${index}.`;
  const query = linear(parameters, `${prefix}to_q`, attention.cellTokens);
  const key = linear(parameters, `${prefix}to_k`, attention.cellTokens);
  // without a softmax the sum over slices and the size of h would multiply up from block to block
  const scale = 1 / (Math.sqrt(headDimension(options)) * options.cellSlices);
  const features = attention.normalisedCells;
  return {
    [`${index}.membership`]: attention.cellSlicing.membership,
    [`${index}.mixing`]: tf.mul(tf.matMul(query, key, false, true), scale),
    [`${index}.far`]: linear(parameters, `${prefix}far_gain`, features),
    [`${index}.near`]: linear(parameters, `${prefix}near_gain`, features),
  };
}

/** u `[batch, cells, 1]`, linear in `source` `[batch, cells, 1]`; of the parameters it reads `to_out` and `near`. */
export function applyResponse(
  parameters: ParameterTensors,
  encoded: EncodedResponse,
  source: tf.Tensor,
  options: BaTransolverOptions,
): tf.Tensor {
  let stream = tf.mul(encoded.entry, source);
  const [batch, cells] = encoded.measures.shape;
  const weights = tf.reshape(encoded.measures, [batch, 1, cells!, 1]);
  for (let index = 0; index < options.blocks; index++) {
    const prefix = `response.blocks.${index}.`;
    const membership = encoded[`${index}.membership`];
    const slicing = { membership, weights, emptySlice: EMPTY_SLICE[options.slices] };
    const tokens = sliceAverage(slicing, splitHeads(stream, options.heads));
    const mixed = tf.add(tokens, tf.matMul(encoded[`${index}.mixing`], tokens));
    const spread = linear(parameters, `${prefix}to_out`, mergeHeads(tf.matMul(membership, mixed)));
    const far = tf.mul(encoded[`${index}.far`], spread);
    const near = tf.mul(encoded[`${index}.near`], linear(parameters, `${prefix}near`, stream));
    stream = tf.add(stream, tf.add(far, near));
  }
  return tf.mean(tf.mul(encoded.exit, stream), 2, true);
}
