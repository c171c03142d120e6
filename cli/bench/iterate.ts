import { conjugateGradientMany, type Preconditioner } from '../../solvers/index.js';
import { solveSystem } from '../../solvers/solve-system.js';
import { norm } from '../../solvers/vectors.js';
import type { BenchCase } from './bench-case.js';
import type { Query } from './query.js';
import type { Answers, Field, Setting } from './ways.js';

const MAXIMUM_ITERATIONS = 10_000;

export interface IterateOptions extends Pick<Setting, 'tolerance' | 'corrected'> {
  /** Starts, `[query][cell]`; zero by default */
  readonly guesses?: readonly Field[];
}

/** Conjugate gradients for queries: four at a time with two-point fluxes; with the correction one after the other, as `solve` does it. */
export async function iterate(
  { operator, mesh, orthogonal }: BenchCase,
  preconditioner: Preconditioner,
  queries: readonly Query[],
  { tolerance = 1e-8, corrected, guesses }: IterateOptions,
): Promise<Answers & { readonly residuals: readonly number[] }> {
  const starts = guesses?.map((guess) => Float64Array.from(guess));
  if (!corrected || orthogonal) {
    const results = conjugateGradientMany(
      operator.matrix,
      queries.map(({ load }) => load),
      {
        preconditioner,
        relativeTolerance: tolerance,
        maximumIterations: MAXIMUM_ITERATIONS,
        ...(operator.singular && { singular: { volumes: mesh.cellVolumes } }),
        ...(starts && { guesses: starts }),
      },
    );
    return {
      fields: results.map(({ solution }) => solution),
      iterations: results.reduce((sum, { iterations }) => sum + iterations, 0),
      residuals: results.map(({ relativeResidual }) => relativeResidual),
    };
  }
  const fields: Float64Array[] = [];
  const residuals: number[] = [];
  let iterations = 0;
  for (const [index, { load, correctedLoad, boundaryValues }] of queries.entries()) {
    const u = starts?.[index] ?? new Float64Array(load.length);
    const scale = norm(correctedLoad);
    const system = { operator, rightHandSide: load, boundaryValues, preconditioner, correctionShare: 1 };
    const limits = { target: tolerance * scale, scale, maximumIterations: MAXIMUM_ITERATIONS };
    const { state } = await solveSystem(system, u, limits);
    iterations += state.iterations;
    fields.push(u);
    residuals.push(scale > 0 ? state.residualHistory[state.residualHistory.length - 1] / scale : 0);
  }
  return { fields, iterations, residuals };
}
