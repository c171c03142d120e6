import { type Graph, int, ints, text, type Value } from '../graph.js';
import { filled, inputList, type KernelCall, type Lowerings, reshape, slice } from '../lowering.js';
import { tf } from '../tf.js';

function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  const shape = [...values[0].shape];
  shape[axis] = values.reduce((sum, value) => sum + value.shape[axis], 0);
  return graph.op('Concat', values, shape, { axis: int(axis) });
}

/** WebGPU binds a buffer for each output of a node, and devices allow eight at least, twelve on SwiftShader. */
const MOST_OUTPUTS = 7;

function split(graph: Graph, x: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length > MOST_OUTPUTS) {
    let start = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === axis ? start : 0));
      start += size;
      return slice(graph, x, begin, x.shape.with(axis, size));
    });
  }
  const outputs = sizes.map((size) => ({ type: x.type, shape: x.shape.with(axis, size) }));
  return graph.node('Split', [x, graph.vector(sizes)], outputs, { axis: int(axis) });
}

function reversed(graph: Graph, x: Value, axes: readonly number[]): Value {
  const minusOnes = graph.vector(axes.map(() => -1));
  // the end lies before the first element: far below −size, which Slice clamps
  const ends = graph.vector(axes.map(() => -(2 ** 31)));
  return graph.op('Slice', [x, minusOnes, ends, graph.vector(axes), minusOnes], x.shape);
}

/** Mirrors about the edge of the array (`symmetric`, which ONNX lacks) with slices, axis by axis. */
function symmetricPad(graph: Graph, x: Value, paddings: readonly (readonly [number, number])[]): Value {
  return paddings.reduce((value, [before, after], axis) => {
    const size = value.shape[axis];
    const part = (start: number, count: number) =>
      reversed(
        graph,
        slice(
          graph,
          value,
          value.shape.map((_, i) => (i === axis ? start : 0)),
          value.shape.with(axis, count),
        ),
        [axis],
      );
    const parts = [value];
    if (before > 0) parts.unshift(part(0, before));
    if (after > 0) parts.push(part(size - after, after));
    return parts.length === 1 ? value : concat(graph, parts, axis);
  }, x);
}

const padded = (x: Value, paddings: readonly (readonly [number, number])[]): number[] =>
  x.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);

const padVector = (graph: Graph, paddings: readonly (readonly [number, number])[]): Value =>
  graph.vector([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);

export const shapeLowerings: Lowerings = {
  Reshape: ({ graph, inputs: { x }, attributes }: KernelCall<tf.ReshapeAttrs>) =>
    reshape(graph, x, tf.util.inferFromImplicitShape(attributes.shape, tf.util.sizeFromShape([...x.shape]))),
  ExpandDims: ({ graph, inputs: { input }, attributes }: KernelCall<tf.ExpandDimsAttrs>) => {
    const rank = input.shape.length;
    const axis = attributes.dim < 0 ? rank + 1 + attributes.dim : attributes.dim;
    return reshape(graph, input, input.shape.toSpliced(axis, 0, 1));
  },
  Transpose: ({ graph, inputs: { x }, attributes }: KernelCall<tf.TransposeAttrs>) =>
    graph.op(
      'Transpose',
      [x],
      attributes.perm.map((axis) => x.shape[axis]),
      { perm: ints(attributes.perm) },
    ),
  BroadcastTo: ({ graph, inputs: { x }, attributes }: KernelCall<tf.BroadCastToAttrs>) =>
    graph.op('Expand', [x, graph.vector(attributes.shape)], attributes.shape),
  Tile: ({ graph, inputs: { x }, attributes: { reps } }: KernelCall<tf.TileAttrs>) => {
    const shape = x.shape.map((size, axis) => size * reps[axis]);
    const broadcasts = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
    return broadcasts
      ? graph.op('Expand', [x, graph.vector(shape)], shape)
      : graph.op('Tile', [x, graph.vector(reps)], shape);
  },
  Slice: ({ graph, inputs: { x }, attributes: { begin, size } }: KernelCall<tf.SliceAttrs>) => {
    // parseSliceParams only reads the shape
    const [starts, sizes] = tf.slice_util.parseSliceParams(
      { shape: x.shape } as unknown as tf.Tensor,
      begin,
      size,
    );
    return slice(graph, x, starts, sizes);
  },
  StridedSlice: ({ graph, inputs: { x }, attributes: a }: KernelCall<tf.StridedSliceAttrs>) => {
    const { finalShape, begin, end, strides } = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    const counts = begin.map((start, axis) => Math.max(0, Math.ceil((end[axis] - start) / strides[axis])));
    // from behind as a slice forwards that is then reversed: the WebGPU provider of ONNX Runtime 1.30 takes other entries
    // where a step is below −1
    const backwards = strides.flatMap((stride, axis) => (stride < 0 ? [axis] : []));
    const starts = begin.map((start, axis) =>
      strides[axis] < 0 ? start + (counts[axis] - 1) * strides[axis] : start,
    );
    const stops = end.map((stop, axis) => (strides[axis] < 0 ? begin[axis] + 1 : stop));
    const forwards = graph.op(
      'Slice',
      [x, starts, stops, [...starts.keys()], strides.map(Math.abs)].map((operand) =>
        Array.isArray(operand) ? graph.vector(operand) : operand,
      ),
      counts,
    );
    const cut = backwards.length > 0 ? reversed(graph, forwards, backwards) : forwards;
    return reshape(graph, cut, finalShape);
  },
  Concat: (call: KernelCall<tf.ConcatAttrs>) => {
    const values = inputList(call);
    const [axis] = tf.util.parseAxisParam(call.attributes.axis, [...values[0].shape]);
    const parts = values.filter((value) => value.shape[axis] > 0);
    return parts.length === 1 ? parts[0] : concat(call.graph, parts, axis);
  },
  SplitV: ({ graph, inputs: { x }, attributes }: KernelCall<tf.SplitVAttrs>) => {
    const [axis] = tf.util.parseAxisParam(attributes.axis, [...x.shape]);
    const sizes = tf.backend_util.prepareSplitSize(
      { shape: x.shape } as unknown as tf.Tensor,
      attributes.numOrSizeSplits,
      axis,
    );
    return split(graph, x, sizes, axis);
  },
  Pack: (call: KernelCall<tf.PackAttrs>) => {
    const values = inputList(call);
    const rank = values[0].shape.length;
    const axis = call.attributes.axis < 0 ? rank + 1 + call.attributes.axis : call.attributes.axis;
    const expanded = values.map((value) => reshape(call.graph, value, value.shape.toSpliced(axis, 0, 1)));
    return expanded.length === 1 ? expanded[0] : concat(call.graph, expanded, axis);
  },
  Unpack: ({ graph, inputs: { value }, attributes }: KernelCall<tf.UnpackAttrs>) => {
    const axis = attributes.axis < 0 ? value.shape.length + attributes.axis : attributes.axis;
    const sizes = Array.from({ length: value.shape[axis] }, () => 1);
    const shape = value.shape.toSpliced(axis, 1);
    return split(graph, value, sizes, axis).map((part) => reshape(graph, part, shape));
  },
  Reverse: ({ graph, inputs: { x }, attributes }: KernelCall<tf.ReverseAttrs>) =>
    x.shape.length === 0 ? x : reversed(graph, x, tf.util.parseAxisParam(attributes.dims, [...x.shape])),
  PadV2: ({ graph, inputs: { x }, attributes: { paddings, constantValue } }: KernelCall<tf.PadV2Attrs>) =>
    graph.op(
      'Pad',
      [x, padVector(graph, paddings), graph.scalar(constantValue, x.type)],
      padded(x, paddings),
    ),
  MirrorPad: ({ graph, inputs: { x }, attributes: { paddings, mode } }: KernelCall<tf.MirrorPadAttrs>) =>
    mode === 'reflect'
      ? graph.op('Pad', [x, padVector(graph, paddings)], padded(x, paddings), { mode: text('reflect') })
      : symmetricPad(graph, x, paddings),
  Fill: ({ graph, attributes: { shape, value, dtype } }: KernelCall<tf.FillAttrs>) =>
    filled(graph, Number(value), dtype === 'int32' || dtype === 'bool' ? dtype : 'float32', shape),
  ZerosLike: ({ graph, inputs: { x } }) => filled(graph, 0, x.type, x.shape),
  OnesLike: ({ graph, inputs: { x } }) => filled(graph, 1, x.type, x.shape),
  Range: ({ graph, attributes: { start, stop, step, dtype } }: KernelCall<tf.RangeAttrs>) => {
    const type = dtype === 'int32' ? 'int32' : 'float32';
    const count = Math.max(0, Math.ceil((stop - start) / step));
    return graph.op(
      'Range',
      [graph.scalar(start, type), graph.scalar(stop, type), graph.scalar(step, type)],
      [count],
    );
  },
};
