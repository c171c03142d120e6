import * as tf from '@tensorflow/tfjs-core';
import { config } from './gradient-config.js';
import { linearMatrix, nearestMatrix, type ResizeConvention } from './interpolation.js';

/**
 * Gradients of pooling and resizing. Each is made of operations that have gradients again.
 * Those of TensorFlow.js for pooling and resizing are kernels without one; for means over padding and for half-pixel
 * centres they are wrong besides.
 */
type Image = tf.Tensor4D;

const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);

/** Points of the image under each window, without padding: [1, height, width, 1]. */
function pointsUnderWindows({ inHeight, inWidth, outShape, ...info }: tf.backend_util.Conv2DInfo): tf.Tensor {
  const along = (size: number, windows: number, stride: number, width: number, before: number) =>
    Array.from({ length: windows }, (_, index) => {
      const first = index * stride - before;
      return Math.min(size, first + width) - Math.max(0, first);
    });
  const [, height, width] = outShape;
  const rows = along(inHeight, height, info.strideHeight, info.filterHeight, info.padInfo.top);
  const columns = along(inWidth, width, info.strideWidth, info.filterWidth, info.padInfo.left);
  return tf.tensor(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, height, width, 1],
  );
}

/** x̄ = the transposed sum over windows of ȳ / points under the window. */
const avgPool = config(tf.AvgPool, ['x'], (dy, [x], attributes) => {
  const { filterSize, strides, pad } = attributes as unknown as tf.AvgPoolAttrs;
  return {
    x: () => {
      const info = tf.backend_util.computePool2DInfo((x as Image).shape, filterSize, strides, 1, pad);
      return run(
        tf.DepthwiseConv2dNativeBackpropInput,
        {
          dy: tf.div(dy, pointsUnderWindows(info)),
          filter: tf.ones([info.filterHeight, info.filterWidth, info.inChannels, 1]),
        },
        { strides, pad, dilations: 1, inputShape: x.shape },
      );
    },
  };
});

/** Positions of the maxima in the image laid out flat, one for each window and channel. */
const maxima = (x: tf.Tensor, { filterSize, strides, pad }: tf.MaxPoolAttrs): tf.Tensor =>
  tf.reshape(tf.maxPoolWithArgmax(x as Image, filterSize, strides, pad as 'same', true).indexes, [-1]);

/** Whether the windows are squares side by side, none of them over an edge. */
function tiles({ filterSize, strides, pad }: tf.MaxPoolAttrs): boolean {
  const sizes = [filterSize, strides].flatMap((size) => (typeof size === 'number' ? [size, size] : size));
  return pad === 'valid' && sizes.every((size) => size === sizes[0]);
}

/** x̄ = ȳ added at the positions of the maxima. The kernel with positions has them as a second output. */
const maxPool = (kernelName: string): tf.GradConfig =>
  config(kernelName, ['x'], (cotangents, [x], attributes) => ({
    x: () => {
      const dy = Array.isArray(cotangents) ? (cotangents[0] as tf.Tensor) : cotangents;
      const pool = attributes as unknown as tf.MaxPoolAttrs;
      if (tiles(pool) && tf.getKernel(tf.MaxPoolGrad, tf.getBackend())) {
        const { filterSize, strides, pad } = pool;
        return run(tf.MaxPoolGrad, { dy, input: x, output: dy }, { filterSize, strides, pad });
      }
      const positions = tf.reshape(maxima(x, pool), [-1, 1]);
      return tf.reshape(tf.scatterND(positions, tf.reshape(dy, [-1]), [x.size]), x.shape);
    },
  }));

/** Linear in ȳ, of which each entry goes to one place: its cotangent comes from there. */
const maxPoolGrad = config(
  tf.MaxPoolGrad,
  ['dy', 'input', 'output'],
  (cotangent, [dy, x, y], attributes) => ({
    dy: () =>
      tf.reshape(
        tf.gather(tf.reshape(cotangent, [-1]), maxima(x, attributes as unknown as tf.MaxPoolAttrs)),
        dy.shape,
      ),
    input: () => tf.zerosLike(x),
    output: () => tf.zerosLike(y),
  }),
);

/** Transposed products with the matrices that the resized image is made with. */
function resize(
  kernelName: string,
  matrixOf: (from: number, to: number, convention: ResizeConvention) => Float32Array,
): tf.GradConfig {
  return config(kernelName, ['images'], (dy, [images], attributes) => ({
    images: () => {
      const [batch, height, width, channels] = (images as Image).shape;
      const [toHeight, toWidth] = dy.shape.slice(1);
      const matrix = (from: number, to: number) =>
        tf.tensor(matrixOf(from, to, attributes as unknown as ResizeConvention), [1, to, from]);
      const rows = tf.matMul(
        matrix(height, toHeight),
        tf.reshape(dy, [batch, toHeight, toWidth * channels]),
        true,
      );
      const columns = tf.matMul(
        matrix(width, toWidth),
        tf.reshape(rows, [batch * height, toWidth, channels]),
        true,
      );
      return tf.reshape(columns, images.shape);
    },
  }));
}

export const imageGradients: readonly tf.GradConfig[] = [
  avgPool,
  maxPool(tf.MaxPool),
  maxPool(tf.MaxPoolWithArgmax),
  maxPoolGrad,
  resize(tf.ResizeNearestNeighbor, nearestMatrix),
  resize(tf.ResizeBilinear, linearMatrix),
];
