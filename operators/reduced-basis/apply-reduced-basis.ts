import type { SessionOptions } from '../../runtime/session.js';
import type { CoarseSpace, PoissonOperator, Preconditioner } from '../../solvers/index.js';
import { norm } from '../../solvers/vectors.js';
import { type ErrorEstimate, errorEstimate } from './error-estimate.js';
import { type BasisProjection, type ProjectionOptions, projectFields, projectionOf } from './projection.js';
import { type ReducedSession, reducedSession } from './reduced-session.js';
import { type ReducedTransient, reducedTransient } from './reduced-transient.js';
import { basisSpace, twoLevelPreconditioner } from './two-level.js';

/** A reduced-order model of one mesh, one set of boundary types and one κ. */
export interface ReducedModel {
  readonly rank: number;
  /** Φ and M themselves, for models in r unknowns that go further, as with coefficients that change */
  readonly projection: BasisProjection;
  /** Answers right-hand sides b `[source][cell]`, any number at once: 4·N·r flops each, and a few sparse products. */
  apply(rightHandSides: readonly Float64Array[]): ReducedAnswers;
  /** The same answers for many sources: dense products in float32 on ONNX Runtime, nothing but the fields returned. */
  session(options?: SessionOptions): Promise<ReducedSession>;
  /** The part's modes for heat capacities C V `[cell]`, J/K: the same r unknowns in time */
  inTime(capacities: Float64Array): ReducedTransient;
  /** The span for `solve(problem, { deflation })`. */
  readonly coarseSpace: CoarseSpace;
  /** The answer itself with a correction around the projection, as a preconditioner of `solve` or `conjugateGradient`. */
  readonly preconditioner: Preconditioner;
}

export interface ReducedAnswers {
  /** u, `[source][cell]` */
  readonly fields: readonly Float64Array[];
  /** c, `[source][r]` */
  readonly coefficients: readonly Float64Array[];
  /** ‖Bu − b‖₂ / ‖b‖₂, `[source]`, computed from the answers themselves; 0 for b = 0 */
  readonly relativeResiduals: readonly number[];
  /** How far each answer is from the discrete solution, `[source]`, estimated from its residual */
  readonly errorEstimates: readonly ErrorEstimate[];
}

/**
 * Factorises the projection on an encoded basis once, for any number of sources and boundary values.
 *
 * @param basis Φ, row-major `[cell][rank]`, as the encoder's graph returns it (padding behind the cells is ignored)
 * @throws InvalidInputError when Φ does not fit the mesh, vanishes, or holds values that are not finite
 */
export function applyReducedBasis(
  operator: PoissonOperator,
  basis: Float32Array | Float64Array,
  rank: number,
  options: Partial<ProjectionOptions> = {},
): ReducedModel {
  const projection = projectionOf(operator, basis, rank, options);
  return {
    rank,
    projection,
    session: (sessionOptions) => reducedSession(projection, sessionOptions),
    inTime: (capacities) => reducedTransient(projection, capacities),
    coarseSpace: basisSpace(projection),
    preconditioner: twoLevelPreconditioner(projection),
    apply: (rightHandSides) => {
      const { fields, coefficients, residuals } = projectFields(projection, rightHandSides);
      const relativeResiduals = residuals.map((residual, s) => {
        const size = norm(rightHandSides[s]);
        return size > 0 ? norm(residual) / size : 0;
      });
      const errorEstimates = fields.map((field, s) =>
        errorEstimate(projection, field, residuals[s], rightHandSides[s]),
      );
      return { fields, coefficients, relativeResiduals, errorEstimates };
    },
  };
}
