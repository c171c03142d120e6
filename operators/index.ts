export { baTransolver } from './ba-transolver/ba-transolver.js';
export {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  NPSOLVER_2D,
  NPSOLVER_3D,
} from './ba-transolver/options.js';
export type { NeuralOperator, OperatorInputs, ParameterTensors } from './neural-operator.js';
