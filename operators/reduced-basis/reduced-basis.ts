import { encode, head } from '../ba-transolver/encoder.js';
import { initialEncoderParameters } from '../ba-transolver/initial-parameters.js';
import {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  checkBaTransolverOptions,
} from '../ba-transolver/options.js';
import type { NeuralOperator } from '../neural-operator.js';
import { PROJECTION_DEFAULTS, type ProjectionOptions } from './projection.js';

export interface ReducedBasisOptions extends ProjectionOptions {
  /** r, the number of basis fields. */
  readonly rank: number;
  /** The network that writes them; its `outputs` is the rank. */
  readonly encoder: BaTransolverOptions;
}

export interface PartialReducedBasisOptions extends Partial<ProjectionOptions> {
  readonly rank?: number;
  readonly encoder?: Partial<Omit<BaTransolverOptions, 'outputs'>>;
}

export const REDUCED_BASIS_DEFAULTS = { ...PROJECTION_DEFAULTS, rank: 128 };

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
  return {
    name: 'reduced-basis',
    options: { ...own, encoder },
    output: 'basis',
    initialParameters: (random) => initialEncoderParameters(encoder, random),
    forward: (parameters, inputs) => {
      const blocks = encode(parameters, inputs, encoder);
      return head(parameters, blocks[blocks.length - 1].hidden, encoder);
    },
  };
}
