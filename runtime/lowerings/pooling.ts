import { type Graph, ints, type Value } from '../graph.js';
import { cast, type KernelCall, type Lowerings } from '../lowering.js';
import { tf } from '../tf.js';
import { CHANNELS_FIRST, CHANNELS_LAST, channelsFirst, permute } from './convolution.js';

function pool(graph: Graph, op: string, x: Value, attributes: tf.MaxPoolAttrs, outputs: 1 | 2) {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  if (dimRoundingMode === 'ceil' || dimRoundingMode === 'round') {
    throw new RangeError(`pool: output sizes rounded by ${dimRoundingMode} cannot be compiled; use floor`);
  }
  const info = tf.backend_util.computePool2DInfo(
    [...x.shape] as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
  );
  const { top, bottom, left, right } = info.padInfo;
  const shape = channelsFirst(info.outShape);
  return graph.node(
    op,
    [permute(graph, x, CHANNELS_FIRST)],
    [
      { shape, type: x.type },
      { shape, type: 'int64' as const },
    ].slice(0, outputs),
    {
      kernel_shape: ints([info.filterHeight, info.filterWidth]),
      strides: ints([info.strideHeight, info.strideWidth]),
      pads: ints([top, left, bottom, right]),
    },
  );
}

export const poolings: Lowerings = {
  // ONNX, as TensorFlow.js, leaves the padding out of the mean
  AvgPool: ({ graph, inputs: { x }, attributes }: KernelCall<tf.AvgPoolAttrs>) =>
    permute(graph, pool(graph, 'AveragePool', x, attributes, 1)[0], CHANNELS_LAST),
  MaxPool: ({ graph, inputs: { x }, attributes }: KernelCall<tf.MaxPoolAttrs>) =>
    permute(graph, pool(graph, 'MaxPool', x, attributes, 1)[0], CHANNELS_LAST),
  MaxPoolWithArgmax: ({ graph, inputs: { x }, attributes }: KernelCall<tf.MaxPoolWithArgmaxAttrs>) => {
    const [, height, width, channels] = x.shape;
    const [maximum, position] = pool(graph, 'MaxPool', x, attributes, 2);
    const step = (op: string, a: Value, b: Value | number) =>
      graph.op(op, [a, typeof b === 'number' ? graph.scalar(b, 'int64') : b], a.shape);
    // from ((n·C + c)·H·W + pixel) to ((n·H·W + pixel)·C + c)
    const plane = step('Div', position, height * width);
    const pixel = step('Sub', position, step('Mul', plane, height * width));
    const image = step('Div', plane, channels);
    const channel = step('Sub', plane, step('Mul', image, channels));
    const row = attributes.includeBatchInIndex
      ? step('Add', pixel, step('Mul', image, height * width))
      : pixel;
    const index = step('Add', step('Mul', row, channels), channel);
    return [
      permute(graph, maximum, CHANNELS_LAST),
      cast(graph, permute(graph, index, CHANNELS_LAST), 'int32'),
    ];
  },
};
