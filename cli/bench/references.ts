import { FieldsmithError, InvalidInputError } from '../../common/errors.js';
import { type Preconditioner, smoothedAggregation, sparseCholesky } from '../../solvers/index.js';
import type { BenchCase } from './bench-case.js';
import { iterate } from './iterate.js';
import { relativeError } from './measure.js';
import type { Query } from './query.js';

/** Entries of a factor beyond which it is not computed: it would take minutes. */
export const MOST_FACTOR_ENTRIES = 1.5e7;
const TOLERANCE = 1e-10;
/** What an answer whose residual no longer falls may be off, in place of the tolerance. */
const ROUND_OFF = 1e-7;

/** What answers many right-hand sides fastest: a factor in the plane, multigrid in space. */
export function manyQueriesPreconditioner({ operator, mesh }: BenchCase): Preconditioner {
  if (mesh.dimension === 3) return smoothedAggregation(operator.matrix);
  try {
    return sparseCholesky(operator.matrix, { maximumEntries: MOST_FACTOR_ENTRIES });
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return smoothedAggregation(operator.matrix);
  }
}

/**
 * The solver's own converged answers, with what oblique faces change: what `fieldsmith solve` would say.
 *
 * @throws FieldsmithError where one does not converge
 */
export async function referencesOf(given: BenchCase, queries: readonly Query[]): Promise<Float64Array[]> {
  const preconditioner = manyQueriesPreconditioner(given);
  const { fields, residuals } = await iterate(given, preconditioner, queries, {
    tolerance: TOLERANCE,
    corrected: true,
  });
  const worst = Math.max(...residuals);
  if (!(worst <= ROUND_OFF)) {
    throw new FieldsmithError(
      `bench: the solver's own answer did not converge (residual ${worst.toExponential(1)}); try fieldsmith solve`,
    );
  }
  return fields.map((field) => Float64Array.from(field));
}

/** Mean relative error of two-point fluxes solved to the end: what surrogates are trained on. */
export async function errorOfTwoPointFluxes(
  given: BenchCase,
  queries: readonly Query[],
  references: readonly Float64Array[],
): Promise<number> {
  if (given.orthogonal) return 0;
  const { fields } = await iterate(given, manyQueriesPreconditioner(given), queries, {
    tolerance: TOLERANCE,
    corrected: false,
  });
  const errors = fields.map((field, s) => relativeError(given.mesh.cellVolumes, field, references[s]));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
