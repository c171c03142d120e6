import { tf } from '../../../runtime/index.js';
import { type Entries, float } from './entry.js';

export const matrices: Entries = {
  'x w': { fn: (x, { w }) => tf.matMul(x, w), others: { w: float(3, 4) } },
  'xᵀ x': { fn: (x) => tf.matMul(x, x, true, false) },
  'x xᵀ': { fn: (x) => tf.matMul(x, x, false, true) },
  'wᵀ xᵀ': { fn: (x, { w }) => tf.matMul(w, x, true, true), others: { w: float(3, 4) } },
  'in batches': {
    fn: (x, { w }) => tf.matMul(x, w),
    shape: ['b', 'n', 3],
    others: { w: float('b', 3, 2) },
  },
  'in batches, transposed': { fn: (x) => tf.matMul(x, x, true, false), shape: ['b', 'n', 3] },
  'one matrix for all batches': {
    fn: (x, { w }) => tf.matMul(x, w),
    shape: ['b', 'n', 3],
    others: { w: float(1, 3, 4) },
  },
  'batches of batches': {
    fn: (x, { w }) => tf.matMul(x, w, false, true),
    shape: ['b', 2, 'n', 3],
    others: { w: float('b', 2, 4, 3) },
  },
  'dot of vectors': { fn: (x, { v }) => tf.dot(x, v), shape: ['n'], others: { v: float('n') } },
  'matrix times vector': { fn: (x, { v }) => tf.dot(x, v), others: { v: float(3) } },
  'outer product': {
    fn: (x, { v }) => tf.outerProduct(x as tf.Tensor1D, v as tf.Tensor1D),
    shape: ['n'],
    others: { v: float(3) },
  },
};
