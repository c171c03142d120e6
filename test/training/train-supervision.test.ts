import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cornerRemovedMeshes, generateMeshes, type PoissonTask, poissonTask } from '../../datasets/index.js';
import {
  baTransolver,
  encoderFeatureCounts,
  reducedBasis,
  type SupervisionConfig,
  supervision,
} from '../../operators/index.js';
import { readConfiguration, train } from '../../training/index.js';

let folder: string;
let task: PoissonTask;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'supervision-'));
  const meshes = await generateMeshes(cornerRemovedMeshes({ corners: 2, count: 2, seed: 4, cellCount: 80 }), {
    workers: 0,
  });
  task = poissonTask({ meshes });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4 };
const { cellFeatures, faceFeatures } = encoderFeatureCounts(2);
const kinds = {
  field: () => baTransolver({ ...small, cellFeatures: cellFeatures + 1, faceFeatures }),
  basis: () => reducedBasis({ rank: 6, waveNumber: 2, encoder: { ...small, cellFeatures, faceFeatures } }),
};

it.each<[keyof typeof kinds, SupervisionConfig]>([
  ['field', { name: 'labels' }],
  ['basis', { name: 'labels' }],
  ['field', { name: 'pcg-steps', preconditioner: 'amg', steps: { from: 1, to: 3 } }],
  ['basis', { name: 'pcg-steps', preconditioner: 'ic', measure: 'relative' }],
  ['field', { name: 'hybrid', steps: 3, stopGradient: false }],
])('a %s operator trains under %o, and the run records it', async (kind, config) => {
  const loss = supervision(config);
  // few steps at a rate that shows in the loss: two samples again and again
  const run = await train(kinds[kind](), poissonTask({ ...task, distinctSamples: 2 }), {
    supervise: loss,
    out: join(folder, `${kind}-${JSON.stringify(config).replace(/\W+/g, '-')}`),
    steps: 12,
    batchSize: 2,
    learningRate: 1e-2,
    workers: 0,
    projectionThreads: 0,
  });
  expect(readConfiguration(run.folder).supervision).toEqual(
    JSON.parse(JSON.stringify({ name: loss.name, options: loss.options })),
  );
  const losses = run.history.map((line) => line.loss);
  expect(Math.min(...losses.slice(6))).toBeLessThan(losses[0]);
});
