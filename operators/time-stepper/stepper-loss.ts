import type { Random } from '../../common/random.js';
import type { Parameters } from '../../runtime/parameters.js';
import type { TensorSpecs } from '../../runtime/specs.js';
import type { LossAndMetrics } from '../../runtime/step-graph.js';
import { tf } from '../../runtime/tf.js';
import { temperedLikelihood } from '../jaws/data-misfit.js';
import { jacobianSize, type Probe, toleratedSize } from '../jaws/jacobian-penalty.js';
import { type JacobianPenaltyOptions, needsReference } from '../jaws/options.js';
import { addTolerance, type ToleranceContext, tolerance } from '../jaws/tolerance.js';
import type { ParameterTensors } from '../neural-operator.js';
import { stopGradient, withoutGradient } from '../stop-gradient.js';
import { type MethodStage, type StepperMethod, windowFrames } from './method.js';
import { perChannel } from './per-channel.js';
import type { TimeStepper } from './time-stepper.js';

/** What of a method the loss of one stage reads. */
export type StageMethod = StepperMethod & Pick<MethodStage, 'steps' | 'warmUp'>;

/** Name of frame k of the window among the batch's inputs. */
export const frameName = (k: number): string => `frame.${k}`;

/** Parameters of the tolerances lie beside the operator's, under these names. */
const JACOBIAN_TOLERANCE = 'tolerance.jacobian';
const DATA_TOLERANCE = 'tolerance.data';

/** Input of the share of λ that a step has, where λ rises. */
export const WEIGHT_SHARE = 'weightShare';

/** What of λ step `step` of `steps` has. */
export const weightShare = (warmUp: number, step: number, steps: number): number =>
  warmUp > 0 ? Math.min(1, step / (warmUp * steps)) : 1;

/** The inputs of a batch: frames of the window, and what the method needs beside them. */
export function stepperBatchSpecs(
  method: StageMethod,
  batchSize: number,
  grid: readonly number[],
  channels: number,
): TensorSpecs {
  const state = { shape: [batchSize, ...grid, channels], dtype: 'float32' } as const;
  const { jacobian } = method;
  return {
    ...Object.fromEntries(Array.from({ length: windowFrames(method) }, (_, k) => [frameName(k), state])),
    ...(method.noise > 0 ? { noise: state } : {}),
    ...(jacobian ? { signs: state } : {}),
    ...(jacobian && jacobian.weightWarmUp > 0
      ? { [WEIGHT_SHARE]: { shape: [], dtype: 'float32' } as const }
      : {}),
    ...(jacobian?.target === 'reference' ? { reference: state } : {}),
    ...(jacobian?.target === 'excess'
      ? { referenceNorm: { shape: [batchSize, ...grid, 1], dtype: 'float32' } as const }
      : {}),
  };
}

/** The operator's parameters and those of the method's tolerances, which have a random stream of their own. */
export function stepperParameters(
  stepper: TimeStepper,
  { jacobian }: StepperMethod,
  context: ToleranceContext,
  random: { readonly operator: Random; readonly tolerance: Random },
): Parameters {
  const parameters = { ...stepper.initialParameters(random.operator) };
  if (jacobian) addTolerance(parameters, JACOBIAN_TOLERANCE, jacobian, context, random.tolerance);
  if (jacobian?.dataTolerance === 'own') {
    addTolerance(parameters, DATA_TOLERANCE, jacobian, context, random.tolerance);
  }
  return parameters;
}

/** Those of the stepper alone: what a model is made of. */
export const withoutTolerances = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith('tolerance.')));

/** s of the Jacobian's tolerance at a state's evolving channels, `[batch, ...grid, 1]`. */
export const jacobianTolerance = (
  parameters: ParameterTensors,
  state: tf.Tensor,
  options: JacobianPenaltyOptions,
  scales: TimeStepper['scales'],
): tf.Tensor => tolerance(parameters, JACOBIAN_TOLERANCE, state, options, scales);

/**
 * L = (1/K) Σ_{k=1…K} mean |(û^k − u^{n+k})/S_Δ|² + λ · mean_i [e^{−s_i} q̂_i(u^n) + κ s_i]      (★)
 *
 * with û^0 = u^n, after noise or warm-up steps where the method has them. The Jacobian is that at the clean u^n, or at
 * sg(û^K). A uniform tolerance leaves λ · mean q̂.
 */
export function stepperLoss(
  stepper: TimeStepper,
  method: StageMethod,
  parameters: ParameterTensors,
  batch: Readonly<Record<string, tf.Tensor>>,
): StepperLoss {
  const { jacobian, warmUp, steps } = method;
  const { scales } = stepper;
  const start = batch[frameName(0)];
  let state = method.noise > 0 ? tf.add(start, batch.noise) : start;
  for (let w = 0; w < warmUp; w++) {
    const before = state;
    state = withoutGradient(() => stepper.forward(parameters, before));
  }
  const squares: tf.Tensor[] = [];
  let movement = tf.scalar(0);
  for (let k = 1; k <= steps; k++) {
    if (k > 1 && method.gradients === 'stopped') state = stopGradient(state);
    const before = state;
    state = stepper.forward(parameters, state);
    if (k === 1) movement = relativeMovement(stepper, tf.sub(state, before), batch, warmUp);
    const residual = stepper.evolving(tf.sub(state, batch[frameName(warmUp + k)]));
    squares.push(tf.square(tf.div(residual, perChannel(scales.increment))));
  }
  const square = squares.length === 1 ? squares[0] : tf.div(tf.addN(squares), steps);
  const misfit = tf.mean(square);
  if (!jacobian) return { loss: misfit, misfit, movement, penalty: tf.scalar(0) };
  const at = jacobian.at === 'data' ? start : stopGradient(state);
  const size = jacobianSize(stepper, parameters, at, probeOf(batch, jacobian), jacobian);
  const meanSize = tf.mean(size);
  if (jacobian.tolerance === 'uniform') {
    const loss = tf.add(misfit, tf.mul(meanSize, shared(tf.scalar(jacobian.weight), batch)));
    return { loss, misfit, movement, penalty: meanSize, meanSize };
  }
  const s = jacobianTolerance(parameters, stepper.evolving(at), jacobian, scales);
  const weight = shared(jacobian.strictMap ? stopGradient(misfit) : tf.scalar(jacobian.weight), batch);
  const stateSize = stepper
    .evolving(start)
    .shape.slice(1)
    .reduce((product, points) => product * points, 1);
  const penalty = toleratedSize(size, s, jacobian.strictMap ? stateSize : jacobian.barrier);
  const data = dataTerm(parameters, square, misfit, s, stepper.evolving(start), jacobian, scales);
  const loss = tf.add(data, tf.mul(weight, penalty));
  return { loss, misfit, movement, penalty, meanSize, ...toleranceFigures(s, jacobian) };
}

/**
 * The loss, and what tells a model that has given up from one that learns: mean squared residual in units of S_Δ, penalty,
 * mean |û^1 − u|² over that of the data, and with a penalty mean q̂, the shares of tolerances at their bounds, and mean s.
 */
export type StepperLoss = LossAndMetrics;

const shared = (weight: tf.Tensor, batch: Readonly<Record<string, tf.Tensor>>): tf.Tensor =>
  batch[WEIGHT_SHARE] ? tf.mul(weight, batch[WEIGHT_SHARE]) : weight;

function relativeMovement(
  stepper: TimeStepper,
  change: tf.Tensor,
  batch: Readonly<Record<string, tf.Tensor>>,
  warmUp: number,
): tf.Scalar {
  const given = tf.sub(batch[frameName(warmUp + 1)], batch[frameName(warmUp)]);
  const [own, data] = [change, given].map((field) =>
    tf.mean(tf.square(tf.div(stepper.evolving(field), perChannel(stepper.scales.increment)))),
  );
  return tf.div(own, tf.maximum(data, 1e-30));
}

/** Of the half-width of the bounds, how near one has to be to stand at it. */
const AT_BOUND = 0.02;

function toleranceFigures(s: tf.Tensor, { bounds: [least, most] }: JacobianPenaltyOptions) {
  const near = (AT_BOUND * (most - least)) / 2;
  const share = (where: tf.Tensor) => tf.mean(tf.cast(where, 'float32'));
  return {
    atLeast: share(tf.less(s, least + near)),
    atMost: share(tf.greater(s, most - near)),
    meanTolerance: tf.mean(s),
  };
}

function probeOf(batch: Readonly<Record<string, tf.Tensor>>, options: JacobianPenaltyOptions): Probe {
  const { signs, reference, referenceNorm } = batch;
  return needsReference(options) ? { signs, reference, referenceNorm } : { signs };
}

function dataTerm(
  parameters: ParameterTensors,
  square: tf.Tensor,
  misfit: tf.Tensor,
  s: tf.Tensor,
  start: tf.Tensor,
  { dataTolerance, dataTemper, ...rest }: JacobianPenaltyOptions,
  scales: TimeStepper['scales'],
): tf.Tensor {
  if (dataTolerance === 'none') return misfit;
  const options = { ...rest, dataTolerance, dataTemper };
  const own = dataTolerance === 'own' ? tolerance(parameters, DATA_TOLERANCE, start, options, scales) : s;
  return temperedLikelihood(square, own, dataTemper);
}
