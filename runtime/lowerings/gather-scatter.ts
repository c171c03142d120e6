import { type Graph, int, sizeOf, text, type Value } from '../graph.js';
import { cast, filled, type KernelCall, type Lowerings, reshape, slice } from '../lowering.js';
import { tf } from '../tf.js';

/** zeros(shape) with updates added at rows given by `indices` [..., depth]. Repeated rows add up. */
function scatterAdd(graph: Graph, indices: Value, updates: Value, shape: readonly number[]): Value {
  const target = filled(graph, 0, updates.type, shape);
  return graph.op('ScatterND', [target, cast(graph, indices, 'int64'), updates], shape, {
    reduction: text('add'),
  });
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
