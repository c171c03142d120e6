import { FieldsmithError } from '../common/errors.js';
import { TRACING_BACKEND } from './backend-name.js';
import type { Sizes } from './dimensions.js';
import { CompileError } from './errors.js';
import { arrayOf, type ElementType, type Graph, sizeOf, type Value } from './graph.js';
import { KERNEL_ALTERNATIVES, noLowering } from './kernel-alternatives.js';
import { filled, type Lowering } from './lowering.js';
import { lowerings } from './lowerings/all.js';
import { calledHere, forgetCalls, STACK_DEPTH, takeOrigin } from './origin.js';
import { thrownByLibrary } from './stack-frame.js';
import { tf } from './tf.js';

function elementType(dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new CompileError(
    `compile: tensors of dtype ${dtype} cannot be compiled${calledHere()}; use float32, int32 or bool` +
      (dtype === 'complex64' ? ` (${KERNEL_ALTERNATIVES.Complex})` : ''),
  );
}

/** A backend whose tensors are values of a graph: running a kernel appends its nodes. */
export class TracingBackend extends tf.KernelBackend {
  readonly #values = new WeakMap<object, Value>();

  constructor(readonly graph: Graph) {
    super();
  }

  /** A handle on a graph value. A kernel that does nothing gives its input's value a second handle with the same data. */
  tensorInfo(value: Value): tf.TensorInfo {
    const dataId = this.#handles.get(value) ?? {};
    this.#handles.set(value, dataId);
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }
  readonly #handles = new Map<Value, object>();

  tensor(value: Value): tf.Tensor {
    const { dataId, shape, dtype } = this.tensorInfo(value);
    return tf.engine().makeTensorFromDataId(dataId, shape, dtype, this);
  }

  value(tensor: tf.TensorInfo): Value {
    const known = this.#values.get(tensor.dataId);
    if (known) return known;
    // a constant made by another backend before the trace
    const values = (tensor as tf.Tensor).dataSync();
    const value = this.#constant(values, tensor.shape, elementType(tensor.dtype));
    this.#values.set(tensor.dataId, value);
    return value;
  }

  #constant(values: tf.BackendValues, shape: readonly number[], type: ElementType): Value {
    const size = sizeOf(shape);
    const array = values as ArrayLike<number>;
    let uniform = size > 0;
    for (let i = 1; i < size && uniform; i++) uniform = Object.is(array[i], array[0]);
    if (uniform && size > 1) return filled(this.graph, Number(array[0]), type, shape);
    return this.graph.constant(arrayOf(type, array), shape);
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.tensorInfo(
      this.recorded('a constant', () => this.#constant(values, shape, elementType(dtype))),
    ).dataId;
  }

  /** Runs `body`; the nodes that it appends are said to be of this operation. */
  recorded<Result>(kernel: string, body: () => Result): Result {
    const outer = this.graph.origin;
    this.graph.origin = takeOrigin(kernel);
    try {
      return body();
    } finally {
      this.graph.origin = outer;
    }
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#values.set(dataId, this.#constant(values, shape, elementType(dtype)));
  }

  override readSync(): tf.BackendValues {
    throw new CompileError(
      `compile: the function reads a tensor (dataSync, arraySync)${calledHere()}; values are unknown while it is compiled. ` +
        'Use tensor operations, or hostCall for work outside the graph',
    );
  }

  override async read(): Promise<tf.BackendValues> {
    return this.readSync();
  }

  override numDataIds = (): number => 0;
  override incRef(): void {}
  override refCount = (): number => 1;
  override disposeData = (): boolean => false;
  override memory = (): { unreliable: boolean } => ({ unreliable: true });
  override floatPrecision = (): 32 => 32;
  override dispose(): void {}
}

let active: TracingBackend | null = null;

/** The backend of the trace under way, or null when operations run eagerly. */
export const activeTrace = (): TracingBackend | null => (tf.getBackend() === TRACING_BACKEND ? active : null);

for (const [kernelName, lowering] of Object.entries<Lowering>(lowerings)) {
  tf.registerKernel({
    kernelName,
    backendName: TRACING_BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const trace = backend as TracingBackend;
      const values: Record<string, Value> = {};
      for (const [name, input] of Object.entries(inputs))
        if (input) values[name] = trace.value(input as tf.TensorInfo);
      const result = trace.recorded(kernelName, () =>
        lowering({ graph: trace.graph, inputs: values, attributes: attrs ?? {} }),
      );
      return Array.isArray(result)
        ? result.map((value) => trace.tensorInfo(value))
        : trace.tensorInfo(result);
    },
  });
}

for (const kernelName of Object.keys(KERNEL_ALTERNATIVES).filter((name) => !(name in lowerings))) {
  tf.registerKernel({
    kernelName,
    backendName: TRACING_BACKEND,
    kernelFunc: () => {
      throw new CompileError(noLowering(kernelName, takeOrigin(kernelName)));
    },
  });
}

/** Runs `body` with every tensor operation recorded into `graph`. The former backend is active again afterwards. */
export function recording<Result>(
  graph: Graph,
  sizes: Sizes,
  body: (backend: TracingBackend) => Result,
): Result {
  if (active) throw new CompileError('compile: called inside a function that is being compiled');
  const former = tf.getBackend();
  const backend = new TracingBackend(graph);
  active = backend;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = STACK_DEPTH;
  tf.registerBackend(TRACING_BACKEND, () => backend, 0);
  void tf.setBackend(TRACING_BACKEND);
  try {
    // makes tensors of the trace unreachable after it, as tf.tidy cannot when the body throws
    tf.engine().startScope('compile');
    try {
      return body(backend);
    } finally {
      tf.engine().endScope();
    }
  } catch (error) {
    throw explained(error, sizes);
  } finally {
    tf.removeBackend(TRACING_BACKEND);
    if (former) void tf.setBackend(former);
    active = null;
    forgetCalls();
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Errors of TensorFlow.js and of lowerings get the line that called them; those of the function itself stay as they are. */
function explained(error: unknown, sizes: Sizes): unknown {
  if (!(error instanceof Error) || error instanceof FieldsmithError) return error;
  const kernel = /[Kk]ernel '(\w+)'/.exec(error.message)?.[1];
  if (kernel) return new CompileError(noLowering(kernel, { kernel, call: error }), { cause: error });
  if (!thrownByLibrary(error.stack ?? '')) return error;
  const standIns = Object.entries(sizes).map(([name, size]) => `${name} = ${size}`);
  return new CompileError(
    `compile: ${error.message.replace(/\.$/, '')}${calledHere(error)}` +
      (standIns.length > 0 ? `; while it is compiled, ${standIns.join(', ')}` : ''),
    { cause: error },
  );
}
