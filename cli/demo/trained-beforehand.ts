import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../common/package-file.js';
import { combineSeeds } from '../../common/random.js';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import { loadPretrained, readMetrics, saveModel } from '../../training/index.js';
import type { ShownTraining } from './demo-result.js';
import type { Recipe } from './recipes.js';
import type { Watch } from './watch.js';

/** Training parts made again to time supervision on. */
const PARTS = 12;

/** Puts a model that comes with the package into the run's folder, and says how it was trained. */
export async function trainedBeforehand(
  name: string,
  out: string,
  { sourcesPerSample, removeMean }: Recipe,
  watch: Watch,
): Promise<ShownTraining> {
  const model = loadPretrained(name);
  saveModel(join(out, 'model'), model);
  copyFileSync(packageFile(`pretrained/${name}/metrics.jsonl`), join(out, 'metrics.jsonl'));
  const { operator, training, trainedRange } = model.card;
  const { steps, batchSize, seed, task } = training;
  const [fewest, most] = trainedRange.cells;
  const requests = cornerRemovedMeshes({
    corners: 4,
    count: PARTS,
    cellCount: Math.round((fewest + most) / 2),
    seed: combineSeeds(seed, 76),
  });
  return {
    operator: { output: operator.output, options: operator.options as object },
    task: poissonTask({ meshes: await generateMeshes(requests, watch), sourcesPerSample, removeMean }),
    meshCount: (task as { meshes: { count: number } }).meshes.count,
    configuration: { steps, batchSize, seed },
    history: readMetrics(join(out, 'metrics.jsonl')),
  };
}
