import { gelu, layerNorm, linear, softmaxCrossEntropy, tf } from '../../../runtime/index.js';
import { type Entries, float, noGradient, positive } from './entry.js';

const vector = (x: tf.Tensor) => x as tf.Tensor1D;

/** Operations of several kernels, and what the runtime adds to TensorFlow.js. */
export const compositions: Entries = {
  gelu: { fn: (x) => gelu(x) },
  linear: {
    fn: (x, { w, c }) => linear(x, w, c),
    shape: ['b', 'n', 3],
    others: { w: float(3, 4), c: float(4) },
  },
  layerNorm: {
    fn: (x, { s, c }) => layerNorm(x, s, c),
    shape: ['n', 6],
    others: { s: float(6), c: float(6) },
  },
  'softmax cross-entropy': {
    fn: (x, { l }) => softmaxCrossEntropy(tf.softmax(l), x),
    others: { l: float('n', 3) },
  },
  attention: {
    fn: (x, { k }) => tf.matMul(tf.softmax(tf.mul(tf.matMul(x, k, false, true), 0.5)), k),
    shape: ['b', 'n', 4],
    others: { k: float('b', 3, 4) },
  },
  einsum: {
    fn: (x, { w }) => tf.einsum('ni,ij->jn', x, w),
    others: { w: float(3, 4) },
  },
  'einsum of one tensor': { fn: (x) => tf.einsum('ni->i', x) },
  'einsum, transposed': { fn: (x) => tf.einsum('ni->in', x) },
  'einsum in batches': {
    fn: (x, { w }) => tf.einsum('bni,bij->bnj', x, w),
    shape: ['b', 'n', 3],
    others: { w: float('b', 3, 2) },
  },
  'einsum with a sum over one operand': {
    fn: (x, { w }) => tf.einsum('bnj,bjk->bn', x, w),
    // TensorFlow.js's cpu kernel cannot, in the gradient, sum what one operand has alone
    reference: (x, { w }) => tf.sum(tf.matMul(x, w), -1),
    shape: ['b', 'n', 3],
    others: { w: float('b', 3, 2) },
  },
  'batch normalisation': {
    fn: (x, { m, v, o, s }) => tf.batchNorm(x, vector(m), vector(v), vector(o), vector(s)),
    others: { m: float(3), v: float(3), o: float(3), s: float(3) },
    domain: { v: positive },
  },
  'batch normalisation, plain': {
    fn: (x, { m, v }) => tf.batchNorm(x, vector(m), vector(v)),
    others: { m: float(3), v: float(3) },
    domain: { v: positive },
    limit: noGradient('FusedBatchNorm without a scale'),
  },
};
