import { InvalidInputError } from '../../common/errors.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import { initialEncoderParameters } from '../ba-transolver/initial-parameters.js';
import {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  checkBaTransolverOptions,
  headDimension,
} from '../ba-transolver/options.js';
import { addLinear, type LinearInitialisation } from '../layer-parameters.js';
import type { NeuralOperator, OperatorInputs, ParameterTensors } from '../neural-operator.js';
import { applyResponse, type EncodedResponse, encodeResponse } from './response-stream.js';

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

/** A field operator whose geometry part can be run once for many sources: `forward` is `apply` after `encode`. */
export interface LinearResponse extends NeuralOperator<LinearResponseOptions> {
  /** @param inputs without the source: one cell feature less than `forward` reads */
  encode(parameters: ParameterTensors, inputs: OperatorInputs): EncodedResponse;
  /** Linear in `source` `[batch, cells, 1]`; returns u `[batch, cells, 1]`. */
  apply(parameters: ParameterTensors, encoded: EncodedResponse, source: tf.Tensor): tf.Tensor;
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
export function linearResponse(options: PartialLinearResponseOptions = {}): LinearResponse {
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
    encode: (parameters, inputs) => encodeResponse(parameters, inputs, geometry),
    apply: (parameters, encoded, source) => applyResponse(parameters, encoded, source, encoder),
    forward: (parameters, inputs) => {
      const cells = tf.slice(inputs.cells, [0, 0, 0], [-1, -1, geometry.cellFeatures]);
      const source = tf.slice(inputs.cells, [0, 0, geometry.cellFeatures], [-1, -1, 1]);
      return applyResponse(
        parameters,
        encodeResponse(parameters, { ...inputs, cells }, geometry),
        source,
        encoder,
      );
    },
  };
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
