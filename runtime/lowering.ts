import type { ElementType, Graph, Value } from './graph.js';

/** What a lowering works on: the graph it appends to, the kernel's inputs as graph values, and its attributes. */
export interface KernelCall<Attributes = Record<string, unknown>> {
  readonly graph: Graph;
  /** Inputs by name; kernels with a list of inputs name them '0', '1', … */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Attributes;
}

/** Writes one TensorFlow.js kernel as ONNX nodes. Returning an input means that the kernel does nothing. */
// biome-ignore lint/suspicious/noExplicitAny: attributes have another type for every kernel
export type Lowering = (call: KernelCall<any>) => Value | Value[];

export type Lowerings = Readonly<Record<string, Lowering>>;

export const inputList = ({ inputs }: { readonly inputs: Readonly<Record<string, Value>> }): Value[] =>
  Object.values(inputs);

export function cast(graph: Graph, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  return graph.op('Cast', [value], value.shape, { to: { int: ELEMENT_TYPE_CODES[type] } }, type);
}

export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  return graph.op('Reshape', [value, graph.vector(shape)], shape);
}

/** One value everywhere, without the data of a full array. */
export function filled(graph: Graph, value: number, type: ElementType, shape: readonly number[]): Value {
  const scalar = graph.scalar(value, type);
  return shape.length === 0 ? scalar : graph.op('Expand', [scalar, graph.vector(shape)], shape);
}

/** `value[starts … starts + sizes)` on all axes. */
export function slice(
  graph: Graph,
  value: Value,
  starts: readonly number[],
  sizes: readonly number[],
): Value {
  const axes = sizes
    .map((_, axis) => axis)
    .filter((axis) => starts[axis] !== 0 || sizes[axis] !== value.shape[axis]);
  // all axes are named when none is cut, so that the number of axes is the same at every stand-in size
  const named = axes.length === 0 ? sizes.map((_, axis) => axis) : axes;
  return graph.op(
    'Slice',
    [
      value,
      graph.vector(named.map((axis) => starts[axis])),
      graph.vector(named.map((axis) => starts[axis] + sizes[axis])),
      graph.vector(named),
    ],
    sizes,
  );
}

/** ONNX TensorProto.DataType */
export const ELEMENT_TYPE_CODES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
};
