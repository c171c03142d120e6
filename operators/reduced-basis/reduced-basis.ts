import { InvalidInputError } from '../../common/errors.js';
import { tf } from '../../runtime/tf.js';
import { encode, head, headFeatures } from '../ba-transolver/encoder.js';
import { initialEncoderParameters } from '../ba-transolver/initial-parameters.js';
import {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  checkBaTransolverOptions,
} from '../ba-transolver/options.js';
import type { NeuralOperator } from '../neural-operator.js';
import { addModulatedModes, modulatedModes, START_OF_NETWORK } from './cosine-modes.js';
import { PROJECTION_DEFAULTS, type ProjectionOptions } from './projection.js';

export interface ReducedBasisOptions extends ProjectionOptions {
  /** r, the number of basis fields. */
  readonly rank: number;
  /** Largest |k| of the cosine modes that the network modulates; 0 for a linear head alone. */
  readonly waveNumber: number;
  /** Space dimension: the first cell features are the coordinates. */
  readonly dimension: 2 | 3;
  /** The network that writes them; its `outputs` is the rank. */
  readonly encoder: BaTransolverOptions;
}

export interface PartialReducedBasisOptions extends Partial<ProjectionOptions> {
  readonly rank?: number;
  readonly waveNumber?: number;
  readonly dimension?: 2 | 3;
  readonly encoder?: Partial<Omit<BaTransolverOptions, 'outputs'>>;
}

export const REDUCED_BASIS_DEFAULTS = {
  ...PROJECTION_DEFAULTS,
  smoothing: 2,
  rank: 192,
  waveNumber: 14,
  dimension: 2,
} as const;

/**
 * Neural reduced basis: BA-Transolver encodes geometry, boundary types and κ into r basis fields Φ; the answer to any
 * source and boundary values is the Ritz projection on their span. No source is among its inputs.
 *
 * `forward` returns Φ `[batch, cells, r]`; padded rows hold rubbish, which no projection reads. Train it through
 * `projectedLoss`, use it through `applyReducedBasis`.
 *
 * @throws InvalidInputError for sizes that are not positive integers
 */
export function reducedBasis(options: PartialReducedBasisOptions = {}): NeuralOperator<ReducedBasisOptions> {
  const { encoder: partial, ...own } = { ...REDUCED_BASIS_DEFAULTS, ...options };
  const encoder = { ...BA_TRANSOLVER_DEFAULTS, ...partial, outputs: own.rank };
  checkBaTransolverOptions(encoder);
  if (!Number.isInteger(own.waveNumber) || own.waveNumber < 0) {
    throw new InvalidInputError(`reducedBasis: waveNumber must be a whole number ≥ 0, got ${own.waveNumber}`);
  }
  return {
    name: 'reduced-basis',
    options: { ...own, encoder },
    output: 'basis',
    initialParameters: (random) => {
      const parameters = initialEncoderParameters(encoder, random);
      if (own.waveNumber > 0) {
        addModulatedModes(
          parameters,
          { ...own, width: encoder.width },
          { random, rule: encoder.initialisation },
        );
        const direct = parameters[`blocks.${encoder.blocks - 1}.mlp2.weight`].values;
        for (let at = 0; at < direct.length; at++) direct[at] *= START_OF_NETWORK;
      }
      return parameters;
    },
    forward: (parameters, inputs) => {
      const blocks = encode(parameters, inputs, encoder);
      const { hidden } = blocks[blocks.length - 1];
      const direct = head(parameters, hidden, encoder);
      if (own.waveNumber === 0) return direct;
      const position = tf.slice(inputs.cells, [0, 0, 0], [-1, -1, own.dimension]);
      const features = headFeatures(parameters, hidden, encoder);
      return tf.add(direct, modulatedModes(parameters, features, position, own.waveNumber));
    },
  };
}
