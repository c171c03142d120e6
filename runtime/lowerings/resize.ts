import { type Graph, int, type Value } from '../graph.js';
import { linearMatrix, nearestPoints } from '../interpolation.js';
import { type KernelCall, type Lowerings, reshape } from '../lowering.js';
import type { tf } from '../tf.js';
import { matMul } from './matmul.js';

/** matrix · x along one spatial axis of an image [batch, height, width, channels]. */
function along(graph: Graph, image: Value, axis: 1 | 2, to: number, data: Float32Array): Value {
  const matrix = graph.constant(data, [to, image.shape[axis]]);
  const [batch, height, width, channels] = image.shape;
  const columns =
    axis === 1
      ? reshape(graph, image, [batch, height, width * channels])
      : reshape(graph, image, [batch * height, width, channels]);
  return reshape(graph, matMul(graph, matrix, columns), image.shape.with(axis, to));
}

export const resizes: Lowerings = {
  ResizeNearestNeighbor: ({
    graph,
    inputs: { images },
    attributes,
  }: KernelCall<tf.ResizeNearestNeighborAttrs>) =>
    attributes.size.reduce((image, to, index) => {
      const axis = index + 1;
      const points = graph.constant(nearestPoints(image.shape[axis], to, attributes), [to]);
      return graph.op('Gather', [image, points], image.shape.with(axis, to), { axis: int(axis) });
    }, images),
  // two products with matrices of interpolation: ONNX has no operator for the gradient, which is then of the same kind
  ResizeBilinear: ({ graph, inputs: { images }, attributes }: KernelCall<tf.ResizeBilinearAttrs>) => {
    const [height, width] = attributes.size;
    const rows = along(graph, images, 1, height, linearMatrix(images.shape[1], height, attributes));
    return along(graph, rows, 2, width, linearMatrix(images.shape[2], width, attributes));
  },
};
