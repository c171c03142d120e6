export type { TransientMethodName } from './runge-kutta.js';
export {
  solveTransient,
  type TransientHeat,
  type TransientSolution,
  type TransientStep,
} from './solve-transient.js';
export { TRANSIENT_DEFAULTS, type TransientOptions } from './transient-options.js';
export type {
  TimeDependent,
  TransientProblem,
} from './transient-problem.js';
