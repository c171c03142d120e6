import { emitStage, valueName } from './emit.js';
import type { HostArray, Value } from './graph.js';
import { checkHostResults } from './host-call.js';
import { optimize } from './optimize.js';
import type { Parameters } from './parameters.js';
import { resource } from './resource.js';
import {
  createSession,
  type Session,
  type SessionOptions,
  type SessionTensor,
  type TensorFactory,
  tensorFactory,
} from './session.js';
import {
  type ArraysOf,
  checkFeeds,
  type Exactly,
  type NamedArrays,
  type NamedTensors,
  type TensorSpecs,
} from './specs.js';
import { type Crossing, type Stage, splitStages } from './stages.js';
import { type Program, type TensorFunction, trace } from './trace.js';

export interface ExecutorOptions extends SessionOptions {
  /** Whether values needed on both sides of a host call are passed or computed twice; see {@link COMPILE_DEFAULTS}. */
  readonly crossing?: Crossing;
}

export interface CompileOptions<Weights extends Parameters = Parameters> extends ExecutorOptions {
  /** Arrays that the graph carries with it, given to the function as its second argument. */
  readonly parameters?: Weights;
}

export const COMPILE_DEFAULTS = { crossing: 'pass' as Crossing };

/** `Inputs` and `Outputs` carry the names as their keys. */
export interface CompiledFunction<Inputs = NamedArrays, Outputs = NamedArrays> extends AsyncDisposable {
  /**
   * Runs the graphs and the host functions between them.
   * @throws FeedError when a feed does not fit its specification; DisposedError after `dispose`.
   */
  run<Feeds extends NamedArrays>(
    feeds: Feeds & Exactly<Inputs, Feeds>,
    context?: unknown,
  ): Promise<ArraysOf<Outputs>>;
  /** Frees the graphs once runs under way have ended. May be called again. */
  dispose(): Promise<void>;
  /** The ONNX files in the order in which they run. */
  readonly models: readonly Uint8Array[];
  /** ONNX nodes of each file. */
  readonly nodeCounts: readonly number[];
}

/**
 * Compiles a TensorFlow.js function, gradients within it included, to ONNX graphs and opens them on ONNX Runtime.
 *
 * @param fn plain tensor operations; run a few times with tensors that have shapes and no values.
 * @param inputSpecs shape and type of each input; sizes given as names may differ from run to run.
 * @throws CompileError when the function cannot be written as a graph.
 */
export async function compile<
  const Inputs extends TensorSpecs,
  Outputs extends NamedTensors,
  const Weights extends Parameters = Parameters,
>(
  fn: TensorFunction<Inputs, Weights, Outputs>,
  inputSpecs: Inputs,
  options: CompileOptions<Weights> = {},
): Promise<CompiledFunction<Inputs, Outputs>> {
  const program = optimize(trace(fn as unknown as TensorFunction, inputSpecs, options.parameters));
  // each origin holds a call stack, which is of no use once the function is compiled
  for (const node of program.graph.nodes) node.origin = undefined;
  const executor = await createExecutor(program, options);
  return {
    models: executor.models,
    nodeCounts: executor.nodeCounts,
    dispose: executor.dispose,
    [Symbol.asyncDispose]: executor.dispose,
    run: async (feeds: NamedArrays, context) => {
      checkFeeds(feeds, inputSpecs, 'run');
      const tensors = Object.entries(feeds).map(([name, array]) => [
        name,
        executor.tensor(inputSpecs[name].dtype, array),
      ]);
      const outputs = await executor.run(Object.fromEntries(tensors), context);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, hostArray(tensor)]),
      ) as ArraysOf<Outputs>;
    },
  };
}

export interface Executor {
  readonly models: readonly Uint8Array[];
  readonly nodeCounts: readonly number[];
  readonly tensor: TensorFactory;
  run(
    feeds: Record<string, SessionTensor>,
    context?: unknown,
    into?: Record<string, SessionTensor>,
  ): Promise<Record<string, SessionTensor>>;
  dispose(): Promise<void>;
}

/** Opens the stages of a program; tensors stay ONNX Runtime's between them. */
export async function createExecutor(program: Program, options: ExecutorOptions): Promise<Executor> {
  const stages = splitStages(program, options.crossing ?? COMPILE_DEFAULTS.crossing);
  const tensor = await tensorFactory();
  const models: Uint8Array[] = [];
  const sessions: (Session | null)[] = [];
  for (const stage of stages) {
    // two host calls in a row leave nothing to run between them
    if (stage.fetches.length === 0) {
      sessions.push(null);
      continue;
    }
    const model = emitStage(
      stage,
      Object.fromEntries(stage.fetches.map((value) => [valueName(value), value])),
    );
    models.push(model);
    sessions.push(await createSession(model, options));
  }
  const life = resource('the compiled function', async () => {
    for (const session of sessions) await session?.dispose();
  });
  return {
    models,
    nodeCounts: stages
      .filter(({ fetches }) => fetches.length > 0)
      .map(({ nodes }) => nodes.filter(({ op }) => op !== 'Constant' && op !== 'Parameter').length),
    tensor,
    run: (feeds, context, into = {}) =>
      life.use(async () => {
        const known = new Map<string, SessionTensor>(Object.entries(feeds));
        for (const [index, stage] of stages.entries()) {
          await runStage(stage, sessions[index], tensor, known, context, namedTargets(stage, program, into));
        }
        return Object.fromEntries(
          Object.entries(program.outputs).map(([name, value]) => [name, known.get(valueName(value))!]),
        );
      }),
    dispose: life.dispose,
  };
}

function namedTargets(
  stage: Stage,
  program: Program,
  into: Record<string, SessionTensor>,
): Record<string, SessionTensor | null> | undefined {
  if (Object.keys(into).length === 0) return undefined;
  const targets: Record<string, SessionTensor | null> = Object.fromEntries(
    stage.fetches.map((value) => [valueName(value), null]),
  );
  for (const [name, tensor] of Object.entries(into)) {
    const target = valueName(program.outputs[name]);
    if (target in targets) targets[target] = tensor;
  }
  return targets;
}

async function runStage(
  stage: Stage,
  session: Session | null,
  tensor: TensorFactory,
  known: Map<string, SessionTensor>,
  context: unknown,
  into?: Record<string, SessionTensor | null>,
): Promise<void> {
  const tensorOf = (value: Value): SessionTensor => known.get(valueName(value))!;
  if (session) {
    const feeds = Object.fromEntries(stage.feeds.map((value) => [valueName(value), tensorOf(value)]));
    for (const [name, tensor] of Object.entries(await session.run(feeds, into))) known.set(name, tensor);
  }
  await Promise.all(
    stage.hostCalls.map(async (call) => {
      const results = await call.host!.run(
        call.inputs.map((input) => hostArray(tensorOf(input!))),
        context,
      );
      checkHostResults(
        results,
        call.outputs.map((output, index) => ({
          shape: expectedShape(output, results[index]),
          dtype: output.type,
        })),
      );
      for (const [index, output] of call.outputs.entries())
        known.set(valueName(output), tensor(output.type, results[index]));
    }),
  );
}

/** Sizes that follow a named dimension are taken from the result: the next graph checks them. */
const expectedShape = (output: Value, result: HostArray | undefined): number[] =>
  output.dims.map((dim, axis) => (typeof dim === 'number' ? dim : (result?.shape[axis] ?? -1)));

function hostArray(tensor: SessionTensor): HostArray {
  return { shape: [...tensor.dims], data: tensor.data as Float32Array };
}
