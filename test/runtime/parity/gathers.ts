import { tf } from '../../../runtime/index.js';
import { type Entries, float, INTEGER, whole } from './entry.js';

const integer = (x: tf.Tensor) => tf.cast(x, 'int32');
/** Draws are 0 … 3; three columns take 0 … 2. */
const ofThree = (i: tf.Tensor) => integer(tf.minimum(i, 2));

const updated = (x: tf.Tensor, rows: tf.Tensor) =>
  tf.tensorScatterUpdate(x, tf.tensor2d([[1], [3]], [2, 1], 'int32'), rows);

export const gathers: Entries = {
  gather: { fn: (x, { i }) => tf.gather(x, i), others: { i: whole('e') } },
  'gather with a matrix of indices': { fn: (x, { i }) => tf.gather(x, i), others: { i: whole('e', 2) } },
  'gather columns': { fn: (x, { i }) => tf.gather(x, ofThree(i), 1), others: { i: whole(5) } },
  'gather a middle axis': {
    fn: (x, { i }) => tf.gather(x, i, 1),
    shape: ['b', 'n', 3],
    others: { i: whole('e') },
  },
  'gather in batches': {
    fn: (x, { i }) => tf.gather(x, i, 1, 1),
    shape: ['b', 'n', 3],
    others: { i: whole('b', 4) },
  },
  gatherND: { fn: (x, { i }) => tf.gatherND(x, ofThree(i)), others: { i: whole('e', 2) } },
  'gatherND of rows': { fn: (x, { i }) => tf.gatherND(x, i), others: { i: whole('e', 1) } },
  scatterND: {
    fn: (x, { i }) => tf.scatterND(tf.expandDims(i, 1), x, [5, 3]),
    others: { i: whole('n') },
  },
  'segment sum': {
    fn: (x, { i }) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 5),
    others: { i: whole('n') },
  },
  'segment sum over edges': {
    fn: (x, { i }) => tf.unsortedSegmentSum(tf.gather(x, i), i as tf.Tensor1D, x.shape[0]),
    others: { i: whole('e') },
  },
  'segment sum with dropped rows': {
    fn: (x, { i }) => tf.unsortedSegmentSum(x, integer(tf.sub(i, 1)) as tf.Tensor1D, x.shape[0]),
    others: { i: whole('n') },
  },
  'product with a one-hot matrix': {
    fn: (x, { i }) => tf.matMul(tf.cast(tf.oneHot(i, 3), 'float32'), x, false, true),
    others: { i: whole('e') },
  },
  'one hot, indices outside': {
    fn: (_, { i }) => tf.oneHot(integer(tf.sub(i, 1)), 2, 3, -1),
    others: { i: whole('e') },
    limit: INTEGER,
  },
  'updated rows': {
    fn: (x, { u }) => updated(x, u),
    // a copy: TensorFlow.js's cpu kernel writes into its operand
    reference: (x, { u }) => updated(tf.mul(x, 1), u),
    others: { u: float(2, 3) },
  },
};
