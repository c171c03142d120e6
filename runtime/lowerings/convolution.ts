import { type Graph, int, ints, type Value } from '../graph.js';
import { type KernelCall, type Lowerings, slice } from '../lowering.js';
import { tf } from '../tf.js';

interface ConvolutionAttributes extends Omit<tf.Conv2DAttrs, 'dilations'> {
  readonly dilations?: tf.Conv2DAttrs['dilations'];
}

/** Sizes of the convolution of an image [batch, height, width, channels] with a filter [h, w, in, out]. */
function geometry(image: readonly number[], filter: readonly number[], attributes: ConvolutionAttributes) {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat } = attributes;
  if (dataFormat === 'NCHW') throw new RangeError('conv2d: only the data format NHWC can be compiled');
  const info = tf.backend_util.computeConv2DInfo(
    [...image] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const { top, bottom, left, right } = info.padInfo;
  return {
    outShape: info.outShape,
    filter: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

function permute(graph: Graph, x: Value, order: readonly number[]): Value {
  return graph.op(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]),
    { perm: ints(order) },
  );
}

const CHANNELS_FIRST = [0, 3, 1, 2];
const CHANNELS_LAST = [0, 2, 3, 1];

const channelsFirst = ([batch, height, width, channels]: readonly number[]): number[] => [
  batch,
  channels,
  height,
  width,
];

export const convolutions: Lowerings = {
  Conv2D: ({ graph, inputs: { x, filter }, attributes }: KernelCall<ConvolutionAttributes>) => {
    const { outShape, strides, dilations, pads } = geometry(x.shape, filter.shape, attributes);
    const result = graph.op(
      'Conv',
      [permute(graph, x, CHANNELS_FIRST), permute(graph, filter, [3, 2, 0, 1])],
      channelsFirst(outShape),
      { strides: ints(strides), dilations: ints(dilations), pads: ints(pads) },
    );
    return permute(graph, result, CHANNELS_LAST);
  },
  Conv2DBackpropInput: ({
    graph,
    inputs: { dy, filter },
    attributes,
  }: KernelCall<ConvolutionAttributes & { inputShape: number[] }>) => {
    const { inputShape } = attributes;
    const {
      outShape,
      filter: size,
      strides,
      dilations,
      pads,
    } = geometry(inputShape, filter.shape, attributes);
    // rows and columns that no output reaches lie behind those the transposed convolution gives
    const outputPadding = [0, 1].map((axis) => {
      const reach = (outShape[1 + axis] - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1;
      return inputShape[1 + axis] + pads[axis] + pads[axis + 2] - reach;
    });
    const result = graph.op(
      'ConvTranspose',
      [permute(graph, dy, CHANNELS_FIRST), permute(graph, filter, [3, 2, 0, 1])],
      channelsFirst(inputShape),
      {
        strides: ints(strides),
        dilations: ints(dilations),
        pads: ints(pads),
        output_padding: ints(outputPadding),
      },
    );
    return permute(graph, result, CHANNELS_LAST);
  },
  Conv2DBackpropFilter: ({
    graph,
    inputs: { x, dy },
    attributes,
  }: KernelCall<ConvolutionAttributes & { filterShape: number[] }>) => {
    const { filterShape } = attributes;
    const { outShape, strides, dilations, pads } = geometry(x.shape, filterShape, attributes);
    // the image correlated with the cotangent: batch takes the place of channels, stride that of dilation
    const sizes = [0, 1].map((axis) => {
      const padded = x.shape[1 + axis] + pads[axis] + pads[axis + 2];
      return Math.floor((padded - (outShape[1 + axis] - 1) * strides[axis] - 1) / dilations[axis]) + 1;
    });
    const [height, width, inputs, outputs] = filterShape;
    const correlation = graph.op(
      'Conv',
      [permute(graph, x, [3, 0, 1, 2]), permute(graph, dy, [3, 0, 1, 2])],
      [inputs, outputs, ...sizes],
      { strides: ints(dilations), dilations: ints(strides), pads: ints(pads), group: int(1) },
    );
    const cut = slice(graph, correlation, [0, 0, 0, 0], [inputs, outputs, height, width]);
    return permute(graph, cut, [2, 3, 0, 1]);
  },
};
