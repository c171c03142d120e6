import { type Graph, int, ints, type Value } from '../graph.js';
import { type KernelCall, type Lowerings, reshape } from '../lowering.js';
import { tf } from '../tf.js';
import { binary } from './binary.js';
import { CHANNELS_FIRST, CHANNELS_LAST, channelsFirst, permute } from './convolution-sizes.js';

function windows(x: Value, { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs) {
  if (dimRoundingMode === 'ceil' || dimRoundingMode === 'round') {
    throw new RangeError(`pool: output sizes rounded by ${dimRoundingMode} cannot be compiled; use floor`);
  }
  const shape = [...x.shape] as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
}

function pool(graph: Graph, op: string, x: Value, attributes: tf.MaxPoolAttrs): Value {
  const info = windows(x, attributes);
  const { top, bottom, left, right } = info.padInfo;
  const pooled = graph.op(op, [permute(graph, x, CHANNELS_FIRST)], channelsFirst(info.outShape), {
    kernel_shape: ints([info.filterHeight, info.filterWidth]),
    strides: ints([info.strideHeight, info.strideWidth]),
    pads: ints([top, left, bottom, right]),
  });
  return permute(graph, pooled, CHANNELS_LAST);
}

const whole = (graph: Graph, value: number): Value => graph.scalar(value, 'int32');

/** (0, 1, …, length − 1) · factor + first along one of the four axes of an image. */
function steps(graph: Graph, axis: number, length: number, factor: number, first: number): Value {
  const range = graph.op('Range', [whole(graph, 0), whole(graph, length), whole(graph, 1)], [length]);
  const values = binary(graph, 'Add', binary(graph, 'Mul', range, whole(graph, factor)), whole(graph, first));
  return reshape(graph, values, [1, 1, 1, 1].with(axis, length));
}

/**
 * Place of the first maximum of each window in the flattened image (or batch): the last offset into the window whose
 * entries equal the maximum, from behind. ONNX's MaxPool has places as its second output, which ONNX Runtime's WebGPU
 * provider lacks; a 2 × 2 window takes four slices of a quarter of the image here.
 */
function positions(graph: Graph, x: Value, maximum: Value, attributes: tf.MaxPoolWithArgmaxAttrs): Value {
  const { padInfo, outShape, filterHeight, filterWidth, strideHeight, strideWidth } = windows(x, attributes);
  const { top, bottom, left, right } = padInfo;
  const [batch, height, width, channels] = x.shape;
  const [, rows, columns] = outShape;
  const border = [0, top, left, 0, 0, bottom, right, 0];
  const padded = border.every((size) => size === 0)
    ? x
    : graph.op(
        'Pad',
        [x, graph.vector(border), graph.scalar(Number.NEGATIVE_INFINITY)],
        [batch, height + top + bottom, width + left + right, channels],
      );
  const under = (row: number, column: number): Value =>
    graph.op(
      'Slice',
      [
        padded,
        graph.vector([row, column]),
        graph.vector([row + (rows - 1) * strideHeight + 1, column + (columns - 1) * strideWidth + 1]),
        graph.vector([1, 2]),
        graph.vector([strideHeight, strideWidth]),
      ],
      outShape,
    );
  let offset: Value | undefined;
  for (let index = filterHeight * filterWidth - 1; index >= 0; index--) {
    const [row, column] = [Math.floor(index / filterWidth), index % filterWidth];
    const here = whole(graph, (row * width + column) * channels);
    if (offset === undefined) {
      offset = here;
      continue;
    }
    const equal = binary(graph, 'Equal', under(row, column), maximum, 'bool');
    offset = graph.op('Where', [equal, here, offset], outShape, {}, 'int32');
  }
  const starts = [
    steps(graph, 1, rows, strideHeight * width * channels, -top * width * channels),
    steps(graph, 2, columns, strideWidth * channels, -left * channels),
    steps(graph, 3, channels, 1, 0),
    ...(attributes.includeBatchInIndex ? [steps(graph, 0, batch, height * width * channels, 0)] : []),
  ];
  const start = starts.reduce((sum, part) => binary(graph, 'Add', sum, part));
  // spread to the batch where it is not yet
  const places = binary(graph, 'Add', start, offset!);
  return graph.op('Expand', [places, graph.vector(outShape)], outShape);
}

/**
 * ȳ at the first maximum of each window of size × size points, windows side by side: entry by entry of the window, what
 * the entries before it have not taken. Slices, comparisons and one DepthToSpace, all with channels first, where
 * positions and a scatter took twice as long and the image's layout with them.
 */
function atMaxima(graph: Graph, x: Value, dy: Value, size: number): Value {
  const [batch, channels, height, width] = x.shape;
  const [, , rows, columns] = dy.shape;
  const maximum = graph.op('MaxPool', [x], dy.shape, {
    kernel_shape: ints([size, size]),
    strides: ints([size, size]),
  });
  const zero = graph.scalar(0);
  const entries: Value[] = [];
  let left = dy;
  for (let index = 0; index < size * size; index++) {
    const start = [Math.floor(index / size), index % size];
    const end = [start[0] + (rows - 1) * size + 1, start[1] + (columns - 1) * size + 1];
    const under = [x, start, end, [2, 3], [size, size]].map((operand) =>
      Array.isArray(operand) ? graph.vector(operand) : operand,
    );
    const equal = graph.op('Equal', [graph.op('Slice', under, dy.shape), maximum], dy.shape, {}, 'bool');
    entries.push(graph.op('Where', [equal, left, zero], dy.shape, {}, 'float32'));
    left = graph.op('Where', [equal, zero, left], dy.shape, {}, 'float32');
  }
  const deep = graph.op('Concat', entries, [batch, size * size * channels, rows, columns], { axis: int(1) });
  const spread = graph.op('DepthToSpace', [deep], [batch, channels, rows * size, columns * size], {
    blocksize: int(size),
  });
  const rest = [height - rows * size, width - columns * size];
  if (rest.every((points) => points === 0)) return spread;
  return graph.op('Pad', [spread, graph.vector([0, 0, 0, 0, 0, 0, ...rest])], x.shape);
}

export const poolings: Lowerings = {
  // ONNX, as TensorFlow.js, leaves the padding out of the mean
  AvgPool: ({ graph, inputs: { x }, attributes }: KernelCall<tf.AvgPoolAttrs>) =>
    pool(graph, 'AveragePool', x, attributes),
  MaxPool: ({ graph, inputs: { x }, attributes }: KernelCall<tf.MaxPoolAttrs>) =>
    pool(graph, 'MaxPool', x, attributes),
  // called by the gradient for windows side by side only
  MaxPoolGrad: ({
    graph,
    inputs: { dy, input },
    attributes: { filterSize },
  }: KernelCall<tf.MaxPoolGradAttrs>) => {
    const [x, cotangent] = [input, dy].map((value) => permute(graph, value, CHANNELS_FIRST));
    const size = typeof filterSize === 'number' ? filterSize : filterSize[0];
    return permute(graph, atMaxima(graph, x, cotangent, size), CHANNELS_LAST);
  },
  MaxPoolWithArgmax: ({ graph, inputs: { x }, attributes }: KernelCall<tf.MaxPoolWithArgmaxAttrs>) => {
    const maximum = pool(graph, 'MaxPool', x, attributes);
    return [maximum, positions(graph, x, maximum, attributes)];
  },
};
