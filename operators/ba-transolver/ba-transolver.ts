import { tf } from '../../runtime/tf.js';
import type { NeuralOperator } from '../neural-operator.js';
import { encode, head } from './encoder.js';
import { initialEncoderParameters } from './initial-parameters.js';
import { BA_TRANSOLVER_DEFAULTS, type BaTransolverOptions, checkBaTransolverOptions } from './options.js';

/**
 * Boundary-aware Transolver: cells and boundary faces are averaged into slices, the slices' tokens attend to one
 * another, and the answer is spread back over the cells (NPSolver, arXiv 2605.25786, with `NPSOLVER_2D` exactly; its
 * known weaknesses mended with the defaults). The source is one of the cell features.
 *
 * `forward` returns û `[batch, cells, outputs]`, zero in padding.
 *
 * @throws InvalidInputError for sizes that are not positive integers
 */
export function baTransolver(
  options: Partial<BaTransolverOptions> = {},
): NeuralOperator<BaTransolverOptions> {
  return named('ba-transolver', { ...BA_TRANSOLVER_DEFAULTS, ...options });
}

/**
 * Transolver: {@link baTransolver} without boundary tokens, so that of the boundary it knows what the cell features say
 * (Wu et al., ICML 2024; normalised, measured and initialised as the options say).
 *
 * @throws InvalidInputError for sizes that are not positive integers
 */
export function transolver(
  options: Partial<Omit<BaTransolverOptions, 'boundaryTokens' | 'boundaryUpdate'>> = {},
): NeuralOperator<BaTransolverOptions> {
  return named('transolver', {
    ...BA_TRANSOLVER_DEFAULTS,
    ...options,
    boundaryTokens: false,
    boundaryUpdate: false,
  });
}

function named(name: string, complete: BaTransolverOptions): NeuralOperator<BaTransolverOptions> {
  checkBaTransolverOptions(complete);
  return {
    name,
    options: complete,
    output: 'field',
    initialParameters: (random) => initialEncoderParameters(complete, random),
    forward: (parameters, inputs) => {
      const blocks = encode(parameters, inputs, complete);
      const field = head(parameters, blocks[blocks.length - 1].hidden, complete);
      return tf.mul(field, tf.expandDims(inputs.cellMask, 2));
    },
  };
}
