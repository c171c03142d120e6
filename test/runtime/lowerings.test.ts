import { describe, expect, test } from 'vitest';
import { type NamedTensors, type TensorSpecs, tf } from '../../runtime/index.js';
import { lowerings } from '../../runtime/lowerings/all.js';
import { trace } from '../../runtime/trace.js';
import { expectParity, randomFeeds } from './oracle.js';

type Function = (x: tf.Tensor, other: NamedTensors) => tf.Tensor;

interface Case {
  readonly fn: Function;
  /** Shape of x; `n` is a named dimension. */
  readonly shape?: readonly (number | string)[];
  readonly others?: TensorSpecs;
  /** Brings normal random numbers into the domain. */
  readonly domain?: (value: number) => number;
  /** How many derivatives exist and are compared. */
  readonly derivatives?: 0 | 1 | 2;
  readonly tolerance?: number;
}

const positive = (value: number) => 0.5 + Math.abs(value);
const inside = (value: number) => 0.8 * Math.tanh(value);
const float = (...shape: (number | string)[]) => ({ shape, dtype: 'float32' }) as const;
const whole = (...shape: (number | string)[]) => ({ shape, dtype: 'int32' }) as const;

const unary: Record<string, Case> = {
  abs: { fn: (x) => tf.abs(x) },
  acos: { fn: (x) => tf.acos(x), domain: inside },
  acosh: { fn: (x) => tf.acosh(x), domain: (v) => 1.5 + Math.abs(v) },
  asin: { fn: (x) => tf.asin(x), domain: inside },
  asinh: { fn: (x) => tf.asinh(x) },
  atan: { fn: (x) => tf.atan(x) },
  atanh: { fn: (x) => tf.atanh(x), domain: inside },
  ceil: { fn: (x) => tf.ceil(x), derivatives: 1 },
  clipByValue: { fn: (x) => tf.clipByValue(x, -0.5, 0.7) },
  cos: { fn: (x) => tf.cos(x) },
  cosh: { fn: (x) => tf.cosh(x) },
  elu: { fn: (x) => tf.elu(x) },
  erf: { fn: (x) => tf.erf(x) },
  exp: { fn: (x) => tf.exp(x) },
  expm1: { fn: (x) => tf.expm1(x) },
  'expm1 near 0': { fn: (x) => tf.mul(tf.expm1(x), 1e4), domain: (v) => v * 1e-5 },
  floor: { fn: (x) => tf.floor(x), derivatives: 1 },
  leakyRelu: { fn: (x) => tf.leakyRelu(x, 0.1) },
  log: { fn: (x) => tf.log(x), domain: positive },
  log1p: { fn: (x) => tf.log1p(x), domain: positive },
  'log1p near 0': { fn: (x) => tf.mul(tf.log1p(x), 1e4), domain: (v) => v * 1e-5 },
  logSigmoid: { fn: (x) => tf.logSigmoid(x) },
  neg: { fn: (x) => tf.neg(x) },
  prelu: { fn: (x, { a }) => tf.prelu(x, a), others: { a: float(3) } },
  reciprocal: { fn: (x) => tf.reciprocal(x), domain: positive },
  relu: { fn: (x) => tf.relu(x) },
  relu6: { fn: (x) => tf.relu6(x), domain: (v) => 5 * v },
  round: { fn: (x) => tf.round(x), derivatives: 1 },
  rsqrt: { fn: (x) => tf.rsqrt(x), domain: positive },
  selu: { fn: (x) => tf.selu(x) },
  sigmoid: { fn: (x) => tf.sigmoid(x) },
  sign: { fn: (x) => tf.sign(x), derivatives: 1 },
  sin: { fn: (x) => tf.sin(x) },
  sinh: { fn: (x) => tf.sinh(x) },
  softplus: { fn: (x) => tf.softplus(x) },
  sqrt: { fn: (x) => tf.sqrt(x), domain: positive },
  square: { fn: (x) => tf.square(x) },
  step: { fn: (x) => tf.step(x, 0.25), derivatives: 1 },
  tan: { fn: (x) => tf.tan(x), domain: inside },
  tanh: { fn: (x) => tf.tanh(x) },
  isNaN: { fn: (x) => tf.isNaN(tf.log(x)), derivatives: 0 },
  isInf: { fn: (x) => tf.isInf(tf.div(1, tf.relu(x))), derivatives: 0 },
  isFinite: { fn: (x) => tf.isFinite(tf.div(tf.relu(x), tf.relu(x))), derivatives: 0 },
  'cast to int': { fn: (x) => tf.cast(tf.mul(x, 3), 'int32'), derivatives: 0 },
  'cast to bool and back': { fn: (x) => tf.cast(tf.cast(tf.relu(x), 'bool'), 'float32'), derivatives: 0 },
  logicalNot: { fn: (x) => tf.logicalNot(tf.greater(x, 0)), derivatives: 0 },
};

const y = { y: float('n', 3) };
const row = { y: float(3) };
const binary: Record<string, Case> = {
  add: { fn: (x, { y }) => tf.add(x, y), others: y },
  'add a row': { fn: (x, { y }) => tf.mul(tf.add(x, y), x), others: row },
  addN: { fn: (x, { y }) => tf.mul(tf.addN([x, y, x]), x), others: y },
  sub: { fn: (x, { y }) => tf.square(tf.sub(x, y)), others: y },
  mul: { fn: (x, { y }) => tf.mul(x, y), others: row },
  div: { fn: (x, { y }) => tf.div(y, x), others: y, domain: positive },
  divNoNan: { fn: (x, { y }) => tf.divNoNan(x, tf.relu(y)), others: y, derivatives: 0 },
  pow: { fn: (x, { y }) => tf.pow(x, y), others: y, domain: positive },
  'pow 3': { fn: (x) => tf.pow(x, 3) },
  maximum: { fn: (x, { y }) => tf.maximum(x, y), others: y },
  minimum: { fn: (x, { y }) => tf.minimum(x, y), others: row },
  squaredDifference: { fn: (x, { y }) => tf.squaredDifference(x, y), others: y },
  floorDiv: { fn: (x, { y }) => tf.floorDiv(x, y), others: y, derivatives: 0 },
  mod: { fn: (x, { y }) => tf.mod(x, y), others: y, domain: positive, derivatives: 1 },
  atan2: { fn: (x, { y }) => tf.atan2(x, y), others: y },
  where: { fn: (x, { y }) => tf.where(tf.greater(x, y), tf.square(x), y), others: y },
  'where with a column': {
    fn: (x) => tf.where(tf.greater(tf.sum(x, 1, true), 0), tf.square(x), tf.neg(x)),
    derivatives: 0,
  },
  'integer arithmetic': {
    fn: (_, { i, j }) => tf.add(tf.mul(i, j), tf.sub(tf.floorDiv(i, tf.add(j, 1)), tf.mod(i, tf.add(j, 2)))),
    others: { i: whole('n', 3), j: whole(3) },
    derivatives: 0,
  },
  'integer extremes': {
    fn: (_, { i, j }) => tf.add(tf.maximum(i, j), tf.add(tf.minimum(i, j), tf.abs(tf.neg(i)))),
    others: { i: whole('n', 3), j: whole(3) },
    derivatives: 0,
  },
};
for (const name of ['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const) {
  binary[name] = { fn: (x, { y }) => tf[name](tf.round(x), tf.round(y)), others: y, derivatives: 0 };
}
for (const name of ['logicalAnd', 'logicalOr', 'logicalXor'] as const) {
  binary[name] = {
    fn: (x, { y }) => tf[name](tf.greater(x, 0), tf.greater(y, 0)),
    others: y,
    derivatives: 0,
  };
}

const reductions: Record<string, Case> = {
  'sum of all': { fn: (x) => tf.square(tf.sum(x)) },
  'sum of axis 0': { fn: (x) => tf.square(tf.sum(x, 0)) },
  'sum keeping axes': { fn: (x) => tf.square(tf.sum(x, -1, true)) },
  'mean of all': { fn: (x) => tf.square(tf.mean(x)) },
  'mean of axis 0': { fn: (x) => tf.square(tf.mean(x, 0, true)) },
  max: { fn: (x) => tf.square(tf.max(x, 1)) },
  min: { fn: (x) => tf.square(tf.min(x, 0)) },
  prod: { fn: (x) => tf.prod(x, 1) },
  all: { fn: (x) => tf.all(tf.greater(x, -0.5), 1), derivatives: 0 },
  any: { fn: (x) => tf.any(tf.greater(x, 0.5), 0), derivatives: 0 },
  argMax: { fn: (x) => tf.argMax(x, 1), derivatives: 0 },
  argMin: { fn: (x) => tf.argMin(x, 0), derivatives: 0 },
  'sum of booleans': { fn: (x) => tf.sum(tf.greater(x, 0)), derivatives: 0 },
  softmax: { fn: (x) => tf.square(tf.softmax(x)) },
  logSoftmax: { fn: (x) => tf.square(tf.logSoftmax(x)) },
  logSumExp: { fn: (x) => tf.square(tf.logSumExp(x, 0)) },
  cumsum: { fn: (x) => tf.square(tf.cumsum(x, 0)) },
  'cumsum, exclusive and reverse': { fn: (x) => tf.square(tf.cumsum(x, 1, true, true)) },
  norm: { fn: (x) => tf.square(tf.norm(x)) },
  moments: { fn: (x) => tf.moments(x, 0).variance },
};

const matmul: Record<string, Case> = {
  'x w': { fn: (x, { w }) => tf.square(tf.matMul(x, w)), others: { w: float(3, 4) } },
  'xᵀ x': { fn: (x) => tf.square(tf.matMul(x, x, true, false)) },
  'x xᵀ': { fn: (x) => tf.square(tf.matMul(x, x, false, true)), tolerance: 1e-4 },
  'wᵀ xᵀ': { fn: (x, { w }) => tf.square(tf.matMul(w, x, true, true)), others: { w: float(3, 4) } },
  batched: { fn: (x) => tf.square(tf.matMul(x, x, true, false)), shape: ['b', 'n', 3] },
  dot: { fn: (x, { v }) => tf.square(tf.dot(x, v)), others: { v: float(3) } },
};

const shapes: Record<string, Case> = {
  reshape: { fn: (x) => tf.square(tf.reshape(x, [-1])) },
  'reshape across batches': {
    fn: (x) => tf.square(tf.reshape(x, [x.shape[0] * x.shape[1]!, 3])),
    shape: ['b', 'n', 3],
  },
  'split heads': {
    fn: (x) => tf.square(tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1]!, 2, 3]), [0, 2, 1, 3])),
    shape: ['b', 'n', 6],
  },
  transpose: { fn: (x) => tf.mul(tf.transpose(x), tf.transpose(x)) },
  expandDims: { fn: (x) => tf.square(tf.expandDims(x, 1)) },
  squeeze: { fn: (x) => tf.square(tf.squeeze(x)), shape: ['n', 1, 3] },
  'broadcast a row to cells': {
    fn: (x, { r }) => tf.mul(tf.broadcastTo(r, [x.shape[0], 3]), x),
    others: { r: float(1, 3) },
  },
  'broadcast x': { fn: (x) => tf.square(tf.broadcastTo(tf.expandDims(x, 0), [4, x.shape[0], 3])) },
  tile: { fn: (x) => tf.square(tf.tile(x, [2, 3])) },
  slice: { fn: (x) => tf.square(tf.slice(x, [1, 0], [-1, 2])) },
  'slice the last row': { fn: (x) => tf.square(tf.slice(x, [x.shape[0] - 1, 0], [1, 3])) },
  stridedSlice: { fn: (x) => tf.square(tf.stridedSlice(x, [0, 2], [1, 0], [1, -1])), derivatives: 0 },
  concat: { fn: (x, { z }) => tf.square(tf.concat([x, z], 0)), others: { z: float('m', 3) } },
  'concat with itself': { fn: (x) => tf.square(tf.concat([x, tf.square(x)], 1)) },
  stack: { fn: (x) => tf.square(tf.stack([x, tf.sin(x)], 1)) },
  unstack: { fn: (x) => tf.mul(tf.unstack(x, 1)[0], tf.unstack(x, 1)[2]) },
  split: { fn: (x) => tf.mul(...(tf.split(x, [1, 1, 1], 1).slice(1) as [tf.Tensor, tf.Tensor])) },
  reverse: { fn: (x) => tf.mul(tf.reverse(x, 0), x) },
  'reverse both': { fn: (x) => tf.mul(tf.reverse(x), x) },
  pad: {
    fn: (x) =>
      tf.square(
        tf.pad(
          x,
          [
            [1, 2],
            [0, 1],
          ],
          0.5,
        ),
      ),
  },
  'pad to a square of cells': {
    fn: (x) =>
      tf.square(
        tf.pad(x, [
          [0, 0],
          [0, x.shape[0]],
        ]),
      ),
  },
  'mirror pad': {
    fn: (x) =>
      tf.square(
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [0, 2],
          ],
          'reflect',
        ),
      ),
    derivatives: 0,
  },
  'mirror pad, symmetric': {
    fn: (x) =>
      tf.square(
        tf.mirrorPad(
          x,
          [
            [1, 1],
            [0, 2],
          ],
          'symmetric',
        ),
      ),
    derivatives: 0,
  },
  ones: { fn: (x) => tf.mul(tf.ones(x.shape), x) },
  onesLike: { fn: (x) => tf.mul(tf.add(tf.onesLike(x), tf.zerosLike(x)), tf.square(x)) },
  fill: { fn: (x) => tf.mul(tf.fill([x.shape[0], 1], 2.5), tf.square(x)) },
  range: { fn: (x) => tf.mul(tf.expandDims(tf.range(0, x.shape[0], 1), 1), tf.square(x)) },
  'size as a number': { fn: (x) => tf.div(tf.square(x), x.shape[0]) },
  'root of a size': { fn: (x) => tf.mul(tf.square(x), 1 / Math.sqrt(x.shape[0])) },
  'size less one': { fn: (x) => tf.div(tf.square(x), x.shape[0] - 1) },
};

const gathers: Record<string, Case> = {
  gather: { fn: (x, { i }) => tf.square(tf.gather(x, i)), others: { i: whole('e') } },
  'gather columns': {
    fn: (x, { i }) => tf.square(tf.gather(x, tf.cast(tf.minimum(i, 2), 'int32'), 1)),
    others: { i: whole(5) },
  },
  'gather in batches': {
    fn: (x, { i }) => tf.square(tf.gather(x, i, 1, 1)),
    shape: ['b', 'n', 3],
    others: { i: whole('b', 4) },
    derivatives: 0,
  },
  gatherND: {
    fn: (x, { i }) => tf.square(tf.gatherND(x, tf.cast(tf.minimum(i, 2), 'int32'))),
    others: { i: whole('e', 2) },
  },
  scatterND: {
    fn: (x, { i }) => tf.square(tf.scatterND(tf.expandDims(i, 1), x, [5, 3])),
    others: { i: whole('n') },
  },
  'segment sum': {
    fn: (x, { i }) => tf.square(tf.unsortedSegmentSum(x, i as tf.Tensor1D, 5)),
    others: { i: whole('n') },
  },
  'segment sum with dropped rows': {
    fn: (x, { i }) =>
      tf.square(tf.unsortedSegmentSum(x, tf.cast(tf.sub(i, 1), 'int32') as tf.Tensor1D, x.shape[0])),
    others: { i: whole('n') },
  },
  oneHot: {
    fn: (x, { i }) => tf.mul(tf.matMul(tf.oneHot(i, 3), x, false, true), 1),
    others: { i: whole('e') },
  },
  'one hot outside': {
    fn: (_, { i }) => tf.oneHot(tf.cast(tf.sub(i, 1), 'int32'), 2, 3, -1),
    others: { i: whole('e') },
    derivatives: 0,
  },
};

const image = { shape: ['b', 8, 7, 3], others: { w: float(3, 3, 3, 2) } };
const conv = (x: tf.Tensor, w: tf.Tensor, strides: number, pad: 'same' | 'valid' | number, dilations = 1) =>
  tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations));
const tolerance = 1e-4;
const convolutions: Record<string, Case> = {
  same: { ...image, tolerance, fn: (x, { w }) => conv(x, w, 1, 'same') },
  valid: { ...image, tolerance, fn: (x, { w }) => conv(x, w, 1, 'valid') },
  'strided, same': { ...image, tolerance, fn: (x, { w }) => conv(x, w, 2, 'same') },
  'strided, valid': { ...image, tolerance, fn: (x, { w }) => conv(x, w, 2, 'valid') },
  'padded by 1': { ...image, tolerance, fn: (x, { w }) => conv(x, w, 2, 1) },
  dilated: { ...image, tolerance, fn: (x, { w }) => conv(x, w, 1, 'same', 2), derivatives: 0 },
  '1 × 1': {
    shape: ['b', 5, 4, 3],
    others: { w: float(1, 1, 3, 4) },
    tolerance,
    fn: (x, { w }) => conv(x, w, 1, 'same'),
  },
  'gradient of the filter': {
    ...image,
    tolerance,
    fn: (x, { w }) => tf.square(tf.grad((f: tf.Tensor) => tf.sum(conv(x, f, 2, 'same')))(w)),
    derivatives: 1,
  },
};

const picture = { shape: ['b', 6, 7, 3], tolerance };
const sequence = { shape: ['b', 9, 3], others: { w: float(3, 3, 2) }, tolerance };
const depthwise = { ...picture, others: { w: float(3, 3, 3, 2) } };
const depth = (x: tf.Tensor, w: tf.Tensor, strides: number, pad: 'same' | 'valid' | number, dilations = 1) =>
  tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations));
const images: Record<string, Case> = {
  conv1d: {
    ...sequence,
    fn: (x, { w }) => tf.square(tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same')),
  },
  'conv1d, strided': {
    ...sequence,
    fn: (x, { w }) => tf.square(tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'valid')),
  },
  'transposed convolution': {
    ...picture,
    others: { w: float(2, 2, 4, 3) },
    fn: (x, { w }) =>
      tf.square(tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [x.shape[0], 12, 14, 4], 2, 'same')),
  },
  depthwise: { ...depthwise, fn: (x, { w }) => depth(x, w, 1, 'same') },
  'depthwise, strided and padded': { ...depthwise, fn: (x, { w }) => depth(x, w, 2, 1) },
  'depthwise, strided, valid': { ...depthwise, fn: (x, { w }) => depth(x, w, 2, 'valid') },
  'depthwise, dilated': { ...depthwise, fn: (x, { w }) => depth(x, w, 1, 'same', 2), derivatives: 0 },
  'gradient of a depthwise filter': {
    ...depthwise,
    fn: (x, { w }) => tf.square(tf.grad((f: tf.Tensor) => tf.sum(depth(x, f, 2, 'same')))(w)),
    derivatives: 1,
  },
  'average pool': { ...picture, fn: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid')) },
  'average pool, overlapping': {
    ...picture,
    fn: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, [3, 2], 1, 'valid')),
  },
  'average pool, padded': { ...picture, fn: (x) => tf.square(tf.avgPool(x as tf.Tensor4D, 3, 2, 'same')) },
  'max pool': { ...picture, fn: (x) => tf.square(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')) },
  'max pool, padded and overlapping': {
    ...picture,
    fn: (x) => tf.square(tf.maxPool(x as tf.Tensor4D, 3, 2, 'same')),
  },
  'max pool of equal values': {
    ...picture,
    fn: (x) => tf.maxPool(tf.relu(x) as tf.Tensor4D, 3, 1, 'same'),
  },
  'max pool with positions': {
    ...picture,
    fn: (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same', false).indexes,
    derivatives: 0,
  },
};
const CONVENTIONS = { plain: [false, false], 'aligned corners': [true, false], 'half pixels': [false, true] };
for (const [convention, [align, half]] of Object.entries(CONVENTIONS)) {
  for (const [direction, size] of Object.entries({ up: [13, 14], down: [4, 3] })) {
    images[`bilinear, ${direction}, ${convention}`] = {
      ...picture,
      fn: (x) => tf.square(tf.image.resizeBilinear(x as tf.Tensor4D, size as [number, number], align, half)),
    };
    images[`nearest, ${direction}, ${convention}`] = {
      ...picture,
      fn: (x) =>
        tf.square(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size as [number, number], align, half)),
    };
  }
}

const miscellaneous: Record<string, Case> = {
  einsum: {
    fn: (x, { w }) => tf.einsum('ni,ij->jn', x, w),
    others: { w: float(3, 4) },
    derivatives: 0,
  },
  'einsum of one tensor': { fn: (x) => tf.einsum('ni->i', x), derivatives: 0 },
  'greatest two': { fn: (x) => tf.square(tf.topk(x, 2).values) },
  'places of the greatest two': { fn: (x) => tf.topk(x, 2).indices, derivatives: 0 },
  linspace: { fn: (x) => tf.mul(tf.linspace(-1, 2, 3), tf.square(x)) },
  'batch normalisation': {
    fn: (x, { m, v, o, s }) =>
      tf.square(
        tf.batchNorm(x, m as tf.Tensor1D, tf.square(v) as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
      ),
    others: { m: float(3), v: float(3), o: float(3), s: float(3) },
    tolerance: 1e-4,
  },
  'batch normalisation, plain': {
    fn: (x, { m, v }) => tf.batchNorm(x, m as tf.Tensor1D, tf.square(v) as tf.Tensor1D),
    others: { m: float(3), v: float(3) },
    derivatives: 0,
  },
};

gathers['updated rows'] = {
  fn: (x, { u }) => tf.tensorScatterUpdate(x, tf.tensor2d([[1], [3]], [2, 1], 'int32'), u),
  others: { u: float(2, 3) },
  derivatives: 0,
};

const SIZES = [
  { n: 5, m: 4, e: 7, b: 2 },
  { n: 11, m: 2, e: 3, b: 3 },
];

/** Weighted sum, so that the gradient differs from entry to entry. */
const weighted = (value: tf.Tensor): tf.Scalar => {
  const flat = tf.reshape(value, [-1]);
  return tf.sum(tf.mul(flat, tf.cos(tf.range(0, flat.shape[0], 1))));
};

function outputs({ fn, derivatives = 2 }: Case): (inputs: NamedTensors) => NamedTensors {
  return ({ x, ...others }): NamedTensors => {
    const value = fn(x, others);
    if (derivatives === 0) return { value };
    const gradient = tf.grad((t: tf.Tensor) => weighted(fn(t, others)));
    if (derivatives === 1) return { value, gradient: gradient(x) };
    // the square keeps functions whose gradient is constant connected to x
    const second = tf.grad((t: tf.Tensor) => weighted(tf.mul(gradient(t), tf.add(tf.square(t), 1))));
    return { value, gradient: gradient(x), second: second(x) };
  };
}

const table = { unary, binary, reductions, matmul, shapes, gathers, convolutions, images, miscellaneous };

describe.each(Object.entries(table))('%s', (_, cases) => {
  test.each(Object.entries(cases))('%s', async (_, entry) => {
    const specs: TensorSpecs = { x: float(...(entry.shape ?? ['n', 3])), ...entry.others };
    const { domain = (value: number) => value, tolerance } = entry;
    await expectParity(outputs(entry), specs, SIZES, {
      tolerance,
      feeds: (sizes, seed) => {
        const feeds = randomFeeds(specs, sizes, seed);
        return { ...feeds, x: { shape: feeds.x.shape, data: (feeds.x.data as Float32Array).map(domain) } };
      },
    });
  });
});

/** Kernels that no operation of TensorFlow.js 4.22 calls: it writes them with others. */
const NEVER_CALLED = ['EluGrad', 'LogicalXor', 'LogSoftmax', 'BroadcastTo'];

test('every lowering has a case', () => {
  const unseen = new Set(Object.keys(lowerings).filter((name) => !NEVER_CALLED.includes(name)));
  for (const kernelName of [...unseen]) {
    const kernel = tf.getKernel(kernelName, 'fieldsmith-trace');
    tf.unregisterKernel(kernelName, 'fieldsmith-trace');
    tf.registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        unseen.delete(kernelName);
        return kernel.kernelFunc(call);
      },
    });
  }
  for (const entry of Object.values(table).flatMap((cases: Record<string, Case>) => Object.values(cases)))
    trace(outputs(entry), { x: float(...(entry.shape ?? ['n', 3])), ...entry.others });
  expect([...unseen]).toEqual([]);
});
