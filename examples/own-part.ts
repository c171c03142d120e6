import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  fixedBoundaryTypes,
  fourierSource,
  meshesFromFolder,
  poissonTask,
  uniformFluxes,
} from 'fieldsmith/datasets';
import type { Mesh } from 'fieldsmith/geometry';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type BoundaryConditions, type PoissonProblem, solve } from 'fieldsmith/solvers';
import {
  evaluateRun,
  evaluationSamples,
  exportModel,
  openSurrogate,
  readModel,
  saveModel,
  train,
} from 'fieldsmith/training';

/** What the patches of the files are, by name; no heat passes through those that are not listed. */
const CONDITIONS: BoundaryConditions = {
  base: { type: 'dirichlet', value: 0 }, // bolted to a chassis: temperatures count from its own
  heated: { type: 'neumann', flux: 2e-3 }, // W/mm², with lengths in mm
};
const CONDUCTIVITY = 0.2; // W/(mm K), aluminium

/**
 * A surrogate of one's own parts: meshes from the files of `folder`, every fourth held out; training without a solved problem;
 * a model in `out` whose card holds errors and trained range; a certified answer for a part held out, and what the model says
 * of the parts in `folder/other`. `own-part-meshes.ts` makes such a folder.
 */
export async function run(folder = 'runs/brackets', steps = 600, cellSize = 6, out = 'runs/own-part') {
  const meshes = (await meshesFromFolder(folder, { cellSize })).map(({ mesh }) => mesh);
  const [seen, heldOut] = [meshes.filter((_, i) => i % 4 !== 3), meshes.filter((_, i) => i % 4 === 3)];
  const named = (type: string) => Object.keys(CONDITIONS).filter((patch) => CONDITIONS[patch].type === type);
  const taskOn = (parts: Mesh[]) =>
    poissonTask({
      meshes: parts,
      boundary: fixedBoundaryTypes({ dirichlet: named('dirichlet') }),
      // loads to train for: heat produced inside, of waves down to half the part, and heat through the heated patches
      source: fourierSource({ modes: 4 }),
      fluxes: uniformFluxes({ patches: named('neumann') }),
      sourcesPerSample: 8,
    });
  const operator = reducedBasis({
    dimension: 3,
    rank: 96, // more for rougher loads
    waveNumber: 5,
    encoder: { width: 48, blocks: 2, ...encoderFeatureCounts(3) },
  });
  rmSync(out, { recursive: true, force: true });
  const trained = await train(operator, taskOn(seen), {
    supervise: ritzEnergy(),
    steps,
    batchSize: 2,
    learningRate: 3e-3,
    out,
  });

  // measured on the model as others will get it, then written with its card
  const samples = evaluationSamples(taskOn(heldOut), {
    category: 'held out',
    count: 3 * heldOut.length,
    seed: 7,
  });
  const evaluation = await evaluateRun(trained, samples);
  const errors = { 'parts held out': evaluation };
  saveModel(join(out, 'model'), await exportModel(trained, { geometry: `the parts in ${folder}`, errors }));

  // from here on as in another program: the files in `out` are all it needs
  const surrogate = await openSurrogate(readModel(out));
  try {
    const certified = await solve(problemOn(heldOut[0]), {
      guess: surrogate.predict,
      relativeTolerance: 1e-8,
    });
    const other = join(folder, 'other');
    const others = existsSync(other) ? await meshesFromFolder(other, { cellSize }) : [];
    return {
      meanRelativeL2: evaluation.meanRelativeL2,
      relativeResidual: certified.relativeResidual,
      /** Of the guess against the solution in the energy norm, and warnings about it */
      guess: certified.guess!,
      ranges: heldOut.map((mesh) => surrogate.rangeOf(problemOn(mesh))),
      otherRanges: others.map(({ mesh }) => surrogate.rangeOf(problemOn(mesh))),
    };
  } finally {
    await surrogate.dispose();
  }
}

function problemOn(mesh: Mesh): PoissonProblem {
  const insulated = { type: 'neumann', flux: 0 } as const;
  return {
    mesh,
    conductivity: CONDUCTIVITY,
    source: 0,
    boundaryConditions: Object.fromEntries(
      mesh.patches.map(({ name }) => [name, CONDITIONS[name] ?? insulated]),
    ),
  };
}
