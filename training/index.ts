export { FieldsmithError, FileError, InvalidInputError } from '../common/errors.js';
export { describeHardware } from '../common/hardware.js';
export type { Progress } from '../common/progress.js';
export { writeFileAtomically } from '../common/write-file.js';
export { type Checkpoint, latestCheckpoint, loadCheckpoint } from './checkpoint.js';
export {
  type ConstrainedCard,
  constrainedCardSchema,
  parseConstrainedCard,
} from './constrained/constrained-card.js';
export { type ExportConstrainedOptions, exportConstrained } from './constrained/export-constrained.js';
export {
  type ConstrainedUse,
  type OpenConstrained,
  openConstrained,
} from './constrained/open-constrained.js';
export { type ConstraintPool, constraintPool } from './constraint-pool.js';
export { encodesApart, exportEncodeApply } from './encode-apply.js';
export {
  type ErrorStatistics,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type Predictor,
  type SampleErrors,
} from './evaluate.js';
export { evaluateRun } from './evaluate-run.js';
export {
  EVALUATION_SAMPLES_DEFAULTS,
  type EvaluationSample,
  type EvaluationSamplesOptions,
  evaluationSamples,
  zeroConditions,
} from './evaluation-samples.js';
export { EXPORT_DEFAULTS, type ExportOptions, exportModel, exportRun } from './export.js';
export * from './inference.js';
export { type ProbeMetrics, readMetrics, type StepMetrics } from './metrics-log.js';
export { readEncodeApply, readModel, saveEncodeApply, saveModel } from './model-files.js';
export { exportOfficialCheckpoint } from './official-checkpoint.js';
export type { OfficialScaling } from './official-inputs.js';
export { loadPretrained, pretrainedNames } from './pretrained.js';
export { PROBE_DEFAULTS, type ProbeOptions } from './probe.js';
export { type ProjectionPool, projectionPool } from './projection-pool.js';
export { type ProxyQuality, proxyQuality } from './proxy-quality.js';
export { relativeL2, rootMeanSquareError, volumeWeightedRelativeL2 } from './relative-error.js';
export { RUN_DEFAULTS, type RunControl, type TrainingRun } from './run.js';
export { type RunConfiguration, type RunFolder, readConfiguration, runFolder } from './run-folder.js';
export { readSafetensors, type SafetensorsContent, writeSafetensors } from './safetensors.js';
export {
  COSINE_DEFAULTS,
  type CosineOptions,
  cosine,
  ONE_CYCLE_DEFAULTS,
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  WARMUP_STABLE_DECAY_DEFAULTS,
  type WarmupStableDecayOptions,
  warmupStableDecay,
} from './schedule.js';
export { answerConstrained, type ConstrainedAnswer } from './space-time/answer-constrained.js';
export { type SpaceTimeSample, spaceTimeChannels, spaceTimeInputs } from './space-time/space-time-inputs.js';
export {
  TRAIN_CONSTRAINED_DEFAULTS,
  type TrainConstrainedOptions,
  type TrainedConstrained,
  trainConstrained,
} from './space-time/train-constrained.js';
export { conditionsOf, storedSamples } from './stored-samples.js';
export { type TestSamplesOptions, testSamples } from './test-samples.js';
export { type AlignedCycleOptions, alignedCycle } from './time-stepper/aligned-cycle.js';
export {
  CERTIFY_CONTRACTION_DEFAULTS,
  type CertifyContractionOptions,
  type Contraction,
  type ContractionCertificate,
  certifyContraction,
} from './time-stepper/certify-contraction.js';
export {
  EVALUATE_STEPPER_DEFAULTS,
  type EvaluateStepperOptions,
  evaluateStepper,
  type StepperEvaluation,
} from './time-stepper/evaluate-stepper.js';
export {
  EXPORT_STEPPER_DEFAULTS,
  type ExportStepperOptions,
  exportStepper,
} from './time-stepper/export-stepper.js';
export { type FlowGrid, kineticEnergy, relativeDivergence, vorticity } from './time-stepper/flow-figures.js';
export { fluctuationErrors } from './time-stepper/fluctuation-errors.js';
export {
  type JacobianZones,
  jacobianZones,
  ZONE_DEFAULTS,
  type ZoneOptions,
} from './time-stepper/jacobian-zones.js';
export { noisyTrajectories } from './time-stepper/noisy-trajectories.js';
export {
  type BalanceCurves,
  type Balances,
  balanceCurves,
  burgersBalances,
  totalVariation,
} from './time-stepper/rollout-balances.js';
export { oneStepDefects } from './time-stepper/rollout-defect.js';
export {
  blowUpRate,
  errorCurve,
  errorQuartiles,
  geometricMeanError,
  relativeErrors,
  usefulHorizons,
} from './time-stepper/rollout-errors.js';
export {
  NOISE_DEFAULTS,
  type NoiseOptions,
  noisyStates,
  stepperNoiseGain,
} from './time-stepper/rollout-noise.js';
export { phaseErrors } from './time-stepper/rollout-phase.js';
export {
  ROLLOUT_REPORT_DEFAULTS,
  type RolloutReportOptions,
  rolloutReport,
} from './time-stepper/rollout-report.js';
export { compareShocks, type ShockFigures, shockFigures } from './time-stepper/rollout-shocks.js';
export {
  type BandErrors,
  bandErrors,
  energySpectrum,
  medianSpectrum,
} from './time-stepper/rollout-spectrum.js';
export { type RolloutTrajectoriesOptions, rolloutTrajectories } from './time-stepper/rollout-trajectories.js';
export { type StepperWithWeights, stepperFromOnnx } from './time-stepper/stepper-from-onnx.js';
export {
  JACOBIAN_FIELD_DEFAULTS,
  type JacobianField,
  type JacobianFieldOptions,
  jacobianField,
} from './time-stepper/stepper-jacobian.js';
export {
  TRAIN_STEPPER_DEFAULTS,
  type TrainedStepper,
  type TrainStepperOptions,
  trainStepper,
} from './time-stepper/train-stepper.js';
export { trajectoryBatches } from './time-stepper/trajectory-batches.js';
export {
  REFERENCE_DEFAULTS,
  type ReferenceOptions,
  type ReferenceProbes,
  referenceProbes,
} from './time-stepper/trajectory-reference.js';
export { trajectoryScales } from './time-stepper/trajectory-scales.js';
export { batchOfFrames, toChannelsFirst, toChannelsLast } from './time-stepper/trajectory-states.js';
export { beforeTraining, TRAIN_DEFAULTS, type TrainedOperator, type TrainOptions, train } from './train.js';
