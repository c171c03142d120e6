import { InvalidInputError } from '../common/errors.js';
import { chebyshev } from './chebyshev.js';
import { incompleteCholesky } from './incomplete-cholesky.js';
import { jacobi, type Preconditioner } from './preconditioner.js';
import { smoothedAggregation } from './smoothed-aggregation/smoothed-aggregation.js';
import { sparseCholesky } from './sparse-cholesky/sparse-cholesky.js';
import type { SparseMatrix } from './sparse-matrix.js';
import { ssor } from './ssor.js';

/** What `solve` can build by name. */
export type PreconditionerName = keyof typeof BUILDERS;

/** `auto`: `amg` from {@link AMG_FROM_ROWS} unknowns on, `incomplete-cholesky` below. */
export type PreconditionerChoice = PreconditionerName | 'auto' | Preconditioner;

/**
 * Below this the set-up of a hierarchy costs more than the iterations it saves: between where the two met on triangles in
 * 2D, about 1,000, and on cubes in 3D, about 20,000.
 */
export const AMG_FROM_ROWS = 5000;

const BUILDERS = {
  jacobi,
  ssor,
  chebyshev,
  'incomplete-cholesky': incompleteCholesky,
  amg: smoothedAggregation,
  cholesky: sparseCholesky,
} as const satisfies Record<string, (matrix: SparseMatrix) => Preconditioner>;

/** In the order of the table. */
export const PRECONDITIONER_NAMES = Object.keys(BUILDERS) as [PreconditionerName, ...PreconditionerName[]];

/**
 * The preconditioner of a name for a matrix, or the one given, as when it was set up for another right-hand side.
 *
 * @throws InvalidInputError on an unknown name
 */
export function choosePreconditioner(matrix: SparseMatrix, choice: PreconditionerChoice): Preconditioner {
  if (typeof choice !== 'string') return choice;
  const name = choice === 'auto' ? (matrix.rows < AMG_FROM_ROWS ? 'incomplete-cholesky' : 'amg') : choice;
  if (!Object.hasOwn(BUILDERS, name)) {
    throw new InvalidInputError(
      `solvers.solve: unknown preconditioner '${choice}'; expected auto, ${PRECONDITIONER_NAMES.join(', ')}, ` +
        'or a preconditioner',
    );
  }
  return BUILDERS[name](matrix);
}
