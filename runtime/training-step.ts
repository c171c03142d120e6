import { InvalidInputError } from '../common/errors.js';
import { ADAM_DEFAULTS, type AdamOptions, adamUpdate } from './adam.js';
import { type CompileOptions, createExecutor } from './compile.js';
import { CompileError, DivergenceError } from './errors.js';
import { optimize } from './optimize.js';
import { type Parameters, packParameters, parameterCount, unpackParameters } from './parameters.js';
import type { SessionTensor } from './session.js';
import { checkFeeds, type NamedArrays, type NamedTensors, type TensorSpecs } from './specs.js';
import { tf } from './tf.js';
import { trace } from './trace.js';

/** Scalar loss of a batch, alone or with further scalars to report (all but `loss` without gradient). */
export type LossFunction = (
  parameters: NamedTensors,
  batch: NamedTensors,
) => tf.Scalar | ({ loss: tf.Scalar } & Record<string, tf.Scalar>);

export interface TrainingStepOptions extends Omit<CompileOptions, 'parameters'> {
  readonly loss: LossFunction;
  /** Initial values; they also give names, shapes and order. */
  readonly parameters: Parameters;
  readonly batchSpecs: TensorSpecs;
  readonly optimizer?: AdamOptions;
  /** Gradients of a larger Euclidean norm, over all parameters, are scaled down to it. */
  readonly clipNorm?: number;
}

export interface StepScalars {
  readonly learningRate: number;
  /** β₁ of Adam in this step, by default 0.9. */
  readonly beta1?: number;
}

export interface StepResult {
  readonly loss: number;
  /** Euclidean norm of the gradient over all parameters, before clipping. */
  readonly gradientNorm: number;
  /** The further scalars of the loss function. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Everything a run needs to continue with the same bytes. Vectors hold the parameters behind one another. */
export interface TrainingState {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Steps taken, t of Adam's bias correction. */
  readonly step: number;
}

export interface TrainingStep {
  /**
   * One step of Adam.
   * @throws DivergenceError when loss or gradient are not finite; FeedError when the batch does not fit. The state is
   * then what it was before.
   */
  run(batch: NamedArrays, scalars: StepScalars, context?: unknown): Promise<StepResult>;
  /** A copy of the state. */
  state(): TrainingState;
  setState(state: TrainingState): void;
  /** A copy of the parameters by name. */
  parameters(): Parameters;
  dispose(): Promise<void>;
  readonly models: readonly Uint8Array[];
  readonly nodeCounts: readonly number[];
}

const STATE = ['parameters', 'firstMoment', 'secondMoment'] as const;
const RESERVED = new Set<string>([...STATE, 'learningRate', 'beta1', 'firstCorrection', 'secondCorrection']);

/**
 * Compiles loss, gradient, clipping and Adam into graphs whose inputs are state and batch and whose outputs are the
 * next state. Parameters and moments are packed into one vector each, so that clipping and update are a dozen nodes.
 */
export async function compileTrainingStep(options: TrainingStepOptions): Promise<TrainingStep> {
  const { loss, parameters, batchSpecs, optimizer = {}, clipNorm } = options;
  const clash = Object.keys(batchSpecs).find((name) => RESERVED.has(name));
  if (clash) throw new InvalidInputError(`compileTrainingStep: a batch input cannot be called ${clash}`);
  const size = parameterCount(parameters);
  if (size === 0) throw new InvalidInputError('compileTrainingStep: there are no parameters to train');
  const scalar = { shape: [], dtype: 'float32' } as const;
  const packed = { shape: [size], dtype: 'float32' } as const;
  const program = optimize(
    trace((inputs) => stepGraph(inputs, loss, parameters, Object.keys(batchSpecs), optimizer, clipNorm), {
      ...batchSpecs,
      ...Object.fromEntries(STATE.map((name) => [name, packed])),
      learningRate: scalar,
      beta1: scalar,
      firstCorrection: scalar,
      secondCorrection: scalar,
    }),
  );
  const executor = await createExecutor(program, options);
  const { beta2 } = { ...ADAM_DEFAULTS, ...optimizer };
  const vector = (data: Float32Array): SessionTensor => executor.tensor('float32', { shape: [size], data });
  const number = (value: number): SessionTensor =>
    executor.tensor('float32', { shape: [], data: Float32Array.of(value) });

  const fresh = (): Record<string, SessionTensor> =>
    Object.fromEntries(STATE.map((name) => [name, vector(new Float32Array(size))]));
  let current = { ...fresh(), parameters: vector(packParameters(parameters)) } as Record<
    string,
    SessionTensor
  >;
  let spare = fresh();
  let step = 0;
  const values = (name: (typeof STATE)[number]): Float32Array => (current[name].data as Float32Array).slice();

  return {
    models: executor.models,
    nodeCounts: executor.nodeCounts,
    dispose: executor.dispose,
    state: () => ({
      parameters: values('parameters'),
      firstMoment: values('firstMoment'),
      secondMoment: values('secondMoment'),
      step,
    }),
    parameters: () => unpackParameters(values('parameters'), parameters),
    setState: (state) => {
      for (const name of STATE) {
        if (state[name].length !== size) {
          throw new InvalidInputError(
            `setState: ${name} should have ${size} values, got ${state[name].length}; is the state of another model?`,
          );
        }
      }
      current = Object.fromEntries(STATE.map((name) => [name, vector(state[name].slice())]));
      step = state.step;
    },
    run: async (batch, { learningRate, beta1 = 0.9 }, context) => {
      checkFeeds(batch, batchSpecs, 'step');
      const t = step + 1;
      const feeds: Record<string, SessionTensor> = {
        ...current,
        learningRate: number(learningRate),
        beta1: number(beta1),
        firstCorrection: number(1 / (1 - beta1 ** t)),
        secondCorrection: number(1 / (1 - beta2 ** t)),
      };
      for (const [name, array] of Object.entries(batch))
        feeds[name] = executor.tensor(batchSpecs[name].dtype, array);
      // the next state is written into the arrays of the one before the current: no allocation per step
      const outputs = await executor.run(
        feeds,
        context,
        Object.fromEntries(STATE.map((name) => [`next.${name}`, spare[name]])),
      );
      const metrics = Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => !name.startsWith('next.'))
          .map(([name, tensor]) => [name, Number(tensor.data[0])]),
      );
      const { loss: value, gradientNorm, ...rest } = metrics;
      if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) {
        throw new DivergenceError(
          `step ${t}: the ${Number.isFinite(value) ? `gradient norm is ${gradientNorm}` : `loss is ${value}`} (loss ${value}); ` +
            'the state is unchanged. Lower the learning rate, or look for bad values in the batch',
        );
      }
      [current, spare] = [Object.fromEntries(STATE.map((name) => [name, outputs[`next.${name}`]])), current];
      step = t;
      return { loss: value, gradientNorm, metrics: rest };
    },
  };
}

function stepGraph(
  inputs: NamedTensors,
  loss: LossFunction,
  like: Parameters,
  batchNames: readonly string[],
  optimizer: AdamOptions,
  clipNorm: number | undefined,
): NamedTensors {
  const names = Object.keys(like);
  const batch = Object.fromEntries(batchNames.map((name) => [name, inputs[name]]));
  const pieces = tf.split(
    inputs.parameters,
    Object.values(like).map(({ values }) => values.length),
  );
  const weights = names.map((name, index) => tf.reshape(pieces[index], [...like[name].shape]));
  let reported: Record<string, tf.Scalar> = {};
  const scalarLoss = () => {
    const result = loss(Object.fromEntries(names.map((name, index) => [name, weights[index]])), batch);
    if (result instanceof tf.Tensor) return result;
    const { loss: scalar, ...rest } = result;
    reported = Object.fromEntries(Object.entries(rest).map(([name, tensor]) => [name, tf.keep(tensor)]));
    return scalar;
  };
  // the engine's own entry, since tf.valueAndGrads refuses a parameter that the loss does not read
  const { value, grads } = tf.engine().gradients(scalarLoss, weights, undefined, true);
  if (value.rank !== 0)
    throw new CompileError(`compileTrainingStep: the loss should be a scalar, got shape [${value.shape}]`);
  const gradient = tf.concat(
    grads.map((grad, index) => (grad ? tf.reshape(grad, [-1]) : tf.zeros([weights[index].size]))),
  );
  const gradientNorm = tf.sqrt(tf.sum(tf.square(gradient)));
  const clipped =
    clipNorm === undefined
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(clipNorm, tf.add(gradientNorm, 1e-6))));
  const next = adamUpdate(
    { parameters: inputs.parameters, firstMoment: inputs.firstMoment, secondMoment: inputs.secondMoment },
    clipped,
    inputs as Record<'learningRate' | 'beta1' | 'firstCorrection' | 'secondCorrection', tf.Tensor>,
    optimizer,
  );
  return {
    loss: value,
    gradientNorm,
    ...reported,
    'next.parameters': next.parameters,
    'next.firstMoment': next.firstMoment,
    'next.secondMoment': next.secondMoment,
  };
}
