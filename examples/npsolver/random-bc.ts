import { basisExperiment } from './parts/basis-experiment.js';
import type { ExperimentOptions } from './parts/experiment.js';

/** Squares with removed corners, every side held at u = 0 or insulated at random: the task of NPSolver's one known figure. */
export const run = (options: ExperimentOptions = {}) => basisExperiment('random-bc', options);
