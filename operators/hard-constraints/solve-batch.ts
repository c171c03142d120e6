import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import { supervisionMoment, type TrainingMoment } from '../losses/supervision.js';
import type { ConstraintOptions } from './constraint-options.js';
import type { ConstraintExecutor, SolveRequest } from './constraint-requests.js';
import { solveForThemselves } from './constraint-systems.js';
import type { SolveOutcome } from './expert-solves.js';
import { requireAnswers } from './failure-policy.js';
import type { LawProjection } from './laws.js';
import type { ConstraintFamily, ConstraintProblem } from './residual.js';
import type { AdjointHessian } from './solve-adjoint.js';
import { assembledField, outputProjection } from './solve-constraint.js';

/** Samples of a batch, passed through a run's context to the host. */
export interface ConstraintContext<Sample = unknown> {
  readonly samples: readonly Sample[];
  /** Rows are drawn anew at every step. */
  readonly moment?: TrainingMoment;
}

/** Bases of a batch, `[batch, ..., N]`, of which a sample's points come first. */
export interface BatchBasis {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

interface SolvedSample {
  readonly problem: ConstraintProblem;
  readonly options: ConstraintOptions;
  readonly requests: readonly SolveRequest[];
  readonly outcomes: readonly (readonly SolveOutcome[])[];
  readonly projection: LawProjection | undefined;
}

/** A batch of answers, and what their adjoint needs. */
export interface SolvedBatch {
  /** u, `[sample][point]` */
  readonly fields: readonly Float64Array[];
  readonly samples: readonly SolvedSample[];
}

/** Requests that a batch is cut into at least, where experts solve for themselves: however many threads there are, so that
 * their number does not show in a sum's last bit. */
const LEAST_REQUESTS = 4;

/**
 * One request a sample, or several with some of its experts each.
 *
 * @throws InvalidInputError when the context has not one sample for every member of the batch, or a sample more points
 */
export function batchRequests<Sample>(
  family: ConstraintFamily<Sample>,
  options: ConstraintOptions,
  { data, shape }: BatchBasis,
  context: unknown,
): { readonly problem: ConstraintProblem; readonly requests: SolveRequest[] }[] {
  const batch = shape[0];
  const columns = shape[shape.length - 1];
  const places = data.length / batch;
  const { samples } = (context ?? {}) as Partial<ConstraintContext<Sample>>;
  if (samples?.length !== batch) {
    throw new InvalidInputError(
      `hard constraints: expected a context with one sample for each of the ${batch} members of the batch, ` +
        `got ${samples ? samples.length : 'none'}; pass { samples } to the run`,
    );
  }
  const step = supervisionMoment(context)?.step ?? 0;
  return samples.map((sample, b) => {
    const problem = family.problem(sample);
    const { points } = problem.residual;
    if (points * columns > places) {
      throw new InvalidInputError(
        `hard constraints: sample ${b} has ${points} points, the network answers at ${places / columns}`,
      );
    }
    const own = { ...options, seed: combineSeeds(options.seed, step, b) };
    const request: SolveRequest = {
      family: family as ConstraintFamily<never>,
      sample,
      basis: data.subarray(b * places, b * places + points * columns),
      columns,
      options: own,
    };
    const parts = solveForThemselves(problem, options) ? Math.ceil(LEAST_REQUESTS / batch) : 1;
    return { problem, requests: dividedExperts(request, parts) };
  });
}

function dividedExperts(request: SolveRequest, parts: number): SolveRequest[] {
  const { experts } = request.options;
  const count = typeof experts === 'number' ? experts : experts.reduce((product, part) => product * part, 1);
  const pieces = Math.min(parts, count);
  if (pieces <= 1) return [request];
  return Array.from({ length: pieces }, (_, piece) => {
    const first = Math.floor((piece * count) / pieces);
    const end = Math.floor(((piece + 1) * count) / pieces);
    return { ...request, only: Array.from({ length: end - first }, (__, at) => first + at) };
  });
}

/** Solves a batch. @throws UnsolvedConstraintError by policy */
export function solveBatch<Sample>(
  family: ConstraintFamily<Sample>,
  options: ConstraintOptions,
  basis: BatchBasis,
  context: unknown,
  executor: ConstraintExecutor,
): SolvedBatch | Promise<SolvedBatch> {
  const members = batchRequests(family, options, basis, context);
  return after(executor.solve(members.flatMap(({ requests }) => requests)), (answers) => {
    let next = 0;
    const solved = members.map(({ problem, requests }) => {
      const own = answers.slice(next, next + requests.length);
      next += requests.length;
      const outcomes = own.map((answer) => answer.outcomes);
      const projection = outputProjection(problem, options, outcomes.flat());
      const contributions = own.flatMap((answer) => answer.contributions);
      const field = () => assembledField(problem, contributions, projection);
      return { sample: { problem, options, requests, outcomes, projection }, field };
    });
    requireAnswers(
      solved.map(({ sample }) => sample.outcomes.flat().map(({ diagnostics }) => diagnostics)),
      options.onFailure,
    );
    return { fields: solved.map(({ field }) => field()), samples: solved.map(({ sample }) => sample) };
  });
}

/** b̄ of every sample, `[point][N]`, for ū. */
export function batchCotangents(
  { samples }: SolvedBatch,
  cotangents: readonly Float64Array[],
  executor: ConstraintExecutor,
): BatchCotangents | Promise<BatchCotangents> {
  const requests = samples.flatMap(({ requests: own, outcomes, projection, options }, b) => {
    const projected = options.laws === 'projected' ? projection?.adjoint(cotangents[b]).field : undefined;
    const cotangent = projected ?? cotangents[b];
    return own.map((request, at) => ({ ...request, outcomes: outcomes[at], cotangent }));
  });
  return after(executor.adjoint(requests), (answers) => {
    let next = 0;
    const bases = samples.map(({ requests: own }) => {
      const [first, ...others] = answers.slice(next, next + own.length).map(({ basis }) => basis);
      next += own.length;
      if (others.length === 0) return first;
      const sum = first.slice();
      for (const basis of others) for (let at = 0; at < sum.length; at++) sum[at] += basis[at];
      return sum;
    });
    return { bases, hessians: answers.flatMap(({ hessians }) => hessians) };
  });
}

export interface BatchCotangents {
  readonly bases: readonly Float64Array[];
  readonly hessians: readonly AdjointHessian[];
}

/** `then` for what may be at hand already, as it has to be in eager runs. */
export function after<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
