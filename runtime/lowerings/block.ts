import { type Graph, ints, type Value } from '../graph.js';
import { type KernelCall, type Lowerings, reshape, slice } from '../lowering.js';
import type { tf } from '../tf.js';
import { shapeLowerings } from './shape.js';

const permuted = (graph: Graph, x: Value, perm: readonly number[]): Value =>
  graph.op(
    'Transpose',
    [x],
    perm.map((axis) => x.shape[axis]),
    { perm: ints(perm) },
  );

/** Blocks of an image traded against batch or channels: a reshape, a transpose and a reshape. */
export const blocks: Lowerings = {
  SpaceToBatchND: ({ graph, inputs: { x }, attributes }: KernelCall<tf.SpaceToBatchNDAttrs>) => {
    const { blockShape, paddings } = attributes;
    const spatial = blockShape.length;
    const rest = x.shape.slice(1 + spatial);
    const all = [[0, 0], ...paddings, ...rest.map(() => [0, 0])];
    const padded = shapeLowerings.PadV2({
      graph,
      inputs: { x },
      attributes: { paddings: all, constantValue: 0 },
    }) as Value;
    const cells = blockShape.map((block, i) => padded.shape[1 + i] / block);
    const split = reshape(graph, padded, [
      x.shape[0],
      ...blockShape.flatMap((block, i) => [cells[i], block]),
      ...rest,
    ]);
    const places = blockShape.map((_, i) => 2 + 2 * i);
    const order = [
      ...places,
      0,
      ...places.map((axis) => axis - 1),
      ...rest.map((_, i) => 1 + 2 * spatial + i),
    ];
    const batch = blockShape.reduce((product, block) => product * block, x.shape[0]);
    return reshape(graph, permuted(graph, split, order), [batch, ...cells, ...rest]);
  },
  BatchToSpaceND: ({ graph, inputs: { x }, attributes }: KernelCall<tf.BatchToSpaceNDAttrs>) => {
    const { blockShape, crops } = attributes;
    const spatial = blockShape.length;
    const cells = x.shape.slice(1, 1 + spatial);
    const rest = x.shape.slice(1 + spatial);
    const batch = x.shape[0] / blockShape.reduce((product, block) => product * block, 1);
    const split = reshape(graph, x, [...blockShape, batch, ...cells, ...rest]);
    const order = [
      spatial,
      ...blockShape.flatMap((_, i) => [spatial + 1 + i, i]),
      ...rest.map((_, i) => 1 + 2 * spatial + i),
    ];
    const sizes = cells.map((size, i) => size * blockShape[i]);
    const whole = reshape(graph, permuted(graph, split, order), [batch, ...sizes, ...rest]);
    return slice(
      graph,
      whole,
      [0, ...crops.map(([before]) => before), ...rest.map(() => 0)],
      [batch, ...sizes.map((size, i) => size - crops[i][0] - crops[i][1]), ...rest],
    );
  },
  DepthToSpace: ({ graph, inputs: { x }, attributes }: KernelCall<tf.DepthToSpaceAttrs>) => {
    const { blockSize: block, dataFormat } = attributes;
    if (dataFormat !== 'NHWC') throw new RangeError('depthToSpace: only NHWC images can be compiled');
    const [batch, height, width, depth] = x.shape;
    const channels = depth / block ** 2;
    const split = reshape(graph, x, [batch, height, width, block, block, channels]);
    return reshape(graph, permuted(graph, split, [0, 1, 3, 2, 4, 5]), [
      batch,
      height * block,
      width * block,
      channels,
    ]);
  },
};
