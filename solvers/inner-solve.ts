import { type Progress, silentProgress } from '../common/progress.js';
import { conjugateGradientIteration, type SolveResult, type SolveStatus } from './conjugate-gradient.js';
import type { DiscreteSystem } from './discrete-system.js';

/** How a solve went so far, over all its conjugate gradient runs. */
export interface SolveState {
  status: SolveStatus;
  reason: string;
  iterations: number;
  /** Runs of conjugate gradients */
  corrections: number;
  /** ‖r‖₂ after every iteration */
  readonly residualHistory: number[];
  energyError: number | null;
}

/** What a solve is bound to. */
export interface SolveLimits {
  /** ‖r‖₂ to reach */
  readonly target: number;
  /** ‖b + s c(0)‖₂, for figures */
  readonly scale: number;
  readonly maximumIterations: number;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const MILLISECONDS_BETWEEN_YIELDS = 30;

/** z with ‖r − B z‖ ≤ relativeTolerance ‖r‖ by conjugate gradients; the event loop gets room in between. */
export async function innerSolve(
  { operator, preconditioner }: DiscreteSystem,
  r: Float64Array,
  residualNorm: number,
  relativeTolerance: number,
  state: SolveState,
  limits: SolveLimits,
): Promise<SolveResult> {
  const { signal, progress = silentProgress, maximumIterations, scale } = limits;
  const iteration = conjugateGradientIteration(operator.matrix, r, {
    preconditioner,
    relativeTolerance,
    maximumIterations: maximumIterations - state.iterations,
    singular: operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined,
    signal,
  });
  let lastYield = performance.now();
  let step = iteration.next();
  while (!step.done) {
    if (performance.now() - lastYield > MILLISECONDS_BETWEEN_YIELDS) {
      progress.update('solve', state.iterations + step.value.iteration, maximumIterations, {
        relativeResidual: (step.value.relativeResidual * residualNorm) / scale,
      });
      await new Promise((resolve) => setTimeout(resolve, 0));
      lastYield = performance.now();
    }
    step = iteration.next();
  }
  const result = step.value;
  state.iterations += result.iterations;
  state.corrections++;
  state.status = result.status;
  state.reason = result.reason;
  for (let k = 1; k < result.residualHistory.length; k++)
    state.residualHistory.push(result.residualHistory[k]);
  return result;
}
