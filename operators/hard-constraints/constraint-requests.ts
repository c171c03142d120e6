import type { ConstraintOptions } from './constraint-options.js';
import type { SolveDiagnostics } from './diagnostics.js';
import type { Contribution } from './expert-solves.js';
import { type ExpertTask, resumedCotangents, type SolveOutcome, solveExperts } from './expert-solves.js';
import type { ConstraintFamily } from './residual.js';
import { residualNorms } from './residual-norms.js';
import type { AdjointHessian } from './solve-adjoint.js';
import { solveConstraint } from './solve-constraint.js';

/** A sample with its basis: what is solved, here or in a worker thread, where all but the family arrives as a copy. */
export interface SolveRequest {
  readonly family: ConstraintFamily<never>;
  readonly sample: unknown;
  /** b, `[point][N]` */
  readonly basis: Float32Array;
  readonly columns: number;
  readonly options: ConstraintOptions;
  /** Experts that this request is about; all of them by default. */
  readonly only?: readonly number[];
}

export interface SolveAnswer {
  readonly outcomes: readonly SolveOutcome[];
  readonly contributions: readonly Contribution[];
}

export interface AdjointRequest extends SolveRequest {
  readonly outcomes: readonly SolveOutcome[];
  /** ū as it reaches the solves */
  readonly cotangent: Float64Array;
}

export interface AdjointAnswer {
  /** b̄, `[point][N]`, without what it shares with other requests of the sample */
  readonly basis: Float64Array;
  readonly hessians: readonly AdjointHessian[];
}

/** What a loss on the host measures: how far the answer is from obeying all rows, or what the solves minimise. */
export type ConstraintLossKind = 'residual' | 'objective';

export interface LossRequest extends SolveRequest {
  readonly loss: ConstraintLossKind;
  /** w of `residual`, by name of the row group; 1 where left out */
  readonly lossWeights: Readonly<Record<string, number>>;
  /** Whether fields are answers already: u = c + E b with one basis field, nothing solved. */
  readonly solve: boolean;
}

export interface LossAnswer {
  readonly value: number;
  /** `[point][N]` */
  readonly gradient: Float32Array;
  /** None where nothing is solved. */
  readonly diagnostics: readonly SolveDiagnostics[];
  readonly hessians: readonly AdjointHessian[];
}

const taskOf = ({ family, sample, basis, columns, options, only }: SolveRequest): ExpertTask => ({
  problem: family.problem(sample as never),
  basis,
  columns,
  options,
  only,
});

export function answerSolve(request: SolveRequest): SolveAnswer {
  const { outcomes, contributions } = solveExperts(taskOf(request));
  return { outcomes, contributions };
}

export function answerAdjoint(request: AdjointRequest): AdjointAnswer {
  const { basis, hessians } = resumedCotangents(taskOf(request), request.outcomes, request.cotangent);
  return { basis, hessians };
}

/** A sample's loss with its gradient in the basis, without a way back to the graph in between. Failures are told, not thrown. */
export function answerLoss(request: LossRequest): LossAnswer {
  const { family, sample, basis, columns, options, loss, lossWeights, solve } = request;
  const problem = family.problem(sample as never);
  if (!solve) {
    const field = Float64Array.from(basis);
    const own = problem.envelope ? problem.envelope.apply(field, 1).slice() : field;
    problem.lifting?.forEach((value, point) => {
      own[point] += value;
    });
    const { value, gradient } = residualNorms(problem, own, lossWeights);
    const back = problem.envelope ? problem.envelope.applyTransposed(gradient, 1) : gradient;
    return { value, gradient: Float32Array.from(back), diagnostics: [], hessians: [] };
  }
  const solution = solveConstraint(problem, basis, columns, { ...options, onFailure: 'continue' });
  const { diagnostics } = solution;
  if (loss === 'objective') {
    const gradient = Float32Array.from(solution.objectiveGradient().basis);
    return { value: solution.objective, gradient, diagnostics, hessians: [] };
  }
  const { value, gradient } = residualNorms(problem, solution.field, lossWeights);
  const cotangents = solution.adjoint(gradient);
  return {
    value,
    gradient: Float32Array.from(cotangents.basis),
    diagnostics,
    hessians: cotangents.hessians,
  };
}

/** Who answers requests: the calling thread, or worker threads. Answers come in the requests' order. */
export interface ConstraintExecutor {
  solve(requests: readonly SolveRequest[]): SolveAnswer[] | Promise<SolveAnswer[]>;
  adjoint(requests: readonly AdjointRequest[]): AdjointAnswer[] | Promise<AdjointAnswer[]>;
  loss(requests: readonly LossRequest[]): LossAnswer[] | Promise<LossAnswer[]>;
}

export const onThisThread: ConstraintExecutor = {
  solve: (requests) => requests.map(answerSolve),
  adjoint: (requests) => requests.map(answerAdjoint),
  loss: (requests) => requests.map(answerLoss),
};
