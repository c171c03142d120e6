import { type DiscreteSystem, residualOf } from './discrete-system.js';
import { type NeumannOptions, removeVolumeMean } from './neumann-projection.js';
import type { PoissonOperator } from './poisson-operator.js';
import { type PoissonProblem, requireFinite } from './problem.js';
import { multiply, requireRows } from './sparse-matrix.js';
import { dot, norm } from './vectors.js';

/** What `solve` tells a function that guesses: what it does with an imbalance, and where warnings go. */
export interface GuessOptions extends NeumannOptions {
  /** Takes one sentence for the report, as that the problem is outside of what a surrogate was trained on. */
  readonly onWarning?: (text: string) => void;
}

/** A field `[cell]`, or a function that finds one, as a surrogate does. */
export type Guess =
  | Float64Array
  | ((problem: PoissonProblem, options: GuessOptions) => Float64Array | Promise<Float64Array>);

/** What became of the guess. */
export interface GuessReport {
  readonly used: boolean;
  readonly reason: string;
  /** ‖b + c(g) − B g‖/‖b + c(0)‖; null when the function gave no field */
  readonly relativeResidual: number | null;
  /** ‖u − g‖_B against the solution returned: the guess's energy error up to the solver's own; null without an iteration */
  readonly energyError: number | null;
  /** energyError/‖u‖_B: 1 for a zero guess; null without an iteration */
  readonly relativeEnergyError: number | null;
  /**
   * About how many iterations fewer than from zero: ln(‖u‖_B/‖u − g‖_B) over the mean logarithmic reduction of the
   * energy error per iteration of this solve. 0 for a guess that was not used, null without an iteration.
   */
  readonly iterationsSaved: number | null;
  /** What the function that guessed had to say */
  readonly warnings: readonly string[];
}

/** A guess before the solve: its field, if there is one, and the verdict on it. */
export interface JudgedGuess extends Pick<GuessReport, 'used' | 'reason' | 'relativeResidual' | 'warnings'> {
  readonly field: Float64Array | null;
}

/**
 * Whether to start from the guess: its energy error has to be smaller than that of zero,
 *
 *     ‖u*‖_B² − ‖u* − g‖_B² = 2bᵀg − gᵀBg = 2gᵀr + gᵀBg > 0,   r = b − Bg
 *
 * A function that throws, or returns what is no finite field of the mesh, is reported and not used.
 *
 * @throws InvalidInputError on a field of the caller's that has the wrong length or values that are not finite
 */
export async function judgeGuess(
  problem: PoissonProblem,
  guess: Guess,
  system: DiscreteSystem,
  scale: number,
  options: NeumannOptions,
): Promise<JudgedGuess> {
  const { operator } = system;
  const warnings: string[] = [];
  let field: Float64Array;
  if (typeof guess === 'function') {
    try {
      field = checkedField(
        operator,
        await guess(problem, { ...options, onWarning: (text) => warnings.push(text) }),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = `the guess failed (${message}); started from zero`;
      return { field: null, used: false, reason, relativeResidual: null, warnings };
    }
  } else field = checkedField(operator, guess);
  const residual = residualOf(system, field);
  const gain = 2 * dot(field, residual) + dot(field, multiply(operator.matrix, field));
  const residualNorm = norm(residual);
  const used = gain > 0 || residualNorm === 0;
  return {
    field,
    used,
    reason: used
      ? 'its energy error is smaller than that of zero'
      : 'its energy error is not smaller than that of zero; started from zero',
    relativeResidual: residualNorm === 0 ? 0 : residualNorm / scale,
    warnings,
  };
}

/** A copy without its mean when constants are free. */
function checkedField(operator: PoissonOperator, guess: Float64Array): Float64Array {
  const field = Float64Array.from(guess);
  requireRows('solvers.solve', 'guess', operator.matrix, field);
  requireFinite('solvers.solve', 'guess', field);
  if (operator.singular) removeVolumeMean(field, operator.mesh.cellVolumes);
  return field;
}

/**
 * The report after the solve.
 *
 * @param iterations made; without any nothing is known of the solution beyond the start
 * @param finalError estimate of the solution's own energy error
 */
export function guessReport(
  { field, used, reason, relativeResidual, warnings }: JudgedGuess,
  operator: PoissonOperator,
  solution: Float64Array,
  iterations: number,
  finalError: number | null,
): GuessReport {
  const verdict = { used, reason, relativeResidual, warnings };
  if (!field || iterations === 0) {
    const iterationsSaved = used ? null : 0;
    return { ...verdict, energyError: null, relativeEnergyError: null, iterationsSaved };
  }
  const energyNorm = (x: Float64Array) => Math.sqrt(Math.max(0, dot(x, multiply(operator.matrix, x))));
  const energyError = energyNorm(solution.map((value, cell) => value - field[cell]));
  const size = energyNorm(solution);
  const gained = used && finalError ? Math.log(energyError / finalError) : 0;
  const saved = gained > 0 && energyError > 0 ? (iterations * Math.log(size / energyError)) / gained : null;
  return {
    ...verdict,
    energyError,
    relativeEnergyError: energyError === 0 ? 0 : energyError / size,
    iterationsSaved: used ? saved : 0,
  };
}
