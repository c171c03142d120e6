import { tf } from '../../../runtime/index.js';
import { type Entries, INTEGER, kernel, positive } from './entry.js';

const solid = { shape: ['b', 'n', 3] } as const;

export const reductions: Entries = {
  'sum of all': { fn: (x) => tf.sum(x) },
  'sum of axis 0': { fn: (x) => tf.sum(x, 0) },
  'sum keeping axes': { fn: (x) => tf.sum(x, -1, true) },
  'sum of the outer axes': { ...solid, fn: (x) => tf.sum(x, [0, 2]) },
  'mean of all': { fn: (x) => tf.mean(x) },
  'mean of axis 0': { fn: (x) => tf.mean(x, 0, true) },
  'mean of the inner axes': { ...solid, fn: (x) => tf.mean(x, [1, 2]) },
  max: { fn: (x) => tf.max(x, 1) },
  'max of all': { fn: (x) => tf.max(x) },
  min: { fn: (x) => tf.min(x, 0) },
  'min keeping axes': { ...solid, fn: (x) => tf.min(x, [0, 2], true) },
  prod: { fn: (x) => tf.prod(x, 1) },
  'prod of a middle axis': { shape: ['b', 3, 2], fn: (x) => tf.prod(x, 1, true) },
  all: { fn: (x) => tf.all(tf.greater(x, -0.5), 1), limit: INTEGER },
  any: { fn: (x) => tf.any(tf.greater(x, 0.5), 0), limit: INTEGER },
  argMax: { fn: (x) => tf.argMax(x, 1), limit: INTEGER },
  argMin: { fn: (x) => tf.argMin(x, 0), limit: INTEGER },
  'sum of booleans': { fn: (x) => tf.sum(tf.greater(x, 0)), limit: INTEGER },
  'greatest values': { fn: (x) => tf.topk(x, 2).values },
  'places of the greatest values': { fn: (x) => tf.topk(x, 2).indices, limit: INTEGER },
  softmax: { fn: (x) => tf.softmax(x) },
  'softmax of three axes': { ...solid, fn: (x) => tf.softmax(x) },
  logSoftmax: { fn: (x) => tf.logSoftmax(x) },
  'logSoftmax as a kernel': {
    fn: (x) => kernel('LogSoftmax', { logits: x }, { axis: -1 }),
    reference: (x) => tf.logSoftmax(x),
  },
  logSumExp: { fn: (x) => tf.logSumExp(x, 0) },
  cumsum: { fn: (x) => tf.cumsum(x, 0) },
  'cumsum, exclusive and reverse': { fn: (x) => tf.cumsum(x, 1, true, true) },
  'cumsum of a middle axis': { ...solid, fn: (x) => tf.cumsum(x, 1, false, true) },
  norm: { fn: (x) => tf.norm(x), domain: positive },
  moments: { fn: (x) => tf.moments(x, 0).variance },
};
