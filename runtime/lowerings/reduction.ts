import { type Graph, int, type Value } from '../graph.js';
import { cast, type KernelCall, type Lowering, type Lowerings } from '../lowering.js';
import { tf } from '../tf.js';

interface ReductionAttributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

function reduce(graph: Graph, op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (axes.length === 0) return x;
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  return graph.op(op, [x, graph.vector(axes)], shape, { keepdims: int(keepDims ? 1 : 0) });
}

function axesOf({ axis, reductionIndices }: ReductionAttributes, x: Value): number[] {
  return tf.util.parseAxisParam(axis ?? reductionIndices ?? x.shape.map((_, i) => i), [...x.shape]);
}

function reduction(op: string): Lowering {
  return ({ graph, inputs: { x }, attributes }: KernelCall<ReductionAttributes>) =>
    reduce(graph, op, x, axesOf(attributes, x), attributes.keepDims ?? false);
}

function logical(op: string): Lowering {
  return ({ graph, inputs: { x }, attributes }: KernelCall<ReductionAttributes>) =>
    cast(
      graph,
      reduce(graph, op, cast(graph, x, 'int32'), axesOf(attributes, x), attributes.keepDims ?? false),
      'bool',
    );
}

function extremePosition(op: string): Lowering {
  return ({ graph, inputs: { x }, attributes }: KernelCall<tf.ArgMaxAttrs>) => {
    const [axis] = tf.util.parseAxisParam(attributes.axis, [...x.shape]);
    const shape = x.shape.filter((_, i) => i !== axis);
    return cast(graph, graph.op(op, [x], shape, { axis: int(axis), keepdims: int(0) }, 'int64'), 'int32');
  };
}

function softmax(op: string): Lowering {
  return ({ graph, inputs: { logits }, attributes }: KernelCall<{ dim?: number; axis?: number }>) => {
    const [axis] = tf.util.parseAxisParam(attributes.dim ?? attributes.axis ?? -1, [...logits.shape]);
    return graph.op(op, [logits], logits.shape, { axis: int(axis) });
  };
}

export const reductions: Lowerings = {
  Sum: (call) =>
    reduction('ReduceSum')(
      call.inputs.x.type === 'bool'
        ? { ...call, inputs: { x: cast(call.graph, call.inputs.x, 'int32') } }
        : call,
    ),
  Mean: (call) =>
    reduction('ReduceMean')({ ...call, inputs: { x: cast(call.graph, call.inputs.x, 'float32') } }),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: extremePosition('ArgMax'),
  ArgMin: extremePosition('ArgMin'),
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};
