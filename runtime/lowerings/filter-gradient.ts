import { type Graph, int, type Value } from '../graph.js';
import { reshape } from '../lowering.js';
import { type ConvolutionSizes, permute } from './convolution-sizes.js';
import { matMul } from './matmul.js';

/**
 * w̄_kl = Σ_b Σ_p x_b(s p + d (k, l)) ȳ_b(p)ᵀ, `[h, w, inputs, outputs]`, from the image `[batch, inputs, height, width]`
 * and the cotangent `[batch, outputs, height', width']`, as matrix products over the points of each image.
 *
 * Tried on one core, 8 images of 64² × 32 channels, filter 3 × 3 to 32 channels (32² × 64, 16² × 128), milliseconds:
 * ONNX Conv with batch and channels exchanged 25 (19, 16); the same as one three-dimensional Conv 43 (20, 14), with rows
 * as channels 42 (15, 10); nine shifted copies of the image (im2col) and one product per image 18 (10, 8.5), its copies
 * by ONNX Runtime's UnfoldTensor 66 (21, 20); rows shifted in the image and columns in the cotangent, whose product holds
 * all nine pairs of shifts, 11 (8.6, 9): six copies instead of nine. With strides only the nine copies are right.
 */
export function filterGradient(graph: Graph, image: Value, cotangent: Value, sizes: ConvolutionSizes): Value {
  const [height, width] = sizes.filter;
  const [inputs, outputs] = [image.shape[1], cotangent.shape[1]];
  if (sizes.strides.some((stride) => stride !== 1)) {
    const sum = pointwiseProducts(graph, shiftedImages(graph, image, sizes), cotangent);
    return permute(graph, reshape(graph, sum, [outputs, height, width, inputs]), [1, 2, 3, 0]);
  }
  const [images, cotangents] = shiftedBoth(graph, image, cotangent, sizes);
  const sum = pointwiseProducts(graph, images, cotangents);
  return permute(graph, reshape(graph, sum, [width, outputs, height, inputs]), [2, 0, 3, 1]);
}

/** Σ over images and points of b aᵀ, `[channels of b, channels of a]`. */
function pointwiseProducts(graph: Graph, a: Value, b: Value): Value {
  const flat = (x: Value): Value => {
    const [batch, channels, height, width] = x.shape;
    return reshape(graph, x, [batch, channels, height * width]);
  };
  const products = matMul(graph, flat(b), flat(a), false, true);
  return graph.op('ReduceSum', [products, graph.vector([0])], products.shape.slice(1), { keepdims: int(0) });
}

/** Row k d of the padded image on in place k of the first, column l d before the cotangent in place l of the second. */
function shiftedBoth(
  graph: Graph,
  image: Value,
  cotangent: Value,
  { filter: [height, width], dilations, pads: [top, left, bottom, right] }: ConvolutionSizes,
): [Value, Value] {
  const [, , outHeight, outWidth] = cotangent.shape;
  const whole = pad(graph, image, [top, left, bottom, right]);
  const images = Array.from({ length: height }, (_, row) =>
    rows(graph, whole, row * dilations[0], outHeight),
  );
  const surplus = whole.shape[3] - outWidth;
  const cotangents = Array.from({ length: width }, (_, column) =>
    pad(graph, cotangent, [0, column * dilations[1], 0, surplus - column * dilations[1]]),
  );
  return [behindOneAnother(graph, images), behindOneAnother(graph, cotangents)];
}

/** The padded image shifted by each place of the filter, every stride-th point of it. */
function shiftedImages(
  graph: Graph,
  image: Value,
  {
    filter: [height, width],
    strides,
    dilations,
    pads: [top, left, bottom, right],
    outShape,
  }: ConvolutionSizes,
): Value {
  const whole = pad(graph, image, [top, left, bottom, right]);
  const [batch, inputs] = image.shape;
  const [, outHeight, outWidth] = outShape;
  const shifts = Array.from({ length: height * width }, (_, index) => {
    const start = [Math.floor(index / width) * dilations[0], (index % width) * dilations[1]];
    const end = [outHeight, outWidth].map((size, axis) => start[axis] + (size - 1) * strides[axis] + 1);
    return graph.op(
      'Slice',
      [whole, graph.vector(start), graph.vector(end), graph.vector([2, 3]), graph.vector(strides)],
      [batch, inputs, outHeight, outWidth],
    );
  });
  return behindOneAnother(graph, shifts);
}

function rows(graph: Graph, x: Value, start: number, size: number): Value {
  if (start === 0 && size === x.shape[2]) return x;
  return graph.op(
    'Slice',
    [x, graph.vector([start]), graph.vector([start + size]), graph.vector([2])],
    x.shape.with(2, size),
  );
}

function pad(graph: Graph, x: Value, [top, left, bottom, right]: readonly number[]): Value {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return x;
  const [batch, channels, height, width] = x.shape;
  return graph.op(
    'Pad',
    [x, graph.vector([0, 0, top, left, 0, 0, bottom, right])],
    [batch, channels, height + top + bottom, width + left + right],
  );
}

function behindOneAnother(graph: Graph, values: readonly Value[]): Value {
  if (values.length === 1) return values[0];
  const channels = values.reduce((sum, value) => sum + value.shape[1], 0);
  return graph.op('Concat', values, values[0].shape.with(1, channels), { axis: int(1) });
}
