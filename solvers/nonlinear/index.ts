export {
  type NonlinearCertificate,
  type NonlinearOptions,
  type NonlinearProblem,
  SOLVE_NONLINEAR_DEFAULTS,
  solveNonlinear,
} from './solve-nonlinear.js';
export type { TemperatureDependentConductivity } from './temperature-dependent-conductivity.js';
