import { basisExperiment } from './parts/basis-experiment.js';
import type { ExperimentOptions } from './parts/experiment.js';

/** Squares with removed corners, u = 0 on all sides. */
export const run = (options: ExperimentOptions = {}) => basisExperiment('dirichlet', options);
