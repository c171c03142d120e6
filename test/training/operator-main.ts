import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../../operators/index.js';
import { train } from '../../training/index.js';

/** `node operator-main.js FOLDER`: a small reduced basis, label-free, 40 steps; as many threads as there are cores. */
const meshes = await generateMeshes(cornerRemovedMeshes({ corners: 4, count: 3, seed: 1, cellCount: 120 }), {
  workers: 0,
});
const operator = reducedBasis({
  rank: 8,
  encoder: { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4, ...encoderFeatureCounts(2) },
});
await train(operator, poissonTask({ meshes, sourcesPerSample: 2 }), {
  supervise: ritzEnergy(),
  out: process.argv[2],
  steps: 40,
  batchSize: 2,
  workers: 0,
  checkpointEvery: 7,
  resume: true,
});
