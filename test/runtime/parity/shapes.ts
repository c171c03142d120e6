import { tf } from '../../../runtime/index.js';
import { type Entries, float, INTEGER, kernel } from './entry.js';

const solid = { shape: ['b', 'n', 3] } as const;

export const shapes: Entries = {
  reshape: { fn: (x) => tf.reshape(x, [-1]) },
  'reshape across batches': { ...solid, fn: (x) => tf.reshape(x, [x.shape[0] * x.shape[1]!, 3]) },
  'split heads': {
    fn: (x) => tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1]!, 2, 3]), [0, 2, 1, 3]),
    shape: ['b', 'n', 6],
  },
  transpose: { fn: (x) => tf.transpose(x) },
  'transpose three axes': { ...solid, fn: (x) => tf.transpose(x, [2, 0, 1]) },
  expandDims: { fn: (x) => tf.expandDims(x, 1) },
  'expandDims at the end': { fn: (x) => tf.expandDims(x, -1) },
  squeeze: { fn: (x) => tf.squeeze(x), shape: ['n', 1, 3] },
  'broadcast a row to cells': {
    fn: (x, { r }) => tf.mul(tf.broadcastTo(r, [x.shape[0], 3]), x),
    others: { r: float(1, 3) },
  },
  'broadcast x': { fn: (x) => tf.broadcastTo(tf.expandDims(x, 0), [4, x.shape[0], 3]) },
  'broadcast as a kernel': {
    fn: (x) => kernel('BroadcastTo', { x }, { shape: [4, x.shape[1], 3], inputShape: x.shape }),
    reference: (x) => tf.tile(x, [4, 1, 1]),
    shape: [1, 'n', 3],
  },
  tile: { fn: (x) => tf.tile(x, [2, 3]) },
  slice: { fn: (x) => tf.slice(x, [1, 0], [-1, 2]) },
  'slice the last row': { fn: (x) => tf.slice(x, [x.shape[0] - 1, 0], [1, 3]) },
  'slice a middle axis': { ...solid, fn: (x) => tf.slice(x, [0, 1, 0], [-1, 3, -1]) },
  'every second row': {
    fn: (x) => tf.stridedSlice(x, [0, 0], [5, 3], [2, 1]),
    shape: [5, 3],
  },
  'rows from behind': {
    fn: (x) => tf.stridedSlice(x, [0, 2], [1, 0], [1, -1]),
  },
  'every third row from behind, without an axis': {
    fn: (x) => tf.stridedSlice(x, [5, 1], [0, 2], [-3, 1], 0, 0, 0, 0, 2),
    // TensorFlow.js's cpu kernel takes other entries when an axis goes
    reference: (x) => tf.squeeze(tf.stridedSlice(x, [5, 1], [0, 2], [-3, 1]), [1]),
    shape: [7, 3],
  },
  concat: { fn: (x, { z }) => tf.concat([x, z], 0), others: { z: float('m', 3) } },
  'concat with itself': { fn: (x) => tf.concat([x, tf.square(x)], 1) },
  'concat of three': { fn: (x, { z }) => tf.concat([z, x, z], -1), others: { z: float('n', 2) } },
  stack: { fn: (x, { z }) => tf.stack([x, z], 1), others: { z: float('n', 3) } },
  'stack in front': { fn: (x) => tf.stack([x, tf.square(x)]) },
  unstack: { fn: (x) => tf.mul(tf.unstack(x, 1)[0], tf.unstack(x, 1)[2]) },
  split: { fn: (x) => tf.mul(...(tf.split(x, [1, 1, 1], 1).slice(1) as [tf.Tensor, tf.Tensor])) },
  'split of one axis into halves': { fn: (x) => tf.sub(...halves(x)), shape: ['n', 4] },
  reverse: { fn: (x) => tf.mul(tf.reverse(x, 0), x) },
  'reverse both': { fn: (x) => tf.mul(tf.reverse(x), x) },
  pad: {
    fn: (x) =>
      tf.pad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        0.5,
      ),
  },
  'pad by a size': {
    fn: (x) =>
      tf.pad(x, [
        [0, 0],
        [0, x.shape[0]],
      ]),
  },
  'mirror pad, reflect': { fn: (x) => mirrored(x, 'reflect') },
  'mirror pad, symmetric': { fn: (x) => mirrored(x, 'symmetric') },
  'ones and zeros like': { fn: (x) => tf.mul(tf.add(tf.onesLike(x), tf.zerosLike(x)), x) },
  ones: { fn: (x) => tf.add(tf.ones(x.shape), x) },
  fill: { fn: (x) => tf.mul(tf.fill([x.shape[0], 1], 2.5), x) },
  range: { fn: (x) => tf.mul(tf.expandDims(tf.range(0, x.shape[0], 1), 1), x) },
  'range of integers': { fn: (x) => tf.range(1, x.shape[0], 1, 'int32'), limit: INTEGER },
  linspace: { fn: (x) => tf.mul(tf.linspace(-1, 2, 3), x) },
  'size as a number': { fn: (x) => tf.div(x, x.shape[0]) },
  'root of a size': { fn: (x) => tf.mul(x, 1 / Math.sqrt(x.shape[0])) },
  'size less one': { fn: (x) => tf.div(x, x.shape[0] - 1) },
};

function halves(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [first, second] = tf.split(x, 2, 1);
  return [first, second];
}

const mirrored = (x: tf.Tensor, mode: 'reflect' | 'symmetric'): tf.Tensor =>
  tf.mirrorPad(
    x,
    [
      [1, 1],
      [0, 2],
    ],
    mode,
  );
