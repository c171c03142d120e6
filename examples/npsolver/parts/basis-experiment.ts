import type { NpsolverTaskName } from 'fieldsmith/datasets';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from 'fieldsmith/operators';
import { type Experiment, type ExperimentOptions, experiment } from './experiment.js';

/** The reduced basis on one of NPSolver's tasks: as for the tasks in the plane, unless `changes` say otherwise. */
export const basisExperiment = (
  task: NpsolverTaskName,
  options: ExperimentOptions,
  changes: Partial<Experiment> = {},
) =>
  experiment(
    {
      task,
      arm: 'basis-ritz',
      method: 'reduced basis, Ritz energy',
      operator: reducedBasis({ encoder: encoderFeatureCounts(2) }),
      supervise: ritzEnergy(),
      learningRate: 4e-3,
      sourcesPerSample: 16,
      batchSize: 8,
      budget: 120,
      cells: [1000, 10_000],
      ...changes,
    },
    options,
  );
