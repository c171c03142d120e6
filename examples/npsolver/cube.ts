import { encoderFeatureCounts, reducedBasis } from 'fieldsmith/operators';
import { basisExperiment } from './parts/basis-experiment.js';
import type { ExperimentOptions } from './parts/experiment.js';

/** Cubes with a cylindrical hole, every side held at u = 0 or insulated at random. */
export const run = (options: ExperimentOptions = {}) =>
  basisExperiment('cube', options, {
    operator: reducedBasis({ dimension: 3, encoder: encoderFeatureCounts(3) }),
    batchSize: 2,
    accumulate: 2,
    budget: 180,
    cells: [9000],
  });
