import { generateMesh, plateWithHoles } from 'fieldsmith/geometry';
import { type BoundaryConditions, solve } from 'fieldsmith/solvers';

/**
 * The answer to a neighbouring problem, here the one before a material changed, starts the solver closer to the goal.
 * Any field or function that returns one can be a guess; what comes back has a computed residual all the same.
 */
export async function run() {
  const mesh = generateMesh(plateWithHoles({ holes: 4, seed: 2, width: 2, height: 1 }), { cellCount: 8000 });
  const boundaryConditions: BoundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [
      name,
      name.startsWith('hole') ? { type: 'neumann', flux: 0 } : { type: 'dirichlet', value: 0 },
    ]),
  );
  const source = ([x, y]: readonly number[]) => 1 + Math.sin(3 * x) * Math.cos(2 * y);
  const before = await solve({ mesh, source, boundaryConditions });

  // the right half now conducts 1 % better
  const conductivity = Float64Array.from({ length: mesh.cellCount }, (_, cell) =>
    mesh.cellCentroids[2 * cell] > 1 ? 1.01 : 1,
  );
  const changed = { mesh, source, conductivity, boundaryConditions };
  const options = { relativeTolerance: 1e-8 };
  const fromZero = await solve(changed, options);
  const fromGuess = await solve(changed, { ...options, guess: before.solution });
  return {
    iterationsFromZero: fromZero.iterations,
    iterationsFromGuess: fromGuess.iterations,
    /** ‖u − g‖/‖u‖ in the energy norm; a zero guess has 1 */
    guessError: fromGuess.guess!.relativeEnergyError,
    relativeResidual: fromGuess.relativeResidual,
  };
}
