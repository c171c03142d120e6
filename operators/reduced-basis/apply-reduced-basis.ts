import { InvalidInputError } from '../../common/errors.js';
import type { SessionOptions } from '../../runtime/session.js';
import type { CoarseSpace, PoissonOperator, Preconditioner } from '../../solvers/index.js';
import { norm } from '../../solvers/vectors.js';
import { type AnswerSpace, answerThrough } from './answer-space.js';
import { coupledProjection, coupledSpace, writtenOutProjection } from './coupled-projection.js';
import { type ErrorEstimate, errorEstimate } from './error-estimate.js';
import { expertOptions } from './expert-options.js';
import {
  type BasisProjection,
  denseSpace,
  PROJECTION_DEFAULTS,
  type ProjectionOptions,
  projectionOf,
} from './projection.js';
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
 * Factorises the projection on an encoded basis once, for any number of sources and boundary values. With coupled experts
 * among the options, it is that of all of them; `session`, `inTime` and `projection` then write the sparse basis out.
 *
 * @param basis Φ, row-major `[cell][fields]`, as the encoder's graph returns it (padding behind the cells is ignored)
 * @param fields columns of Φ: the rank, or with K experts the rank over K
 * @throws InvalidInputError when Φ does not fit the mesh, vanishes, or holds values that are not finite; for independent
 * experts, which are no reduced-order model, see {@link answerSpace}
 */
export function applyReducedBasis(
  operator: PoissonOperator,
  basis: Float32Array | Float64Array,
  fields: number,
  options: Partial<ProjectionOptions> = {},
): ReducedModel {
  if (!options.experts) {
    const projection = projectionOf(operator, basis, fields, options);
    return modelOf(denseSpace(projection), () => projection);
  }
  const experts = expertOptions(options.experts);
  if (experts.mode !== 'coupled') {
    throw new InvalidInputError(
      'applyReducedBasis: independent experts have no common projection; answer with answerSpace and answerThrough',
    );
  }
  const complete = { ...PROJECTION_DEFAULTS, ...options };
  const coupled = coupledProjection(operator, basis, fields, experts, complete);
  let dense: BasisProjection | undefined;
  return modelOf(coupledSpace(coupled), () => {
    dense ??= writtenOutProjection(coupled);
    return dense;
  });
}

function modelOf(space: AnswerSpace, dense: () => BasisProjection): ReducedModel {
  return {
    rank: space.basis.columns,
    get projection() {
      return dense();
    },
    session: (sessionOptions) => reducedSession(dense(), sessionOptions),
    inTime: (capacities) => reducedTransient(dense(), capacities),
    coarseSpace: basisSpace(space),
    preconditioner: twoLevelPreconditioner(space),
    apply: (rightHandSides) => {
      const { fields, coefficients, residuals } = answerThrough(space, rightHandSides);
      const relativeResiduals = residuals.map((residual, s) => {
        const size = norm(rightHandSides[s]);
        return size > 0 ? norm(residual) / size : 0;
      });
      const errorEstimates = fields.map((field, s) =>
        errorEstimate(space, field, residuals[s], rightHandSides[s]),
      );
      return { fields, coefficients, relativeResiduals, errorEstimates };
    },
  };
}
