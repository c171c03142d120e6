import { removeVolumeMean } from './neumann-projection.js';
import type { PoissonOperator } from './poisson-operator.js';
import { type PoissonProblem, requireFinite } from './problem.js';
import { multiply, requireRows } from './sparse-matrix.js';
import { dot, norm } from './vectors.js';

/** A field `[cell]`, or a function that finds one, as a surrogate does. */
export type Guess = Float64Array | ((problem: PoissonProblem) => Float64Array | Promise<Float64Array>);

/** What became of the guess. */
export interface GuessReport {
  readonly used: boolean;
  readonly reason: string;
  /** ‖b + c(g) − B g‖/‖b + c(0)‖ */
  readonly relativeResidual: number;
  /** ‖u − g‖_B against the solution returned: the guess's energy error up to the solver's own; null without an iteration */
  readonly energyError: number | null;
  /** energyError/‖u‖_B: 1 for a zero guess; null without an iteration */
  readonly relativeEnergyError: number | null;
}

/** The guess as a checked copy, without its mean when constants are free. */
export async function evaluateGuess(
  problem: PoissonProblem,
  guess: Guess,
  operator: PoissonOperator,
): Promise<Float64Array> {
  const field = (typeof guess === 'function' ? await guess(problem) : guess).slice();
  requireRows('solvers.solve', 'guess', operator.matrix, field);
  requireFinite('solvers.solve', 'guess', field);
  if (operator.singular) removeVolumeMean(field, operator.mesh.cellVolumes);
  return field;
}

/** Whether to start from the guess: ‖u*‖_B² − ‖u* − g‖_B² = 2bᵀg − gᵀBg = 2gᵀr + gᵀBg with r = b − Bg. */
export function judgeGuess(
  operator: PoissonOperator,
  guess: Float64Array,
  residual: Float64Array,
  scale: number,
) {
  const image = multiply(operator.matrix, guess);
  const gain = 2 * dot(guess, residual) + dot(guess, image);
  const residualNorm = norm(residual);
  const used = gain > 0 || residualNorm === 0;
  return {
    used,
    reason: used
      ? 'its energy error is smaller than that of zero'
      : 'its energy error is not smaller than that of zero; started from zero',
    relativeResidual: residualNorm === 0 ? 0 : residualNorm / scale,
  };
}

/** ‖u − g‖_B, and relative to ‖u‖_B; nothing is known of them without a solution beyond the start. */
export function guessEnergyErrors(
  operator: PoissonOperator,
  solution: Float64Array | null,
  guess: Float64Array,
): Pick<GuessReport, 'energyError' | 'relativeEnergyError'> {
  if (!solution) return { energyError: null, relativeEnergyError: null };
  const error = solution.map((value, cell) => value - guess[cell]);
  const energyNorm = (x: Float64Array) => Math.sqrt(Math.max(0, dot(x, multiply(operator.matrix, x))));
  const energyError = energyNorm(error);
  return { energyError, relativeEnergyError: energyError === 0 ? 0 : energyError / energyNorm(solution) };
}
