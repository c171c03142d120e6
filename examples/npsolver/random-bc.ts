import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type ExperimentOptions, experiment } from './parts/experiment.js';

/** Squares with removed corners, every side held at u = 0 or insulated at random: the task of NPSolver's one known figure. */
export const run = (options: ExperimentOptions = {}) =>
  experiment(
    {
      task: 'random-bc',
      arm: 'basis-ritz',
      method: 'reduced basis, Ritz energy',
      operator: reducedBasis({ encoder: encoderFeatureCounts(2) }),
      supervise: ritzEnergy(),
      learningRate: 4e-3,
      sourcesPerSample: 16,
      batchSize: 8,
      budget: 120,
      cells: [1000, 10_000],
    },
    options,
  );
