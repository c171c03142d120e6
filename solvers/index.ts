export {
  FieldsmithError,
  GeometryError,
  IllPosedProblemError,
  InvalidInputError,
} from '../common/errors.js';
export {
  type BoundaryCondition,
  type BoundaryConditions,
  type BoundaryConditionType,
  type BoundaryValue,
  boundaryFaceValues,
  boundaryTypes,
  type DirichletCondition,
  type NeumannCondition,
  type OperatorBoundaries,
  type PeriodicCondition,
  type RobinCondition,
} from './boundary-conditions.js';
export * from './burgers/index.js';
export { CHEBYSHEV_DEFAULTS, type ChebyshevOptions, chebyshev } from './chebyshev.js';
export type { Conductivity, SymmetricTensor } from './conductivity.js';
export {
  CONJUGATE_GRADIENT_DEFAULTS,
  type ConjugateGradientOptions,
  conjugateGradient,
  type SolveResult,
  type SolveStatus,
} from './conjugate-gradient.js';
export { conjugateGradientMany, type ManyOptions } from './conjugate-gradient-many.js';
export {
  conjugateGradientSteps,
  conjugateGradientStepsBatch,
  type StepsOptions,
  type StepsSample,
} from './conjugate-gradient-steps.js';
export { type DifferentiableSteps, differentiableSteps } from './conjugate-gradient-steps-adjoint.js';
export { conjugateGradientStepsMany } from './conjugate-gradient-steps-many.js';
export type { ContactResistance } from './contact-resistance.js';
export { type CoarseSpace, deflation } from './deflation.js';
export * from './diffusion-sorption/index.js';
export { type EnergyErrorBounds, type EnergyRecord, energyErrorBounds } from './energy-error.js';
export type { Guess, GuessOptions, GuessReport } from './guess.js';
export {
  gradients,
  type HeatBalance,
  heatBalance,
  type PatchHeat,
  type SolvedField,
} from './heat-balance.js';
export { boundaryHeatRates, type HeatRateOptions } from './heat-rates.js';
export { type IncompleteCholesky, incompleteCholesky } from './incomplete-cholesky.js';
export * from './lattice-boltzmann/index.js';
export { matrixMarketText, parseMatrixMarket } from './matrix-market.js';
export {
  compatibleRightHandSide,
  type NeumannOptions,
  removeRowSum,
  removeVolumeMean,
} from './neumann-projection.js';
export { nonOrthogonalCorrection } from './non-orthogonal-correction.js';
export * from './nonlinear/index.js';
export {
  assemble,
  assembleOperator,
  assembleRightHandSide,
  type OperatorOptions,
  type PoissonOperator,
} from './poisson-operator.js';
export { jacobi, type Preconditioner } from './preconditioner.js';
export {
  choosePreconditioner,
  type PreconditionerChoice,
  type PreconditionerName,
} from './preconditioner-choice.js';
export type { PoissonProblem } from './problem.js';
export {
  SMOOTHED_AGGREGATION_DEFAULTS,
  type SmoothedAggregation,
  type SmoothedAggregationOptions,
  smoothedAggregation,
} from './smoothed-aggregation/smoothed-aggregation.js';
export {
  type Certificate,
  SOLVE_DEFAULTS,
  type SolveOptions,
  solve,
} from './solve.js';
export {
  SPARSE_CHOLESKY_DEFAULTS,
  type SparseCholesky,
  type SparseCholeskyOptions,
  sparseCholesky,
} from './sparse-cholesky/sparse-cholesky.js';
export { diagonal, multiply, type SparseMatrix } from './sparse-matrix.js';
export { SSOR_DEFAULTS, type SsorOptions, ssor } from './ssor.js';
export * from './transient/index.js';
export * from './vorticity/index.js';
