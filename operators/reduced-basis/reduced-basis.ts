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
import {
  addModeGains,
  addModulatedModes,
  modeSumsAndGains,
  modulatedModes,
  START_OF_NETWORK,
} from './cosine-modes.js';
import { expertOptions } from './expert-options.js';
import { PROJECTION_DEFAULTS, type ProjectionOptions } from './projection.js';

export interface ReducedBasisOptions extends ProjectionOptions {
  /** r, the number of basis fields; with K experts each has r/K of them, see `ExpertOptions.modes`. */
  readonly rank: number;
  /** Largest |k| of the cosine modes that the network modulates (experts' own modes are their r/K longest); 0 for a linear head alone. 14 in 2D, 8 in 3D by default. */
  readonly waveNumber: number;
  /** Space dimension: the first cell features are the coordinates. */
  readonly dimension: 2 | 3;
  /** The network that writes them; its `outputs` is the rank, or with K experts r/K. */
  readonly encoder: BaTransolverOptions;
}

export interface PartialReducedBasisOptions extends Partial<ProjectionOptions> {
  readonly rank?: number;
  readonly waveNumber?: number;
  readonly dimension?: 2 | 3;
  readonly encoder?: Partial<Omit<BaTransolverOptions, 'outputs'>>;
}

/**
 * Smoothing and correction reach as far on a fine mesh as on a coarse one. Their figures, and those of the two damped-Jacobi
 * steps that were the default before (mean relative L2 error on 1,000 and 10,000 cells, one trained basis of rank 192): two
 * steps 0.42 and 1.23 %, these without correction 0.82 and 0.78 %, with it 0.004 and 0.005 %.
 */
export const REDUCED_BASIS_DEFAULTS = {
  ...PROJECTION_DEFAULTS,
  smoothing: { damping: 0.05, reach: 1 },
  correction: { damping: 0.1, reach: 2, place: 'around' },
  rank: 128,
  dimension: 2,
} as const satisfies PartialReducedBasisOptions;

/** By dimension: a few more modes than the default rank. */
const WAVE_NUMBERS = { 2: 14, 3: 8 } as const;

/**
 * Neural reduced basis: BA-Transolver encodes geometry, boundary types and κ into r basis fields Φ; the answer to any
 * source and boundary values is the Ritz projection on their span. No source is among its inputs. Experts, which have modes
 * of their own unless told otherwise, make Φ sparse.
 *
 * `forward` returns Φ `[batch, cells, r]`; padded rows hold rubbish, which no projection reads. Train it through
 * `projectedLoss`, use it through `applyReducedBasis`.
 *
 * @throws InvalidInputError for sizes that are not positive integers, and a rank that is no multiple of the number of experts
 */
export function reducedBasis(options: PartialReducedBasisOptions = {}): NeuralOperator<ReducedBasisOptions> {
  const { encoder: partial, ...given } = { ...REDUCED_BASIS_DEFAULTS, ...options };
  const own = { ...given, waveNumber: given.waveNumber ?? WAVE_NUMBERS[given.dimension] };
  // modes of their own, unless there are to be none or told otherwise
  const local = own.experts?.mode !== 'independent' && own.waveNumber > 0;
  const experts = own.experts && expertOptions({ modes: local ? 'own' : 'shared', ...own.experts });
  const fields = own.rank / (experts?.count ?? 1);
  if (experts && !Number.isInteger(fields)) {
    throw new InvalidInputError(
      `reducedBasis: rank must be a multiple of the ${experts.count} experts, got ${own.rank}`,
    );
  }
  const encoder = { ...BA_TRANSOLVER_DEFAULTS, ...partial, outputs: fields };
  checkBaTransolverOptions(encoder);
  if (!Number.isInteger(own.waveNumber) || own.waveNumber < 0) {
    throw new InvalidInputError(`reducedBasis: waveNumber must be a whole number ≥ 0, got ${own.waveNumber}`);
  }
  return {
    name: 'reduced-basis',
    options: { ...own, ...(experts ? { experts } : {}), encoder },
    output: 'basis',
    initialParameters: (random) => {
      const parameters = initialEncoderParameters(encoder, random);
      const initial = { random, rule: encoder.initialisation };
      const size = { ...own, rank: fields, width: encoder.width };
      if (experts?.modes === 'own') addModeGains(parameters, size, initial);
      else if (own.waveNumber > 0) addModulatedModes(parameters, size, initial);
      if (own.waveNumber > 0) {
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
      const features = headFeatures(parameters, hidden, encoder);
      if (experts?.modes === 'own') return modeSumsAndGains(parameters, direct, features);
      const position = tf.slice(inputs.cells, [0, 0, 0], [-1, -1, own.dimension]);
      return tf.add(direct, modulatedModes(parameters, features, position, own.waveNumber));
    },
  };
}
