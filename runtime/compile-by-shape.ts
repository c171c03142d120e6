import { InvalidInputError } from '../common/errors.js';
import { type CompiledFunction, type CompileOptions, compile } from './compile.js';
import { FeedError } from './errors.js';
import type { HostArray } from './graph.js';
import type { Parameters } from './parameters.js';
import { resource } from './resource.js';
import type { ArraysOf, NamedArrays, NamedTensors, TensorSpec, TensorSpecs, TensorsOf } from './specs.js';
import type { tf } from './tf.js';

export interface CompileByShapeOptions<Weights extends Parameters = Parameters>
  extends CompileOptions<Weights> {
  /** Graphs kept; the one that was not used for longest is freed for a new one. */
  readonly maximumGraphs?: number;
}

export const COMPILE_BY_SHAPE_DEFAULTS = { maximumGraphs: 8 };

export interface ShapeCompiledFunction<Name extends string = string, Outputs = NamedArrays>
  extends AsyncDisposable {
  /**
   * Runs the graph of these shapes and types, compiled when they are seen for the first time.
   * @throws CompileError, FeedError, DisposedError after `dispose`
   */
  run(feeds: Readonly<Record<Name, HostArray>>, context?: unknown): Promise<ArraysOf<Outputs>>;
  /** Frees all graphs once runs under way have ended. */
  dispose(): Promise<void>;
  /** Graphs kept now. */
  readonly graphCount: number;
}

/**
 * A function that is compiled when it is called, once for each set of input shapes: for functions that loop over or branch
 * on sizes, which named dimensions do not allow, and where the shapes are known only from the arrays. Types are those of
 * the arrays: Float32Array, Int32Array, and Uint8Array for bool.
 *
 *     const smooth = compileByShape(({ field }) => ({ field: ... }));
 *     await smooth.run({ field: { shape: [64, 64], data } });
 *
 * @throws InvalidInputError when `maximumGraphs` is no positive integer
 */
export function compileByShape<
  Name extends string,
  Outputs extends NamedTensors,
  const Weights extends Parameters = Parameters,
>(
  fn: (inputs: Record<Name, tf.Tensor>, parameters: TensorsOf<Weights>) => Outputs,
  options: CompileByShapeOptions<Weights> = {},
): ShapeCompiledFunction<Name, Outputs> {
  const { maximumGraphs } = { ...COMPILE_BY_SHAPE_DEFAULTS, ...options };
  if (!(Number.isInteger(maximumGraphs) && maximumGraphs > 0)) {
    throw new InvalidInputError(
      `compileByShape: maximumGraphs must be a positive integer, got ${maximumGraphs}`,
    );
  }
  // in the order of their last use
  const graphs = new Map<string, Promise<CompiledFunction<TensorSpecs, Outputs>>>();
  const free = async (graph: Promise<CompiledFunction<TensorSpecs, Outputs>>) => {
    // a graph that did not compile has told those who wait for it
    const compiled = await graph.catch(() => undefined);
    await compiled?.dispose();
  };
  const life = resource('the compiled function', async () => {
    for (const graph of graphs.values()) await free(graph);
    graphs.clear();
  });

  function graphOf(specs: TensorSpecs): Promise<CompiledFunction<TensorSpecs, Outputs>> {
    const key = JSON.stringify(specs);
    const known = graphs.get(key);
    graphs.delete(key);
    const graph = known ?? compile<TensorSpecs, Outputs, Weights>(fn as never, specs, options);
    graphs.set(key, graph);
    if (known) return known;
    graph.catch(() => graphs.delete(key));
    const [oldest] = graphs;
    if (graphs.size > maximumGraphs) {
      graphs.delete(oldest[0]);
      // waits for its runs under way
      free(oldest[1]).catch(() => {});
    }
    return graph;
  }

  return {
    get graphCount() {
      return graphs.size;
    },
    run: (feeds, context) =>
      life.use(async () => (await graphOf(specsOf(feeds as NamedArrays))).run(feeds as NamedArrays, context)),
    dispose: life.dispose,
    [Symbol.asyncDispose]: life.dispose,
  };
}

function specsOf(feeds: NamedArrays): TensorSpecs {
  return Object.fromEntries(
    Object.entries(feeds)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { shape, data }]) => [name, { shape: [...shape], dtype: typeOf(name, data) }]),
  );
}

function typeOf(name: string, data: HostArray['data']): TensorSpec['dtype'] {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'bool';
  throw new FeedError(
    `run: input ${name} should be a Float32Array, Int32Array or Uint8Array, got ${(data as object)?.constructor?.name}`,
  );
}
