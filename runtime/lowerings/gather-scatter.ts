import { type Graph, int, sizeOf, text, type Value } from '../graph.js';
import { cast, filled, type KernelCall, type Lowerings, reshape, slice } from '../lowering.js';
import { tf } from '../tf.js';

/**
 * zeros(shape) with updates added at rows given by `indices` [..., depth]. Repeated rows add up.
 *
 * As ScatterElements along one axis of all values: ONNX Runtime's ScatterND adds on several threads at once on the CPU and
 * loses additions where rows repeat (version 1.30: 200,000 rows added into three came out wrong, and otherwise each time).
 * ScatterElements adds in order. With rows and columns as two axes it took four to five times as long a value (170 to 220
 * against 33 to 49 ns on a machine with ten times its load).
 */
function scatterAdd(graph: Graph, indices: Value, updates: Value, shape: readonly number[]): Value {
  const count = sizeOf(indices.shape.slice(0, -1));
  const inner = sizeOf(shape.slice(indices.shape.at(-1)!));
  const target = filled(graph, 0, updates.type, [sizeOf(shape)]);
  const places = valueNumbers(graph, indices, shape, count, inner);
  const sums = graph.op(
    'ScatterElements',
    [target, places, reshape(graph, updates, [count * inner])],
    target.shape,
    { axis: int(0), reduction: text('add') },
  );
  return reshape(graph, sums, shape);
}

/** Σₖ iₖ · stride k + j: the places of the values of all rows, [count · inner]. */
function valueNumbers(
  graph: Graph,
  indices: Value,
  shape: readonly number[],
  count: number,
  inner: number,
): Value {
  const depth = indices.shape.at(-1)!;
  const table = reshape(graph, cast(graph, indices, 'int32'), [count, depth]);
  const columns = Array.from({ length: depth }, (_, axis) => {
    const column = depth === 1 ? table : slice(graph, table, [0, axis], [count, 1]);
    const stride = graph.scalar(sizeOf(shape.slice(axis + 1)), 'int32');
    return graph.op('Mul', [column, stride], [count, 1]);
  });
  const starts = columns.reduce((sum, column) => graph.op('Add', [sum, column], [count, 1]));
  const within = graph.op(
    'Range',
    [0, inner, 1].map((value) => graph.scalar(value, 'int32')),
    [inner],
  );
  const places = graph.op('Add', [starts, within], [count, inner]);
  return reshape(graph, places, [count * inner]);
}

/** Gathers along an axis behind `batchDims` common axes: as one gather from the batches laid behind one another. */
function batchedGather(graph: Graph, x: Value, indices: Value, axis: number, batchDims: number): Value {
  if (axis !== batchDims)
    throw new RangeError('gather: with batchDims only axis = batchDims can be compiled');
  const batchShape = x.shape.slice(0, batchDims);
  const batches = sizeOf(batchShape);
  const rows = x.shape[axis];
  const rest = x.shape.slice(axis + 1);
  const picks = indices.shape.slice(batchDims);
  const flat = reshape(graph, x, [batches * rows, ...rest]);
  const ids = reshape(graph, indices, [batches, sizeOf(picks)]);
  const batchNumbers = graph.op(
    'Range',
    [graph.scalar(0, 'int32'), graph.scalar(batches, 'int32'), graph.scalar(1, 'int32')],
    [batches],
  );
  const offsets = graph.op(
    'Mul',
    [reshape(graph, batchNumbers, [batches, 1]), graph.scalar(rows, 'int32')],
    [batches, 1],
  );
  const positions = graph.op('Add', [ids, offsets], ids.shape);
  const gathered = graph.op('Gather', [flat, positions], [...ids.shape, ...rest], { axis: int(0) }, x.type);
  return reshape(graph, gathered, [...batchShape, ...picks, ...rest]);
}

export const gathersAndScatters: Lowerings = {
  GatherV2: ({ graph, inputs: { x, indices }, attributes }: KernelCall<tf.GatherV2Attrs>) => {
    const [axis] = tf.util.parseAxisParam(attributes.axis, [...x.shape]);
    const batchDims = attributes.batchDims ?? 0;
    const ids = cast(graph, indices, 'int32');
    if (batchDims !== 0) return batchedGather(graph, x, ids, axis, batchDims);
    const shape = [...x.shape.slice(0, axis), ...ids.shape, ...x.shape.slice(axis + 1)];
    return graph.op('Gather', [x, ids], shape, { axis: int(axis) });
  },
  GatherNd: ({ graph, inputs: { params, indices } }) => {
    const depth = indices.shape.at(-1)!;
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    return graph.op('GatherND', [params, cast(graph, indices, 'int64')], shape);
  },
  ScatterNd: ({ graph, inputs: { indices, updates }, attributes }: KernelCall<tf.ScatterNdAttrs>) =>
    scatterAdd(graph, indices, updates, attributes.shape),
  TensorScatterUpdate: ({ graph, inputs: { tensor, indices, updates } }) =>
    graph.op('ScatterND', [tensor, cast(graph, indices, 'int64'), updates], tensor.shape),
  // one value for all entries comes as a scalar
  SparseToDense: ({
    graph,
    inputs: { sparseIndices, sparseValues, defaultValue },
    attributes: { outputShape },
  }: KernelCall<tf.SparseToDenseAttrs>) => {
    const depth = outputShape.length;
    const count = sparseIndices.shape.length === 0 ? 1 : sparseIndices.shape[0];
    const target = graph.op(
      'Expand',
      [reshape(graph, defaultValue, []), graph.vector(outputShape)],
      outputShape,
    );
    const values =
      sparseValues.shape.length === 0
        ? graph.op('Expand', [sparseValues, graph.vector([count])], [count])
        : sparseValues;
    const places = reshape(graph, cast(graph, sparseIndices, 'int64'), [count, depth]);
    return graph.op('ScatterND', [target, places, values], outputShape, {}, values.type);
  },
  UnsortedSegmentSum: ({
    graph,
    inputs: { x, segmentIds },
    attributes,
  }: KernelCall<tf.UnsortedSegmentSumAttrs>) => {
    const { numSegments } = attributes;
    const rest = x.shape.slice(segmentIds.shape.length);
    const ids = cast(graph, segmentIds, 'int32');
    // negative ids are dropped: into one row more, cut off afterwards, because ONNX counts them from the end
    const outside = graph.op('Less', [ids, graph.scalar(0, 'int32')], ids.shape, {}, 'bool');
    const rows = graph.op(
      'Where',
      [outside, graph.scalar(numSegments, 'int32'), ids],
      ids.shape,
      {},
      'int32',
    );
    const sum = scatterAdd(graph, reshape(graph, rows, [...ids.shape, 1]), x, [numSegments + 1, ...rest]);
    return slice(graph, sum, [0, ...rest.map(() => 0)], [numSegments, ...rest]);
  },
  OneHot: ({ graph, inputs: { indices }, attributes }: KernelCall<tf.OneHotAttrs>) => {
    const { depth, onValue, offValue } = attributes;
    const type = attributes.dtype === 'float32' || attributes.dtype === 'bool' ? attributes.dtype : 'int32';
    // compared with 0 … depth − 1: indices outside give a row of off values, where ONNX OneHot would wrap around
    const classes = graph.op(
      'Range',
      [0, depth, 1].map((value) => graph.scalar(value, 'int32')),
      [depth],
    );
    const shape = [...indices.shape, depth];
    const column = reshape(graph, cast(graph, indices, 'int32'), [...indices.shape, 1]);
    const hot = graph.op('Equal', [column, classes], shape, {}, 'bool');
    return graph.op(
      'Where',
      [hot, graph.scalar(onValue, type), graph.scalar(offValue, type)],
      shape,
      {},
      type,
    );
  },
};
