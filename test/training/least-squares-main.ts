import { executeRun } from '../../training/run.js';
import { oneCycle } from '../../training/schedule.js';
import { leastSquaresBatch, leastSquaresOptimizer } from './least-squares-optimizer.js';

/** `node least-squares-main.js FOLDER`: starts or resumes a run of 200 steps of at least 4 ms. */
const slowly = async (index: number) => {
  await new Promise((resolve) => setTimeout(resolve, 4));
  return leastSquaresBatch(index);
};
const options = {
  operator: 'least-squares',
  task: 'sines',
  supervision: 'labels',
  seed: 1,
  batchSize: 8,
  schedule: oneCycle({ maximum: 0.1 }),
  clipNorm: 1,
};
const control = { out: process.argv[2], steps: 200, checkpointEvery: 7, batchesAhead: 0, resume: true };
await executeRun(leastSquaresOptimizer(), slowly, options, control);
