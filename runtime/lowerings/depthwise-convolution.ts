import { type Graph, int, ints, type Value } from '../graph.js';
import { type KernelCall, type Lowerings, reshape, slice } from '../lowering.js';
import {
  CHANNELS_FIRST,
  CHANNELS_LAST,
  type ConvolutionAttributes,
  channelsFirst,
  correlationSizes,
  geometry,
  outputPadding,
  permute,
} from './convolution-sizes.js';

/** A filter [h, w, in, multiplier] as [in · multiplier, 1, h, w]: one group for each input channel. */
function grouped(graph: Graph, filter: Value): Value {
  const [height, width, inputs, multiplier] = filter.shape;
  return reshape(graph, permute(graph, filter, [2, 3, 0, 1]), [inputs * multiplier, 1, height, width]);
}

export const depthwiseConvolutions: Lowerings = {
  DepthwiseConv2dNative: ({
    graph,
    inputs: { x, filter },
    attributes,
  }: KernelCall<ConvolutionAttributes>) => {
    const { outShape, strides, dilations, pads } = geometry(x.shape, filter.shape, attributes, true);
    const result = graph.op(
      'Conv',
      [permute(graph, x, CHANNELS_FIRST), grouped(graph, filter)],
      channelsFirst(outShape),
      {
        strides: ints(strides),
        dilations: ints(dilations),
        pads: ints(pads),
        group: int(filter.shape[2]),
      },
    );
    return permute(graph, result, CHANNELS_LAST);
  },
  DepthwiseConv2dNativeBackpropInput: ({
    graph,
    inputs: { dy, filter },
    attributes,
  }: KernelCall<ConvolutionAttributes & { inputShape: number[] }>) => {
    const { inputShape } = attributes;
    const [batch, height, width, inputs] = inputShape;
    const multiplier = filter.shape[3];
    const sizes = geometry(inputShape, filter.shape, attributes, true);
    // groups of one channel in and out, then summed: the WebGPU provider of ONNX Runtime 1.30 adds groups of several
    // channels up wrongly, and says nothing
    const result = graph.op(
      'ConvTranspose',
      [permute(graph, dy, CHANNELS_FIRST), grouped(graph, filter)],
      channelsFirst([batch, height, width, inputs * multiplier]),
      {
        strides: ints(sizes.strides),
        dilations: ints(sizes.dilations),
        pads: ints(sizes.pads),
        output_padding: ints(outputPadding(inputShape, sizes)),
        group: int(inputs * multiplier),
      },
    );
    if (multiplier === 1) return permute(graph, result, CHANNELS_LAST);
    const parts = reshape(graph, result, [batch, inputs, multiplier, height, width]);
    const sum = graph.op('ReduceSum', [parts, graph.vector([2])], channelsFirst(inputShape), {
      keepdims: int(0),
    });
    return permute(graph, sum, CHANNELS_LAST);
  },
  DepthwiseConv2dNativeBackpropFilter: ({
    graph,
    inputs: { x, dy },
    attributes,
  }: KernelCall<ConvolutionAttributes & { filterShape: number[] }>) => {
    const { filterShape } = attributes;
    const sizes = geometry(x.shape, filterShape, attributes, true);
    const [batch, height, width] = x.shape;
    const [filterHeight, filterWidth, inputs, multiplier] = filterShape;
    // each input channel is a group whose channels are the batch: correlated with its own cotangents, summed over both
    const images = reshape(graph, permute(graph, x, [3, 0, 1, 2]), [1, inputs * batch, height, width]);
    const correlation = graph.op(
      'Conv',
      [images, permute(graph, dy, [3, 0, 1, 2])],
      [1, inputs * multiplier, ...correlationSizes(x.shape, sizes)],
      {
        strides: ints(sizes.dilations),
        dilations: ints(sizes.strides),
        pads: ints(sizes.pads),
        group: int(inputs),
      },
    );
    const cut = slice(graph, correlation, [0, 0, 0, 0], [1, inputs * multiplier, filterHeight, filterWidth]);
    return permute(graph, reshape(graph, cut, [inputs, multiplier, filterHeight, filterWidth]), [2, 3, 0, 1]);
  },
};
