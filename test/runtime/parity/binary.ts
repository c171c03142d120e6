import { tf } from '../../../runtime/index.js';
import { type Entries, type Entry, float, INTEGER, kernel, positive, whole } from './entry.js';

const same = { y: float('n', 3) };
const row = { y: float(3) };
const column = { y: float('n', 1) };

const COMPARISONS = ['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const;
const comparisons: Record<string, Entry> = {};
for (const name of COMPARISONS) {
  comparisons[name] = { fn: (x, { y }) => tf[name](tf.round(x), tf.round(y)), others: same, limit: INTEGER };
  comparisons[`${name}, integers and a row`] = {
    fn: (_, { i, j }) => tf[name](i, j),
    others: { i: whole('n', 3), j: whole(3) },
    limit: INTEGER,
  };
  comparisons[`mask by ${name}`] = {
    fn: (x, { y }) => tf.mul(tf.cast(tf[name](x, y), 'float32'), tf.mul(x, y)),
    others: row,
  };
}
for (const name of ['logicalAnd', 'logicalOr'] as const) {
  comparisons[name] = {
    fn: (x, { y }) => tf[name](tf.greater(x, 0), tf.greater(y, 0)),
    others: same,
    limit: INTEGER,
  };
}

export const binary: Entries = {
  add: { fn: (x, { y }) => tf.add(x, y), others: same },
  'add a row': { fn: (x, { y }) => tf.add(x, y), others: row },
  'add a column': { fn: (x, { y }) => tf.add(x, y), others: column },
  'add a scalar': { fn: (x, { y }) => tf.add(x, y), others: { y: float() } },
  addN: { fn: (x, { y }) => tf.addN([x, y, x]), others: same },
  sub: { fn: (x, { y }) => tf.sub(x, y), others: same },
  'sub from a row': { fn: (x, { y }) => tf.sub(y, x), others: row },
  mul: { fn: (x, { y }) => tf.mul(x, y), others: same },
  'mul with a row': { fn: (x, { y }) => tf.mul(x, y), others: row },
  'column times row': { fn: (x, { y }) => tf.mul(x, y), shape: ['n', 1], others: { y: float(1, 3) } },
  div: { fn: (x, { y }) => tf.div(y, x), others: same, domain: positive },
  'div by a column': { fn: (x, { y }) => tf.div(x, y), others: column, domain: { y: positive } },
  divNoNan: { fn: (x, { y }) => tf.divNoNan(x, y), others: same, domain: { y: positive } },
  'divNoNan, by zero': {
    fn: (x, { y }) => tf.divNoNan(x, tf.relu(y)),
    others: same,
    limit: { order: 0, because: 'TensorFlow.js gives NaN, 0 times the gradient of the division' },
  },
  pow: { fn: (x, { y }) => tf.pow(x, y), others: same, domain: positive },
  'pow 3': { fn: (x) => tf.pow(x, 3) },
  'pow of a row': { fn: (x, { y }) => tf.pow(y, x), others: row, domain: { y: positive } },
  maximum: { fn: (x, { y }) => tf.maximum(x, y), others: same },
  'maximum with a row': { fn: (x, { y }) => tf.maximum(x, y), others: row },
  minimum: { fn: (x, { y }) => tf.minimum(x, y), others: row },
  squaredDifference: { fn: (x, { y }) => tf.squaredDifference(x, y), others: same },
  'squaredDifference with a row': { fn: (x, { y }) => tf.squaredDifference(x, y), others: row },
  floorDiv: { fn: (x, { y }) => tf.floorDiv(x, y), others: same },
  mod: { fn: (x, { y }) => tf.mod(x, y), others: same, domain: { y: positive } },
  atan2: { fn: (x, { y }) => tf.atan2(x, y), others: same },
  'atan2 with a row': { fn: (x, { y }) => tf.atan2(y, x), others: row },
  where: { fn: (x, { y }) => tf.where(tf.greater(x, y), tf.square(x), y), others: same },
  'where with a column': {
    fn: (x) => tf.where(tf.greater(tf.sum(x, 1, true), 0), tf.square(x), tf.neg(x)),
  },
  'integer arithmetic': {
    fn: (_, { i, j }) => tf.add(tf.mul(i, j), tf.sub(tf.floorDiv(i, tf.add(j, 1)), tf.mod(i, tf.add(j, 2)))),
    others: { i: whole('n', 3), j: whole(3) },
    limit: INTEGER,
  },
  'integer extremes': {
    fn: (_, { i, j }) => tf.add(tf.maximum(i, j), tf.add(tf.minimum(i, j), tf.abs(tf.neg(i)))),
    others: { i: whole('n', 3), j: whole(3) },
    limit: INTEGER,
  },
  logicalXor: {
    fn: (x, { y }) => kernel('LogicalXor', { a: tf.greater(x, 0), b: tf.greater(y, 0) }),
    reference: (x, { y }) => tf.less(tf.mul(x, y), 0),
    others: same,
    limit: INTEGER,
  },
  ...comparisons,
};
