import { basisExperiment } from './parts/basis-experiment.js';
import type { ExperimentOptions } from './parts/experiment.js';

/** Plates with holes, hot spots in them, one side at four temperatures and all else insulated: the task behind thermal control. */
export const run = (options: ExperimentOptions = {}) => basisExperiment('control', options);
