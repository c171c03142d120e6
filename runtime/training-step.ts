import { InvalidInputError } from '../common/errors.js';
import { type AdamOptions, adam } from './adam.js';
import { createExecutor, type ExecutorOptions } from './compile.js';
import { diagnose } from './diagnose.js';
import { diagnosisText } from './diagnosis.js';
import { DivergenceError } from './errors.js';
import { peakTensorBytes } from './live-bytes.js';
import { optimize } from './optimize.js';
import type { Optimizer, StepScalars } from './optimizer.js';
import { type Parameters, packParameters, parameterCount, unpackParameters } from './parameters.js';
import type { SessionTensor } from './session.js';
import { checkFeeds, type Exactly, type NamedArrays, type TensorSpecs } from './specs.js';
import { parameterNames, stateReports } from './state-reports.js';
import { type LossFunction, type StepGraphOptions, stepGraph } from './step-graph.js';
import { trace } from './trace.js';

export interface TrainingStepOptions<
  Weights extends Parameters = Parameters,
  Batch extends TensorSpecs = TensorSpecs,
  Reported extends string = string,
> extends ExecutorOptions {
  readonly loss: LossFunction<Weights, Batch, Reported>;
  /** Initial values; they also give names, shapes and order. */
  readonly parameters: Weights;
  readonly batchSpecs: Batch;
  /** An update rule, by default Adam; plain settings are those of Adam. */
  readonly optimizer?: Optimizer | AdamOptions;
  /** Gradients of a larger Euclidean norm, over all parameters, are scaled down to it. */
  readonly clipNorm?: number;
  /** Batches whose mean gradient makes one update, by default 1. */
  readonly accumulate?: number;
  /** Decay d of a moving average of the weights, w ← d w + (1 − d) θ after each update; without it there is none. */
  readonly averageDecay?: number;
}

export interface StepResult {
  readonly loss: number;
  /**
   * Euclidean norm of the gradient over all parameters, before clipping; while gradients accumulate, of their sum so
   * far over the number of batches of an update.
   */
  readonly gradientNorm: number;
  /** The further scalars of the loss function. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Everything a run needs to continue with the same bytes. Vectors hold the parameters behind one another. */
export interface TrainingState {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Updates made, t of Adam's bias correction. */
  readonly step: number;
  /** Moving average of the parameters, where one is kept. */
  readonly average?: Float32Array;
  /** Batches since the last update and their gradients' sum over `accumulate`, where gradients accumulate. */
  readonly accumulated?: { readonly batches: number; readonly gradient: Float32Array };
}

export interface TrainingStep<Batch = NamedArrays> extends AsyncDisposable {
  /**
   * One batch: an update, or with `accumulate` a part of one.
   * @throws DivergenceError, naming the first operation at fault, when loss or gradient are not finite; FeedError when the
   * batch does not fit; InvalidInputError when the run before has not ended; DisposedError after `dispose`. The state is
   * then what it was before.
   */
  run<Feeds extends NamedArrays>(
    batch: Feeds & Exactly<Batch, Feeds>,
    scalars: StepScalars,
    context?: unknown,
  ): Promise<StepResult>;
  /** A copy of the state. */
  state(): TrainingState;
  setState(state: TrainingState): void;
  /** A copy of the parameters by name. */
  parameters(): Parameters;
  /** A copy of their moving average. @throws InvalidInputError when none is kept. */
  averagedParameters(): Parameters;
  /** Frees the graphs once a run under way has ended; the state can still be read. May be called again. */
  dispose(): Promise<void>;
  /** Batches of one update. */
  readonly accumulate: number;
  readonly models: readonly Uint8Array[];
  readonly nodeCounts: readonly number[];
  /**
   * Most bytes of tensors that the step has to hold at once, state and batch included; see {@link peakTensorBytes}. Named
   * dimensions count at stand-in sizes of about a hundred: give them fixed sizes where the figure matters.
   */
  readonly peakTensorBytes: number;
}

/**
 * Compiles loss, gradient, clipping and update into graphs whose inputs are state and batch and whose outputs are the
 * next state. Parameters and moments are packed into one vector each, so that clipping and Adam are a dozen nodes.
 *
 * @throws InvalidInputError when options are out of range; CompileError when the loss cannot be written as a graph.
 */
export async function compileTrainingStep<
  const Weights extends Parameters,
  const Batch extends TensorSpecs,
  Reported extends string = string,
>(options: TrainingStepOptions<Weights, Batch, Reported>): Promise<TrainingStep<Batch>> {
  const { parameters, batchSpecs } = options;
  const graph = graphOptions(options as unknown as TrainingStepOptions);
  const { optimizer, accumulate, averageDecay } = graph;
  const vectors = [
    'parameters',
    ...optimizer.moments,
    ...(averageDecay === undefined ? [] : ['average']),
    ...(accumulate === 1 ? [] : ['accumulated']),
  ];
  const scalars = (t: number, settings: Required<StepScalars>, updates: boolean): Record<string, number> => ({
    ...optimizer.scalars(t, settings),
    ...(accumulate === 1 ? {} : { updates: Number(updates) }),
  });
  const scalarNames = Object.keys(scalars(1, { learningRate: 1, beta1: 0 }, true));
  const clash = Object.keys(batchSpecs).find((name) => [...vectors, ...scalarNames].includes(name));
  if (clash) throw new InvalidInputError(`compileTrainingStep: a batch input cannot be called ${clash}`);
  const size = parameterCount(parameters);
  if (size === 0) throw new InvalidInputError('compileTrainingStep: there are no parameters to train');
  const program = optimize(
    trace((inputs) => stepGraph(inputs, Object.keys(batchSpecs), graph), {
      ...batchSpecs,
      ...Object.fromEntries(vectors.map((name) => [name, { shape: [size], dtype: 'float32' } as const])),
      ...Object.fromEntries(scalarNames.map((name) => [name, { shape: [], dtype: 'float32' } as const])),
    }),
  );
  const executor = await createExecutor(program, options);
  const vector = (data: Float32Array): SessionTensor => executor.tensor('float32', { shape: [size], data });
  const number = (value: number): SessionTensor =>
    executor.tensor('float32', { shape: [], data: Float32Array.of(value) });

  const initial = packParameters(parameters);
  const zeros = (): Float32Array => new Float32Array(size);
  let current: Record<string, SessionTensor> = Object.fromEntries(
    vectors.map((name) => [
      name,
      vector(name === 'parameters' || name === 'average' ? initial.slice() : zeros()),
    ]),
  );
  let spare = Object.fromEntries(vectors.map((name) => [name, vector(zeros())]));
  let step = 0;
  let batches = 0;
  // a moment that the optimizer does without is zero, so that checkpoints have one layout
  const values = (name: string): Float32Array => (current[name]?.data as Float32Array)?.slice() ?? zeros();

  const explained = async (
    message: string,
    feeds: Record<string, SessionTensor>,
    outputs: readonly string[],
    context: unknown,
    cause?: DivergenceError,
  ): Promise<DivergenceError> => {
    const request = { program, feeds, batchNames: Object.keys(batchSpecs), outputs, context, options };
    try {
      const diagnosis = await diagnose({
        ...request,
        state: stateReports(feeds, vectors, parameters),
        nameOf: parameterNames(parameters),
      });
      return new DivergenceError(`${message}. ${diagnosisText(diagnosis)}`, { cause, diagnosis });
    } catch (failure) {
      // a host function that refuses its inputs a second time, or no memory for a second session
      return new DivergenceError(
        `${message}. Its first operation could not be found: ${(failure as Error).message}`,
        {
          cause: cause ?? failure,
        },
      );
    }
  };

  return {
    accumulate,
    models: executor.models,
    nodeCounts: executor.nodeCounts,
    peakTensorBytes: peakTensorBytes(program),
    dispose: executor.dispose,
    [Symbol.asyncDispose]: executor.dispose,
    state: () => ({
      parameters: values('parameters'),
      firstMoment: values('firstMoment'),
      secondMoment: values('secondMoment'),
      step,
      ...(averageDecay === undefined ? {} : { average: values('average') }),
      ...(accumulate === 1 ? {} : { accumulated: { batches, gradient: values('accumulated') } }),
    }),
    parameters: () => unpackParameters(values('parameters'), parameters),
    averagedParameters: () => {
      if (averageDecay === undefined)
        throw new InvalidInputError('averagedParameters: no average is kept; compile with averageDecay');
      return unpackParameters(values('average'), parameters);
    },
    setState: (state) => {
      const { step: updatesMade, accumulated, ...rest } = state;
      const given: Record<string, Float32Array | undefined> = { ...rest, accumulated: accumulated?.gradient };
      for (const name of vectors) {
        if (given[name]?.length !== size) {
          throw new InvalidInputError(
            `setState: ${name} should have ${size} values, got ${given[name]?.length ?? 'none'}; ` +
              'is the state of another model, or of a step with other options?',
          );
        }
      }
      current = Object.fromEntries(vectors.map((name) => [name, vector(given[name]!.slice())]));
      step = updatesMade;
      batches = accumulated?.batches ?? 0;
    },
    run: exclusive(async (batch: NamedArrays, { learningRate, beta1 = 0.9 }, context) => {
      checkFeeds(batch, batchSpecs, 'step');
      if (!Number.isFinite(learningRate) || !(beta1 >= 0 && beta1 < 1)) {
        throw new InvalidInputError(
          `step: learningRate should be finite and beta1 in [0, 1), got ${learningRate} and ${beta1}`,
        );
      }
      const t = step + 1;
      const updates = batches + 1 === accumulate;
      const feeds: Record<string, SessionTensor> = { ...current };
      for (const [name, value] of Object.entries(scalars(t, { learningRate, beta1 }, updates)))
        feeds[name] = number(value);
      for (const [name, array] of Object.entries(batch))
        feeds[name] = executor.tensor(batchSpecs[name].dtype, array);
      // the next state is written into the arrays of the one before the current: no allocation per step
      const targets = Object.fromEntries(vectors.map((name) => [`next.${name}`, spare[name]]));
      const outputs = await executor.run(feeds, context, targets).catch(async (error: unknown) => {
        if (!(error instanceof DivergenceError)) throw error;
        throw await explained(
          `step ${t}: ${error.message}; the state is unchanged`,
          feeds,
          [],
          context,
          error,
        );
      });
      const metrics = Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => !name.startsWith('next.'))
          .map(([name, tensor]) => [name, Number(tensor.data[0])]),
      );
      const { loss: value, gradientNorm, ...rest } = metrics;
      if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) {
        const what = Number.isFinite(value)
          ? `gradient norm is ${gradientNorm} (loss ${value})`
          : `loss is ${value}`;
        const bad = Number.isFinite(value) ? 'gradientNorm' : 'loss';
        throw await explained(`step ${t}: the ${what}; the state is unchanged`, feeds, [bad], context);
      }
      [current, spare] = [
        Object.fromEntries(vectors.map((name) => [name, outputs[`next.${name}`]])),
        current,
      ];
      batches = updates ? 0 : batches + 1;
      if (updates) step = t;
      return { loss: value, gradientNorm, metrics: rest };
    }),
  };
}

type Run = (batch: NamedArrays, scalars: StepScalars, context?: unknown) => Promise<StepResult>;

/** A step reads and writes the one state: two at a time would mix theirs. */
function exclusive(run: Run): Run {
  let busy = false;
  return async (...call) => {
    if (busy) throw new InvalidInputError('step: the run before has not ended; await it');
    busy = true;
    try {
      return await run(...call);
    } finally {
      busy = false;
    }
  };
}

function graphOptions(options: TrainingStepOptions): StepGraphOptions {
  const { loss, parameters, optimizer = {}, clipNorm, accumulate = 1, averageDecay } = options;
  if (!(Number.isInteger(accumulate) && accumulate > 0)) {
    throw new InvalidInputError(
      `compileTrainingStep: accumulate must be a positive integer, got ${accumulate}`,
    );
  }
  if (averageDecay !== undefined && !(averageDecay >= 0 && averageDecay < 1)) {
    throw new InvalidInputError(`compileTrainingStep: averageDecay must lie in [0, 1), got ${averageDecay}`);
  }
  return {
    loss,
    parameters,
    optimizer: 'update' in optimizer ? optimizer : adam(optimizer),
    clipNorm,
    accumulate,
    averageDecay,
  };
}
