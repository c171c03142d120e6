/** Trained models in use, without the trainer: the part of `training` that runs in the browser too. */
export {
  type ConstrainedCard,
  constrainedCardSchema,
  parseConstrainedCard,
} from './constrained/constrained-card.js';
export {
  type ConstrainedUse,
  type OpenConstrained,
  openConstrained,
} from './constrained/open-constrained.js';
export { type DifferentiableSurrogate, differentiableSurrogate } from './differentiable-surrogate.js';
export {
  type EncodeApplyFiles,
  type EncodeApplyModel,
  type EncodedGeometry,
  openEncodeApply,
} from './encode-apply.js';
export { type ModelCard, modelCardSchema, parseModelCard } from './model-card.js';
export { type ModelFiles, modelFromOnnx } from './model-from-onnx.js';
export { importOfficialCheckpoint, type OfficialCheckpoint } from './official-checkpoint.js';
export {
  type OfficialPredictor,
  type OfficialPredictorOptions,
  officialPredictor,
} from './official-predictor.js';
export { type OpenModel, openModel } from './open-model.js';
export {
  describeVerdict,
  type OnWarning,
  RANGE_DEFAULTS,
  type RangeOptions,
} from './range-guard.js';
export { openSurrogate, type Surrogate, type SurrogateOptions } from './surrogate.js';
export { type OpenStepper, openStepper, type StateStepper } from './time-stepper/open-stepper.js';
export { type RolloutControl, rollout } from './time-stepper/rollout.js';
export { parseStepperCard, type StepperCard, stepperCardSchema } from './time-stepper/stepper-card.js';
export { OutsideTrainedRangeError, type RangeStatistics, type RangeVerdict } from './trained-range.js';
