import { basisExperiment } from './parts/basis-experiment.js';
import type { ExperimentOptions } from './parts/experiment.js';

/** Squares with removed corners, insulated on all sides: u is known up to a constant. */
export const run = (options: ExperimentOptions = {}) => basisExperiment('neumann', options);
