export { ADAM_DEFAULTS, type AdamOptions } from './adam.js';
export { type CompiledFunction, type CompileOptions, compile } from './compile.js';
export { gelu, layerNorm, linear } from './compositions/index.js';
export { checkDevice, type DeviceReport, platformDevices } from './device-check.js';
export { CompileError, DivergenceError, FeedError } from './errors.js';
export { type ExportOptions, exportOnnx } from './export.js';
export type { HostArray } from './graph.js';
export { hostCall } from './host-call.js';
export {
  type LoadedModel,
  loadModel,
  PROBE_DEFAULTS,
  type Probe,
  type ProbeResult,
  verifyProbe,
} from './load-model.js';
export { type ModelSummary, type ModelTensorInfo, readOnnx } from './onnx/read.js';
export {
  type Parameters,
  type ParameterValue,
  packParameters,
  parameterCount,
  unpackParameters,
} from './parameters.js';
export { createSession, type Device, type Session, type SessionOptions } from './session.js';
export { GPU_TOLERANCE, loadProbedModel, type ProbedModelOptions } from './session-probed.js';
export type { Dimension, NamedArrays, NamedTensors, TensorSpec, TensorSpecs } from './specs.js';
export { tf } from './tf.js';
export {
  compileTrainingStep,
  type LossFunction,
  type StepResult,
  type StepScalars,
  type TrainingState,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.js';
