import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type ExperimentOptions, experiment } from './parts/experiment.js';

/** Squares with removed corners, insulated on all sides: u is known up to a constant. */
export const run = (options: ExperimentOptions = {}) =>
  experiment(
    {
      task: 'neumann',
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
