import { type Graph, ints, type Value } from '../graph.js';
import type { KernelCall, Lowerings } from '../lowering.js';
import {
  CHANNELS_FIRST,
  CHANNELS_LAST,
  type ConvolutionAttributes,
  type ConvolutionSizes,
  channelsFirst,
  geometry,
  mirrored,
  mirroredPads,
  outputPadding,
  permute,
} from './convolution-sizes.js';
import { filterGradient } from './filter-gradient.js';

/**
 * ONNX has channels first, TensorFlow.js last: every convolution stands between two transposes. ONNX Runtime moves them
 * past pointwise operators and sums and cancels them. A pass of our own that did so before left 31 instead of 64 large
 * transposes in the file of a U-Net's training step, and the same time (299 and 298 ms of one core).
 */
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
    const sizes = geometry(inputShape, filter.shape, attributes);
    const cotangent = permute(graph, dy, CHANNELS_FIRST);
    const result =
      mirroredConvolution(graph, cotangent, filter, inputShape, sizes) ??
      graph.op(
        'ConvTranspose',
        [cotangent, permute(graph, filter, [3, 2, 0, 1])],
        channelsFirst(inputShape),
        {
          strides: ints(sizes.strides),
          dilations: ints(sizes.dilations),
          pads: ints(sizes.pads),
          output_padding: ints(outputPadding(inputShape, sizes)),
        },
      );
    return permute(graph, result, CHANNELS_LAST);
  },
  Conv2DBackpropFilter: ({
    graph,
    inputs: { x, dy },
    attributes,
  }: KernelCall<ConvolutionAttributes & { filterShape: number[] }>) =>
    filterGradient(graph, x, dy, geometry(x.shape, attributes.filterShape, attributes)),
};

/**
 * The transposed convolution as a plain one with the mirrored filter, where the stride is 1. ONNX Runtime's Conv spreads
 * its images over the threads and copies tile by tile, its ConvTranspose neither: 8 images of 64² × 32 channels, 3 × 3,
 * took 7.6 ms instead of 12 on one core, and 4 instead of 10 on two.
 */
function mirroredConvolution(
  graph: Graph,
  cotangent: Value,
  filter: Value,
  image: readonly number[],
  sizes: ConvolutionSizes,
): Value | null {
  const pads = mirroredPads(sizes);
  if (pads === null) return null;
  return graph.op(
    'Conv',
    [cotangent, permute(graph, mirrored(graph, filter), [2, 3, 0, 1])],
    channelsFirst(image),
    { dilations: ints(sizes.dilations), pads: ints(pads) },
  );
}
