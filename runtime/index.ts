export { createRandom, type Random } from '../common/random.js';
export { ADAM_DEFAULTS, ADAM_W_DEFAULTS, type AdamOptions, adam, adamW } from './adam.js';
export { type CompiledFunction, type CompileOptions, compile } from './compile.js';
export {
  COMPILE_BY_SHAPE_DEFAULTS,
  type CompileByShapeOptions,
  compileByShape,
  type ShapeCompiledFunction,
} from './compile-by-shape.js';
export { gelu, groupNorm, layerNorm, linear, softmaxCrossEntropy } from './compositions/index.js';
export { checkDevice, type DeviceReport, platformDevices } from './device-check.js';
export type { ArrayReport, Diagnosis } from './diagnosis.js';
export { type EagerBackend, useEagerBackend } from './eager-backend.js';
export { CompileError, DivergenceError, FeedError } from './errors.js';
export { type ExportOptions, exportOnnx } from './export.js';
export { gradient, type ValueAndGradient } from './gradient.js';
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
export { MUON_DEFAULTS, type MuonOptions, muon } from './muon.js';
export { type ModelSummary, type ModelTensorInfo, readOnnx } from './onnx/read.js';
export { readInitializers } from './onnx/read-initializers.js';
export type { Moment, Optimizer, OptimizerState, StepScalars } from './optimizer.js';
export {
  type Parameters,
  type ParameterValue,
  packParameters,
  parameterCount,
  unpackParameters,
} from './parameters.js';
export { DisposedError } from './resource.js';
export { segmentMean } from './segment-mean.js';
export { createSession, type Device, type Session, type SessionOptions } from './session.js';
export { GPU_TOLERANCE, loadProbedModel, type ProbedModelOptions } from './session-probed.js';
export { SGD_DEFAULTS, type SgdOptions, sgd } from './sgd.js';
export type {
  ArraysOf,
  Dimension,
  NamedArrays,
  NamedTensors,
  TensorSpec,
  TensorSpecs,
  TensorsOf,
} from './specs.js';
export type { LossAndMetrics, LossFunction } from './step-graph.js';
export { tf } from './tf.js';
export { checkTraining, type TrainingReport } from './training-check.js';
export {
  compileTrainingStep,
  type StepResult,
  type TrainingState,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.js';
