import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cubeWithHoleMeshes,
  generateMeshes,
  inclusions,
  NPSOLVER_TASKS,
  type PoissonTask,
  piecewiseTemperatures,
  poissonTask,
} from '../../datasets/index.js';
import {
  baTransolver,
  labels,
  NPSOLVER_2D,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from '../../operators/index.js';
import { featureCounts } from '../../training/operator-inputs.js';
import { train } from '../../training/train.js';
import { smallTask } from './task-meshes.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tasks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const features = { boundaryValues: true, conductivity: true };
const sizes = { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4 };

async function twoSteps(
  name: string,
  task: PoissonTask,
  supervise = pcgSteps({ steps: 3, preconditioner: 'amg' }),
) {
  const [{ dimension }] = task.meshes;
  const basis = reducedBasis({
    rank: 6,
    encoder: { ...sizes, ...featureCounts({ output: 'basis', features }, dimension) },
  });
  const field = baTransolver({
    ...NPSOLVER_2D,
    ...sizes,
    ...featureCounts({ output: 'field', features }, dimension),
  });
  const common = { features, steps: 2, batchSize: 2, workers: 0, projectionThreads: 0 };
  const runs = [
    await train(basis, task, { ...common, supervise: ritzEnergy(), out: join(folder, `${name}-basis`) }),
    await train(field, task, { ...common, supervise, out: join(folder, `${name}-field`) }),
  ];
  for (const { history } of runs) {
    expect(history).toHaveLength(2);
    for (const { loss, gradientNorm } of history) {
      expect(Number.isFinite(loss)).toBe(true);
      expect(gradientNorm).toBeGreaterThan(0);
    }
  }
}

describe('two steps of training', () => {
  it.each(NPSOLVER_TASKS)('on the task %s', async (name) => twoSteps(name, await smallTask(name)));

  it('on cubes with inclusions and wall temperatures', async () => {
    const meshes = await generateMeshes(cubeWithHoleMeshes({ count: 2, seed: 1, cellCount: 250 }), {
      workers: 0,
    });
    await twoSteps(
      'inclusions',
      poissonTask({ meshes, boundary: piecewiseTemperatures(), conductivity: inclusions() }),
    );
  });

  it('on a fixed set with labels', async () => {
    await twoSteps('labels', await smallTask('control', { distinctSamples: 3 }), labels());
  });
});
