import { InvalidInputError } from '../../common/errors.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import type { BlockResult } from '../ba-transolver/block.js';
import { encode, headFeatures } from '../ba-transolver/encoder.js';
import { initialEncoderParameters } from '../ba-transolver/initial-parameters.js';
import {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  checkBaTransolverOptions,
  headDimension,
} from '../ba-transolver/options.js';
import { mergeHeads, sliceAverage, splitHeads } from '../ba-transolver/slice-attention.js';
import { addLinear, type LinearInitialisation } from '../layer-parameters.js';
import { linear } from '../layers.js';
import type { NeuralOperator, ParameterTensors } from '../neural-operator.js';

export interface LinearResponseOptions {
  /** C_s, channels of the source stream; a multiple of the encoder's heads. */
  readonly sourceChannels: number;
  /**
   * The network that steers it. `cellFeatures` counts all features of a cell, the source as the last; the network sees
   * the others only.
   */
  readonly encoder: BaTransolverOptions;
}

export interface PartialLinearResponseOptions {
  readonly sourceChannels?: number;
  readonly encoder?: Partial<Omit<BaTransolverOptions, 'outputs'>>;
}

export const LINEAR_RESPONSE_DEFAULTS = { sourceChannels: 32 };

/**
 * Linear response: a stream s of C_s channels, linear in the source throughout and steered by the geometry stream h of
 * BA-Transolver. With W the slice memberships, Q, K read from the tokens of h, and γ from the normalised h,
 *
 *     s⁰ = e(h) ⊙ q
 *     z = Wᵀs / ΣW,   z ← z + QKᵀ/(√D M) z,   s ← s + γ₁(h) ⊙ O W z + γ₂(h) ⊙ S s     per block of M slices
 *     u = mean_c r_c(h) s_c
 *
 * No solve, no matrix: u is exactly linear in q, the last cell feature, which may hold b/V, so that boundary values
 * count too. Returns u `[batch, cells, 1]`, zero in padding.
 *
 * @throws InvalidInputError for sizes that are not positive integers, channels that the heads do not divide, or no
 *   feature beside the source
 */
export function linearResponse(
  options: PartialLinearResponseOptions = {},
): NeuralOperator<LinearResponseOptions> {
  const sourceChannels = options.sourceChannels ?? LINEAR_RESPONSE_DEFAULTS.sourceChannels;
  const encoder = { ...BA_TRANSOLVER_DEFAULTS, ...options.encoder, outputs: 1 };
  checkBaTransolverOptions(encoder);
  if (encoder.cellFeatures < 2) {
    throw new InvalidInputError(
      `linearResponse: cellFeatures must count geometry and, last, the source, got ${encoder.cellFeatures}`,
    );
  }
  const geometry = { ...encoder, cellFeatures: encoder.cellFeatures - 1 };
  if (!Number.isInteger(sourceChannels) || sourceChannels < 1 || sourceChannels % encoder.heads !== 0) {
    throw new InvalidInputError(
      `linearResponse: sourceChannels must be a multiple of the ${encoder.heads} heads, got ${sourceChannels}`,
    );
  }
  return {
    name: 'linear-response',
    options: { sourceChannels, encoder },
    output: 'field',
    initialParameters: (random) => {
      const parameters = withoutHead(initialEncoderParameters(geometry, random), encoder);
      addResponseParameters(parameters, sourceChannels, encoder, { random, rule: encoder.initialisation });
      return parameters;
    },
    forward: (parameters, inputs) => {
      const cells = tf.slice(inputs.cells, [0, 0, 0], [-1, -1, geometry.cellFeatures]);
      const source = tf.slice(inputs.cells, [0, 0, geometry.cellFeatures], [-1, -1, 1]);
      const blocks = encode(parameters, { ...inputs, cells }, geometry);
      let stream = tf.mul(linear(parameters, 'response.entry', blocks[0].attention.normalisedCells), source);
      blocks.forEach((block, index) => {
        stream = respond(parameters, `response.blocks.${index}.`, block, stream, encoder);
      });
      const last = headFeatures(parameters, blocks[blocks.length - 1].hidden, encoder);
      const field = tf.mean(tf.mul(linear(parameters, 'response.exit', last), stream), 2, true);
      return tf.mul(field, tf.expandDims(inputs.cellMask, 2));
    },
  };
}

function respond(
  parameters: ParameterTensors,
  prefix: string,
  { attention }: BlockResult,
  stream: tf.Tensor,
  options: BaTransolverOptions,
): tf.Tensor {
  const query = linear(parameters, `${prefix}to_q`, attention.cellTokens);
  const key = linear(parameters, `${prefix}to_k`, attention.cellTokens);
  // without a softmax the sum over slices and the size of h would multiply up from block to block
  const scale = 1 / (Math.sqrt(headDimension(options)) * options.cellSlices);
  const mixing = tf.mul(tf.matMul(query, key, false, true), scale);
  const features = attention.normalisedCells;
  const tokens = sliceAverage(attention.cellSlicing, splitHeads(stream, options.heads));
  const mixed = tf.add(tokens, tf.matMul(mixing, tokens));
  const spread = linear(
    parameters,
    `${prefix}to_out`,
    mergeHeads(tf.matMul(attention.cellSlicing.membership, mixed)),
  );
  const far = tf.mul(linear(parameters, `${prefix}far_gain`, features), spread);
  const near = tf.mul(
    linear(parameters, `${prefix}near_gain`, features),
    linear(parameters, `${prefix}near`, stream),
  );
  return tf.add(stream, tf.add(far, near));
}

function addResponseParameters(
  parameters: Parameters,
  channels: number,
  options: BaTransolverOptions,
  initial: LinearInitialisation,
): void {
  const d = headDimension(options);
  // a bias on the stream itself would make it affine
  const linearOnly = { ...initial, bias: 'none' } as const;
  addLinear(parameters, 'response.entry', options.width, channels, initial);
  for (let index = 0; index < options.blocks; index++) {
    const prefix = `response.blocks.${index}.`;
    addLinear(parameters, `${prefix}to_q`, d, d, linearOnly);
    addLinear(parameters, `${prefix}to_k`, d, d, linearOnly);
    addLinear(parameters, `${prefix}to_out`, channels, channels, linearOnly);
    addLinear(parameters, `${prefix}near`, channels, channels, linearOnly);
    addLinear(parameters, `${prefix}far_gain`, options.width, channels, initial);
    addLinear(parameters, `${prefix}near_gain`, options.width, channels, initial);
  }
  addLinear(parameters, 'response.exit', options.width, channels, initial);
}

/** The encoder's own head is not read: the stream's exit takes its place. */
function withoutHead(parameters: Parameters, options: BaTransolverOptions): Parameters {
  const prefix = `blocks.${options.blocks - 1}.mlp2.`;
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith(prefix)));
}
