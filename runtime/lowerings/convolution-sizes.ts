import { type Graph, ints, type Value } from '../graph.js';
import { tf } from '../tf.js';

export interface ConvolutionAttributes extends Omit<tf.Conv2DAttrs, 'dilations'> {
  readonly dilations?: tf.Conv2DAttrs['dilations'];
}

/** Sizes of the convolution of an image [batch, height, width, channels] with a filter [h, w, in, out]. */
export function geometry(
  image: readonly number[],
  filter: readonly number[],
  attributes: ConvolutionAttributes,
  depthwise = false,
) {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat } = attributes;
  if (dataFormat === 'NCHW') throw new RangeError('conv2d: only the data format NHWC can be compiled');
  const info = tf.backend_util.computeConv2DInfo(
    [...image] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { top, bottom, left, right } = info.padInfo;
  return {
    outShape: info.outShape,
    filter: [info.filterHeight, info.filterWidth] as const,
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

export type ConvolutionSizes = ReturnType<typeof geometry>;

/** Rows and columns that no output reaches lie behind those that a transposed convolution gives. */
export function outputPadding(image: readonly number[], sizes: ConvolutionSizes): number[] {
  const { outShape, filter, strides, dilations, pads } = sizes;
  return [0, 1].map((axis) => {
    const reach = (outShape[1 + axis] - 1) * strides[axis] + (filter[axis] - 1) * dilations[axis] + 1;
    return image[1 + axis] + pads[axis] + pads[axis + 2] - reach;
  });
}

/** Sizes of the image correlated with the cotangent: those of the filter, or more where strides leave a rest. */
export function correlationSizes(image: readonly number[], sizes: ConvolutionSizes): number[] {
  const { outShape, strides, dilations, pads } = sizes;
  return [0, 1].map((axis) => {
    const padded = image[1 + axis] + pads[axis] + pads[axis + 2];
    return Math.floor((padded - (outShape[1 + axis] - 1) * strides[axis] - 1) / dilations[axis]) + 1;
  });
}

/** Padding of the convolution that goes back with the mirrored filter; null where none does. */
export function mirroredPads({ filter, strides, dilations, pads }: ConvolutionSizes): number[] | null {
  const mirrored = pads.map((padding, side) => (filter[side % 2] - 1) * dilations[side % 2] - padding);
  return strides.some((stride) => stride !== 1) || mirrored.some((padding) => padding < 0) ? null : mirrored;
}

/** A filter [h, w, …] turned by half a turn. */
export function mirrored(graph: Graph, filter: Value): Value {
  const [height, width] = filter.shape;
  const axes = [0, 1].filter((axis) => [height, width][axis] > 1);
  if (axes.length === 0) return filter;
  const minusOnes = graph.vector(axes.map(() => -1));
  // the end lies before the first element: far below −size, which Slice clamps
  const ends = graph.vector(axes.map(() => -(2 ** 31)));
  return graph.op('Slice', [filter, minusOnes, ends, graph.vector(axes), minusOnes], filter.shape);
}

export function permute(graph: Graph, x: Value, order: readonly number[]): Value {
  return graph.op(
    'Transpose',
    [x],
    order.map((axis) => x.shape[axis]),
    { perm: ints(order) },
  );
}

export const CHANNELS_FIRST = [0, 3, 1, 2];
export const CHANNELS_LAST = [0, 2, 3, 1];

export const channelsFirst = ([batch, height, width, channels]: readonly number[]): number[] => [
  batch,
  channels,
  height,
  width,
];
