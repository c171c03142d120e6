import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type ExperimentOptions, experiment } from './parts/experiment.js';

/** Plates with holes, hot spots in them, one side at four temperatures and all else insulated: the task behind thermal control. */
export const run = (options: ExperimentOptions = {}) =>
  experiment(
    {
      task: 'control',
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
