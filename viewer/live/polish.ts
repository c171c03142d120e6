import { conjugateGradientIteration, type IterationState } from '../../solvers/conjugate-gradient.js';
import {
  assemble,
  choosePreconditioner,
  compatibleRightHandSide,
  type PoissonProblem,
  removeRowSum,
  SOLVE_DEFAULTS,
  type SolveResult,
  solve,
} from '../../solvers/index.js';

/**
 * The discrete problem of training, surrogate and reference: plain two-point fluxes, to the tolerance of every certificate of the
 * package.
 */
export const POLISH_OPTIONS = {
  relativeTolerance: SOLVE_DEFAULTS.relativeTolerance,
  preconditioner: 'incomplete-cholesky',
  nonOrthogonalCorrection: false,
  neumannImbalance: 'remove',
} as const;

/** Some steps of the solver. */
export interface PolishSteps {
  /** ‖b − Bu‖/‖b‖ after each iteration so far, that of the start first */
  readonly residuals: readonly number[];
  /** u, `[cell]` */
  readonly field: Float64Array;
  readonly done: boolean;
}

/** What a solve that is through can say. */
export interface PolishCertificate {
  readonly certified: boolean;
  readonly reason: string;
  readonly tolerance: number;
  /** Of the field returned, computed anew */
  readonly relativeResidual: number;
  readonly preconditioner: string;
  /** `[cell]` */
  readonly field: Float64Array;
}

/** Conjugate gradients from a guess, a few steps at a time. */
export interface Polish {
  steps(count: number): PolishSteps;
  /** The certificate of `solve` for what the steps reached. */
  certify(): Promise<PolishCertificate>;
}

/** @param guess `[cell]`; zero by default */
export function polish(problem: PoissonProblem, guess?: Float64Array): Polish {
  const { operator, rightHandSide } = assemble(problem);
  const volumes = operator.mesh.cellVolumes;
  if (operator.singular) removeRowSum(rightHandSide, volumes);
  const b = operator.singular ? compatibleRightHandSide(rightHandSide, volumes) : rightHandSide;
  const iteration: Generator<IterationState, SolveResult, void> = conjugateGradientIteration(
    operator.matrix,
    b,
    {
      preconditioner: choosePreconditioner(operator.matrix, POLISH_OPTIONS.preconditioner),
      relativeTolerance: POLISH_OPTIONS.relativeTolerance,
      ...(guess && { guess }),
      ...(operator.singular && { singular: { volumes } }),
    },
  );
  let field = guess ?? new Float64Array(operator.mesh.cellCount);
  let residuals: number[] = [];
  let done = false;
  return {
    steps: (count) => {
      for (let step = 0; step < count && !done; step++) {
        const next = iteration.next();
        field = next.value.solution;
        if (next.done) {
          done = true;
          const { residualHistory, relativeResidual, residualNorm } = next.value;
          const scale = residualNorm > 0 ? relativeResidual / residualNorm : 0;
          residuals = Array.from(residualHistory, (value) => value * scale);
        } else residuals.push(next.value.relativeResidual);
      }
      return { residuals, field: field.slice(), done };
    },
    certify: async () => {
      const { solution, status, reason, relativeResidual, preconditioner } = await solve(problem, {
        ...POLISH_OPTIONS,
        guess: field,
      });
      return {
        certified: status === 'converged',
        reason,
        tolerance: POLISH_OPTIONS.relativeTolerance,
        relativeResidual,
        preconditioner,
        field: solution,
      };
    },
  };
}
