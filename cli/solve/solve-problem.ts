import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import {
  type PoissonProblem,
  type SolveStatus,
  solve,
  solveNonlinear,
  type TemperatureDependentConductivity,
} from '../../solvers/index.js';
import { openSurrogate } from '../../training/index.js';
import { conductivityOf } from '../problem/build-conductivity.js';
import { buildSteady, steadyData } from '../problem/build-steady.js';
import type { HeatSection, ThermalSection } from '../problem/thermal-schema.js';
import type { WorkWatch } from '../run-work.js';
import type { SolveRequest } from './run-solve.js';
import type { SteadyResult } from './solve-steady.js';

/** A steady problem solved, with κ of every cell as numbers. */
export interface SolvedProblem extends Pick<SteadyResult, 'certificate' | 'guess' | 'seconds'> {
  readonly problem: PoissonProblem;
  readonly solution: Float64Array;
  readonly status: SolveStatus;
  /** The surrogate's own field */
  readonly guessed?: Float64Array;
}

type Request = Pick<SolveRequest, 'model' | 'tolerance'>;

export async function solveLinear(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
  { model, tolerance }: Request,
  { signal, progress }: WorkWatch,
): Promise<SolvedProblem> {
  const problem = buildSteady(section, mesh, heat, 'solve');
  const surrogate = model && (await openSurrogate(model));
  let guessed: Float64Array | undefined;
  try {
    const solved = await solve(problem, {
      relativeTolerance: tolerance,
      ...(surrogate && {
        guess: async (asked, options) => {
          guessed = await surrogate.predict(asked, options);
          return guessed;
        },
      }),
      signal,
      progress,
    });
    const { relativeResidual, iterations, corrections, preconditioner, energyError, reason } = solved;
    const { solution, status, guess, seconds, nonOrthogonalCorrection } = solved;
    return {
      ...{ problem, solution, status, guess, guessed, seconds },
      certificate: {
        ...{ relativeResidual, tolerance, iterations, corrections, nonOrthogonalCorrection },
        ...{ preconditioner, energyError, reason },
      },
    };
  } finally {
    await surrogate?.dispose();
  }
}

/** With a conductivity that depends on the temperature. @throws InvalidInputError for a model */
export async function solveWithTemperature(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
  { model, tolerance }: Request,
  { signal, progress }: WorkWatch,
): Promise<SolvedProblem> {
  if (model) {
    throw new InvalidInputError(
      'surrogate: surrogates guess linear problems; where conductivity depends on the temperature solve without',
    );
  }
  const data = steadyData(section, mesh, heat);
  const law = conductivityOf(mesh, section.conductivity) as TemperatureDependentConductivity;
  const solved = await solveNonlinear(
    { ...data, conductivity: law },
    { relativeTolerance: tolerance, signal, progress },
  );
  const { solution, conductivity, status, reason, steps, iterations, relativeResidual, preconditioner } =
    solved;
  const { nonOrthogonalCorrection, seconds } = solved;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of conductivity) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return {
    ...{ solution, status },
    problem: { ...data, conductivity },
    certificate: {
      ...{ relativeResidual, tolerance, iterations, nonOrthogonalCorrection, preconditioner, reason },
      corrections: 1,
      energyError: null,
      newton: { steps, conductivity: [least, most] },
    },
    seconds: { setup: 0, guess: 0, solve: seconds },
  };
}
