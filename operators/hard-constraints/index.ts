export {
  type BasisNetwork,
  type ConstrainedOperator,
  type ConstrainedOptions,
  constrained,
} from './constrained.js';
export { CONSTRAINT_RUN_DEFAULTS, type ConstraintRun, constrainedField } from './constrained-field.js';
export type { ConstraintCotangents } from './constraint-cotangents.js';
export {
  CONSTRAINT_LOSS_DEFAULTS,
  type ConstraintLossOptions,
  constraintLoss,
  softConstraintLoss,
} from './constraint-loss.js';
export { CONSTRAINT_DEFAULTS, type ConstraintOptions } from './constraint-options.js';
export {
  type AdjointAnswer,
  type AdjointRequest,
  answerAdjoint,
  answerLoss,
  answerSolve,
  type ConstraintExecutor,
  type ConstraintLossKind,
  type LossAnswer,
  type LossRequest,
  onThisThread,
  type SolveAnswer,
  type SolveRequest,
} from './constraint-requests.js';
export { isFailure, type SolveDiagnostics, type SolveStatus } from './diagnostics.js';
export { type SolveSummary, summariseSolves, UnsolvedConstraintError } from './failure-policy.js';
export { constraintFamily, type FamilyDescription, isKnownFamily } from './families.js';
export { type LawProjection, lawProjection } from './laws.js';
export { LEVENBERG_MARQUARDT_DEFAULTS, type LevenbergMarquardtOptions } from './levenberg-marquardt.js';
export { type ExpertWindow, type Partition, type PartitionOptions, partition } from './partition.js';
export {
  POISSON_CONSTRAINT_DEFAULTS,
  type PoissonConstraintOptions,
  type PoissonConstraintSample,
  poissonConstraint,
  poissonConstraintSample,
} from './poisson-constraint.js';
export * from './problems/index.js';
export {
  type ConstraintFamily,
  type ConstraintProblem,
  IDENTITY,
  type LinearFieldOperator,
  type LinearLaw,
  type PointwiseFunction,
  type PointwiseResidual,
  type PointwiseRows,
  type Residual,
  type RowGroup,
  type StencilResidual,
  type StencilRows,
} from './residual.js';
export { type ResidualNorms, residualNorms } from './residual-norms.js';
export type { Ridge } from './ridge.js';
export type { ConstraintContext } from './solve-batch.js';
export { type ConstraintSolution, solveConstraint } from './solve-constraint.js';
