import { boundaryConditionsOf } from '../../datasets/index.js';
import { type PoissonProblem, solve } from '../../solvers/index.js';
import type { EvaluationSample, Surrogate } from '../../training/index.js';
import type { Watch } from './watch.js';

export const CERTIFIED_TOLERANCE = 1e-8;

export interface Certification {
  readonly samples: number;
  /** Solutions whose computed ‖b − Bu‖/‖b‖ is ≤ {@link CERTIFIED_TOLERANCE}. */
  readonly certified: number;
  /** Means over the samples, IC(0)-preconditioned conjugate gradients from the surrogate's answer and from zero. */
  readonly iterations: { readonly guess: number; readonly zero: number };
  /** The solver's own seconds, without those of the surrogate. */
  readonly solveSeconds: { readonly guess: number; readonly zero: number };
  readonly guessSeconds: number;
  /** Guesses that were no better than zero and were not used. */
  readonly rejectedGuesses: number;
}

/** The problem of a sample as one would state it to the solver. */
export function problemOf(sample: EvaluationSample): PoissonProblem {
  const { mesh, conductivity } = sample.operator;
  return { mesh, conductivity, source: sample.source, boundaryConditions: boundaryConditionsOf(sample) };
}

/** Solves every sample to the tolerance twice, with the surrogate's answer as guess and without. */
export async function certify(
  surrogate: Surrogate,
  samples: readonly EvaluationSample[],
  { progress, signal }: Watch,
): Promise<Certification> {
  const sum = { certified: 0, rejected: 0, guess: 0, zero: 0, guessSolve: 0, zeroSolve: 0, guessSeconds: 0 };
  // the discrete problem of training and reference: plain two-point flux
  const options = {
    relativeTolerance: CERTIFIED_TOLERANCE,
    neumannImbalance: 'remove',
    nonOrthogonalCorrection: false,
    preconditioner: 'incomplete-cholesky',
  } as const;
  for (const [index, sample] of samples.entries()) {
    signal?.throwIfAborted();
    const problem = problemOf(sample);
    const withGuess = await solve(problem, { ...options, guess: () => surrogate.answer(sample) });
    const fromZero = await solve(problem, options);
    if (withGuess.relativeResidual <= CERTIFIED_TOLERANCE) sum.certified++;
    if (!withGuess.guess!.used) sum.rejected++;
    sum.guess += withGuess.iterations;
    sum.zero += fromZero.iterations;
    sum.guessSolve += withGuess.seconds.solve;
    sum.zeroSolve += fromZero.seconds.solve;
    sum.guessSeconds += withGuess.seconds.guess;
    progress.update('certified solves', index + 1, samples.length, { iterations: withGuess.iterations });
  }
  const n = samples.length;
  return {
    samples: n,
    certified: sum.certified,
    rejectedGuesses: sum.rejected,
    iterations: { guess: sum.guess / n, zero: sum.zero / n },
    solveSeconds: { guess: sum.guessSolve / n, zero: sum.zeroSolve / n },
    guessSeconds: sum.guessSeconds / n,
  };
}
