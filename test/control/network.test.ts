import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlBoundary } from '../../control/index.js';
import { piecewiseTemperatures, poissonTask, someDirichlet } from '../../datasets/index.js';
import { baTransolver, encoderFeatureCounts, ritzEnergy } from '../../operators/index.js';
import { solve } from '../../solvers/index.js';
import {
  type DifferentiableSurrogate,
  differentiableSurrogate,
  exportModel,
  type ModelFiles,
  openSurrogate,
  train,
} from '../../training/index.js';
import { plate } from './plates.js';

const { problem, controls } = plate(1, 200);

let folder: string;
let files: ModelFiles;
let surrogate: DifferentiableSurrogate;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'control-network-'));
  const features = { boundaryValues: true };
  const counts = encoderFeatureCounts(2, features);
  const operator = baTransolver({
    ...counts,
    cellFeatures: counts.cellFeatures + 1,
    width: 16,
    blocks: 1,
    heads: 2,
    cellSlices: 8,
    faceSlices: 4,
  });
  const types = someDirichlet({ among: ['bottom', 'right', 'top', 'left'] });
  const task = poissonTask({
    meshes: [problem.mesh],
    boundary: piecewiseTemperatures({ types }),
    removeMean: 'never',
  });
  const run = await train(operator, task, {
    supervise: ritzEnergy(),
    features,
    out: join(folder, 'run'),
    steps: 6,
    batchSize: 2,
    workers: 0,
  });
  files = await exportModel(run);
  surrogate = await differentiableSurrogate(files, { outOfRange: 'ignore' });
});
afterAll(async () => {
  await surrogate?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['where the source makes the scale', 1],
  ['where the largest boundary value does', 300],
])('the gradient through the graph is that of the predictions, %s', async (_, factor) => {
  const { mesh } = problem;
  const [{ patches }] = controls;
  const patch = mesh.patches.find(({ name }) => name === patches)!;
  const base = Float64Array.from({ length: patch.size }, (__, face) => factor * Math.sin(1 + 3 * face));
  const withValues = (values: Float64Array) => ({
    ...problem,
    boundaryConditions: {
      ...problem.boundaryConditions,
      [patch.name]: { type: 'dirichlet' as const, value: values },
    },
  });
  const weights = Float64Array.from({ length: mesh.cellCount }, (__, cell) => Math.cos(cell) + 0.5);
  const weighted = async (values: Float64Array) => {
    const field = await surrogate.predict(withValues(values));
    return field.reduce((sum, value, cell) => sum + weights[cell] * value, 0);
  };
  const [found] = await surrogate.pullback(withValues(base), [weights]);
  // single precision in the network: directions that change every value by a hundredth
  for (const direction of [0, 1, 2]) {
    const way = base.map((__, face) => Math.cos(face * (direction + 1)));
    const step = 0.02 * factor;
    const shifted = (sign: number) => base.map((value, face) => value + sign * step * way[face]);
    const difference = ((await weighted(shifted(1))) - (await weighted(shifted(-1)))) / (2 * step);
    const slope = way.reduce(
      (sum, value, face) => sum + value * found[patch.start - mesh.internalFaceCount + face],
      0,
    );
    const size = Math.abs(difference) + 0.02 * weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
    expect(Math.abs(slope - difference)).toBeLessThan(0.02 * size);
  }
});

test('a network, hardly trained, plans by its gradients, and refinement makes it right', async () => {
  const maximum = Math.max(...(await solve(problem)).solution) - 3;
  const goal = { controls, limit: { maximum } };
  const exact = await controlBoundary(problem, { ...goal, method: 'exact' });
  const plan = await controlBoundary(problem, { ...goal, method: 'surrogate', surrogate });
  expect(exact.verdict).toBe('success');
  expect(plan.verdict).toBe('success');
  expect(plan.refinement.steps).toBeGreaterThan(0);
  expect(plan.gradientCosine).not.toBeNull();
  expect(plan.cost / exact.cost).toBeLessThan(1.02);
  const flux = { patches: 'hole-0', quantity: 'flux', bounds: [-1, 1] } as const;
  const other = controlBoundary(problem, { ...goal, controls: [flux], method: 'surrogate', surrogate });
  await expect(other).rejects.toThrow(/sees temperatures of dirichlet patches alone/);
});

test('without a gradient graph its columns are differences of predictions', async () => {
  const maximum = Math.max(...(await solve(problem)).solution) - 3;
  const plain = await openSurrogate(files, { outOfRange: 'ignore' });
  const plan = await controlBoundary(problem, {
    controls,
    limit: { maximum },
    method: 'surrogate',
    surrogate: plain,
  });
  expect(plan.verdict).toBe('success');
  await plain.dispose();
});
