import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type ExperimentOptions, experiment } from './parts/experiment.js';

/** Cubes with a cylindrical hole, every side held at u = 0 or insulated at random. */
export const run = (options: ExperimentOptions = {}) =>
  experiment(
    {
      task: 'cube',
      arm: 'basis-ritz',
      method: 'reduced basis, Ritz energy',
      operator: reducedBasis({ dimension: 3, encoder: encoderFeatureCounts(3) }),
      supervise: ritzEnergy(),
      learningRate: 4e-3,
      sourcesPerSample: 16,
      batchSize: 2,
      accumulate: 2,
      budget: 180,
      cells: [9000],
    },
    options,
  );
