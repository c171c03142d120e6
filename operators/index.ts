export { baTransolver, transolver } from './ba-transolver/ba-transolver.js';
export { officialNetwork } from './ba-transolver/official-parameters.js';
export {
  BA_TRANSOLVER_DEFAULTS,
  type BaTransolverOptions,
  NPSOLVER_2D,
  NPSOLVER_3D,
} from './ba-transolver/options.js';
export { type NpsolverPresetName, npsolverPreset } from './ba-transolver/presets.js';
export { type BatchArrays, batchInputs, batchSpecs } from './batch-inputs.js';
export {
  type AggregationBasisOptions,
  aggregationBasis,
  type ClassicalBasis,
  cosineBasis,
  type ProperOrthogonalDecomposition,
  properOrthogonalDecomposition,
} from './classical-bases/index.js';
export {
  type DomainScale,
  domainScale,
  ENCODER_INPUT_DEFAULTS,
  type EncoderInputOptions,
  type EncoderInputs,
  encoderFeatureCounts,
  encoderInputs,
} from './encoder-inputs.js';
export { fno } from './fno/fno.js';
export { FNO_DEFAULTS, type FnoOptions } from './fno/options.js';
export { type EdgeInputs, firstEdges } from './graph-network/edge-inputs.js';
export { graphNetwork } from './graph-network/graph-network.js';
export { GRAPH_NETWORK_DEFAULTS, type GraphNetworkOptions } from './graph-network/options.js';
export type { GridOperator } from './grid-operator.js';
export type { GridPadding } from './grid-padding.js';
export * from './hard-constraints/index.js';
export { jacobianSize, type Probe as JacobianProbe } from './jaws/jacobian-penalty.js';
export {
  centralDifferenceProduct,
  type FieldMap,
  jacobianVectorProduct,
  vectorJacobianProduct,
} from './jaws/jacobian-products.js';
export { JACOBIAN_PENALTY_DEFAULTS, type JacobianPenaltyOptions, needsReference } from './jaws/options.js';
export {
  LINEAR_RESPONSE_DEFAULTS,
  type LinearResponse,
  type LinearResponseOptions,
  linearResponse,
} from './linear-response/linear-response.js';
export { type LipschitzBounds, lipschitzBounds, type Neighbourhood } from './lipschitz/jacobian-bounds.js';
export {
  type AffineMap,
  type NetworkStep,
  type PreparedNetwork,
  prepareNetwork,
} from './lipschitz/network-chain.js';
export { networkValues } from './lipschitz/network-values.js';
export type { PeriodicConvolution } from './lipschitz/periodic-convolution.js';
export { gram, largestEigenpair, matrixNormBound } from './lipschitz/spectral-norm.js';
export { type StepperDescription, stepperNetwork } from './lipschitz/stepper-network.js';
export type { Measure } from './losses/distance.js';
export { supervisedFieldLoss } from './losses/field-loss.js';
export { LABELS_DEFAULTS, type LabelsOptions, labels } from './losses/labels.js';
export { PCG_STEPS_DEFAULTS, type PcgStepsOptions, pcgSteps } from './losses/pcg-steps.js';
export {
  RESIDUAL_LOSS_DEFAULTS,
  type ResidualLossOptions,
  type ResidualMeasure,
  residualLoss,
} from './losses/residual-loss.js';
export { ritzEnergy } from './losses/ritz-energy.js';
export type { StepCount, StepSchedule } from './losses/step-count.js';
export type {
  FieldLoss,
  LossValue,
  SupervisionContext,
  SupervisionSample,
  TrainingMoment,
} from './losses/supervision.js';
export {
  HYBRID_DEFAULTS,
  SUPERVISION_NAMES,
  type SupervisionConfig,
  type SupervisionName,
  type SupervisionPreconditioner,
  supervision,
} from './losses/supervision-config.js';
export type { NeuralOperator, OperatorInputs, ParameterTensors } from './neural-operator.js';
export { type AnswerSpace, answerThrough } from './reduced-basis/answer-space.js';
export {
  applyReducedBasis,
  type ReducedAnswers,
  type ReducedModel,
} from './reduced-basis/apply-reduced-basis.js';
export type { Smoothing, WaveDamping } from './reduced-basis/damping-polynomial.js';
export { type EnergyParts, type EnergyRequest, energyParts } from './reduced-basis/energy-parts.js';
export type { ErrorEstimate } from './reduced-basis/error-estimate.js';
export { EXPERT_DEFAULTS, type ExpertOptions } from './reduced-basis/expert-options.js';
export { answerSpace } from './reduced-basis/expert-space.js';
export {
  type EvaluateEnergies,
  PROJECTED_LOSS_DEFAULTS,
  type ProjectedLossOptions,
  projectedLoss,
} from './reduced-basis/projected-loss.js';
export {
  type BasisProjection,
  PROJECTION_DEFAULTS,
  type ProjectedFields,
  type ProjectionOptions,
  projectFields,
  projectionOf,
  projectionOptionsOf,
  type ResidualCorrection,
} from './reduced-basis/projection.js';
export {
  REDUCED_BASIS_DEFAULTS,
  type ReducedBasisOptions,
  reducedBasis,
} from './reduced-basis/reduced-basis.js';
export { type ReducedSession, reducedSession } from './reduced-basis/reduced-session.js';
export type { ReducedTransient, ReducedTransientOptions } from './reduced-basis/reduced-transient.js';
export { RES_NET_DEFAULTS, type ResNetOptions } from './res-net/options.js';
export { resNet } from './res-net/res-net.js';
export {
  type MethodStage,
  methodStages,
  STEPPER_METHOD_DEFAULTS,
  STEPPER_METHODS,
  type StepperMethod,
  type StepperMethodOptions,
  stepperMethod,
  windowFrames,
} from './time-stepper/method.js';
export {
  frameName,
  jacobianTolerance,
  type StageMethod,
  type StepperLoss,
  stepperBatchSpecs,
  stepperLoss,
  stepperParameters,
  WEIGHT_SHARE,
  weightShare,
  withoutTolerances,
} from './time-stepper/stepper-loss.js';
export {
  type StateScales,
  TIME_STEPPER_DEFAULTS,
  type TimeStepper,
  type TimeStepperOptions,
  timeStepper,
} from './time-stepper/time-stepper.js';
export { U_NET_DEFAULTS, type UNetOptions } from './u-net/options.js';
export { uNet } from './u-net/u-net.js';
