import { segmentMean, tf } from '../../../runtime/index.js';
import { type Entries, float, whole } from './entry.js';

const image = { shape: ['b', 4, 6, 3] } as const;
const matrix = (x: tf.Tensor) => x as tf.Tensor4D;

/** Operations that move values about, and products along an axis. */
export const structures: Entries = {
  cumprod: { fn: (x) => tf.cumprod(x, 1), shape: ['n', 5] },
  'cumprod, exclusive': { fn: (x) => tf.cumprod(x, 0, true), shape: [4, 'n'] },
  'cumprod, reverse': { fn: (x) => tf.cumprod(x, 1, false, true), shape: ['n', 8] },
  'cumprod, both': {
    fn: (x) => tf.cumprod(x, -1, true, true),
    // the cpu kernel of TensorFlow.js counts no axis from the end
    reference: (x) => tf.cumprod(x, 1, true, true),
    shape: ['n', 6],
  },
  'cumprod of one': { fn: (x) => tf.cumprod(x, 0), shape: [1, 'n'] },
  'cumprod with zeros': { fn: (x) => tf.cumprod(tf.mul(x, [1, 0, 1, 0]), 1), shape: ['n', 4] },
  diag: { fn: (x) => tf.diag(x as tf.Tensor1D), shape: ['n'] },
  'diag of a matrix': { fn: (x) => tf.diag(x as tf.Tensor2D), shape: [2, 3] },
  'space to batch': {
    ...image,
    fn: (x) =>
      tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [1, 1],
          [0, 3],
        ],
      ),
  },
  'batch to space': {
    shape: [12, 2, 3, 2],
    fn: (x) =>
      tf.batchToSpaceND(
        x,
        [2, 3],
        [
          [1, 0],
          [0, 2],
        ],
      ),
  },
  'depth to space': { shape: ['b', 2, 3, 8], fn: (x) => tf.depthToSpace(matrix(x), 2) },
  sparseToDense: {
    fn: (x, { d }) =>
      tf.sparseToDense(tf.tensor2d([0, 2, 1, 1], [2, 2], 'int32'), x as tf.Tensor1D, [2, 3], d as tf.Scalar),
    shape: [2],
    others: { d: float() },
  },
  'sparseToDense, in a row': {
    fn: (x) => tf.sparseToDense(tf.tensor1d([5, 0, 2], 'int32'), x as tf.Tensor1D, [6]),
    shape: [3],
  },
  'sparseToDense, one value': {
    fn: (x) => tf.sparseToDense(tf.tensor1d([5, 0, 2], 'int32'), x as tf.Scalar, [6]),
    shape: [],
  },
  'mean over edges': {
    fn: (x, { i }) => segmentMean(tf.gather(x, i), i, x.shape[0]),
    reference: (x, { i }) => {
      // row k of the mean: the one-hot matrix of the segments, its columns divided by their sums
      const places = tf.cast(tf.oneHot(i, x.shape[0]), 'float32');
      const counts = tf.maximum(tf.sum(places, 0), 1);
      return tf.matMul(tf.div(places, counts), tf.gather(x, i), true, false);
    },
    others: { i: whole('e') },
  },
  'fused product, relu': {
    fn: (x, { w, c }) => tf.fused.matMul({ a: x, b: w, bias: c, activation: 'relu', transposeB: true }),
    others: { w: float(4, 3), c: float(4) },
  },
  'fused product, elu': {
    fn: (x, { w }) => tf.fused.matMul({ a: x, b: w, activation: 'elu' }),
    others: { w: float(3, 4) },
  },
  'fused product, leaky and prelu': {
    fn: (x, { w, a }) =>
      tf.add(
        tf.fused.matMul({ a: x, b: w, activation: 'leakyrelu', leakyreluAlpha: 0.3 }),
        tf.fused.matMul({ a: x, b: w, activation: 'prelu', preluActivationWeights: a }),
      ),
    others: { w: float(3, 4), a: float(4) },
  },
  'fused convolution, sigmoid': {
    ...image,
    fn: (x, { w, c }) =>
      tf.fused.conv2d({
        x: matrix(x),
        filter: matrix(w),
        bias: c,
        strides: 1,
        pad: 'same',
        activation: 'sigmoid',
      }),
    others: { w: float(3, 3, 3, 2), c: float(2) },
  },
  'fused depthwise convolution, relu6': {
    ...image,
    fn: (x, { w, c }) =>
      tf.fused.depthwiseConv2d({
        x: matrix(x),
        filter: matrix(w),
        bias: c,
        strides: 1,
        pad: 'valid',
        activation: 'relu6',
      }),
    others: { w: float(2, 2, 3, 2), c: float(6) },
  },
};
