import * as tf from '@tensorflow/tfjs-core';
import { broadcastGradients, reduceTo } from './broadcast-gradients.js';
import { convolutionGradients } from './convolution-gradients.js';
import { config } from './gradient-config.js';
import { imageGradients } from './image-gradients.js';
import { rearrangementGradients } from './rearrangement-gradients.js';
import { structureGradients } from './structure-gradients.js';

const ofUnary = (kernelName: string, derivative: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor): tf.GradConfig =>
  config(kernelName, ['x'], (dy, [x]) => ({ x: () => derivative(dy, x) }));

const zeroOfBoth = (kernelName: string): tf.GradConfig =>
  config(kernelName, ['a', 'b'], (_, [a, b]) => ({ a: () => floatZeros(a), b: () => floatZeros(b) }));

const zeroOfOne = (kernelName: string): tf.GradConfig =>
  config(kernelName, ['x'], (_, [x]) => ({ x: () => floatZeros(x) }));

/** Of the shape of x, which may be bool: gradients are float32 always. */
const floatZeros = (x: tf.Tensor): tf.Tensor => tf.zerosLike(tf.cast(x, 'float32'));

const tile = config(tf.Tile, ['x'], (dy, [x], attributes) => {
  // TensorFlow.js adds one slice per repetition: as many graph nodes as a broadcast has cells
  const { reps } = attributes as unknown as tf.TileAttrs;
  return {
    x: () => {
      const interleaved = x.shape.flatMap((size, axis) => (reps[axis] === 1 ? [size] : [reps[axis], size]));
      const repetitionAxes: number[] = [];
      let position = 0;
      for (const repetitions of reps) {
        if (repetitions !== 1) repetitionAxes.push(position);
        position += repetitions === 1 ? 1 : 2;
      }
      if (repetitionAxes.length === 0) return dy.clone();
      return tf.reshape(tf.sum(tf.reshape(dy, interleaved), repetitionAxes), x.shape);
    },
  };
});

const softmax = config(tf.Softmax, ['logits'], (dy, [logits], attributes) => {
  const dim = (attributes as unknown as tf.SoftmaxAttrs).dim;
  return {
    logits: () => {
      const y = tf.softmax(logits, dim);
      const product = tf.mul(dy, y);
      return tf.sub(product, tf.mul(tf.sum(product, dim, true), y));
    },
  };
});

const logSoftmax = config(tf.LogSoftmax, ['logits'], (dy, [logits], attributes) => {
  const { axis } = attributes as unknown as tf.LogSoftmaxAttrs;
  return { logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis, true), tf.softmax(logits, axis))) };
});

/** TensorFlow.js has none. Each cotangent goes to the place its value came from. */
const topK: tf.GradConfig = {
  kernelName: tf.TopK,
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dy, [x, indices]) => ({
    x: () => {
      const places = tf.oneHot(tf.cast(indices, 'int32'), x.shape[x.rank - 1]);
      return tf.sum(tf.mul(tf.expandDims((dy as tf.Tensor[])[0], -1), tf.cast(places, 'float32')), -2);
    },
  }),
};

const pow = config(tf.Pow, ['a', 'b'], (dy, [a, b]) => ({
  a: () =>
    reduceTo(tf.mul(dy, tf.mul(tf.cast(b, 'float32'), tf.pow(a, tf.sub(tf.cast(b, 'float32'), 1)))), a),
  b: () => {
    const positive = tf.greater(a, 0);
    const logarithm = tf.where(positive, tf.log(tf.where(positive, a, tf.onesLike(a))), tf.zerosLike(a));
    return reduceTo(tf.mul(dy, tf.mul(tf.pow(a, b), logarithm)), b);
  },
}));

const cumsum = config(tf.Cumsum, ['x'], (dy, [x], attributes) => {
  // the permuted result of TensorFlow.js has the wrong shape for all but the last axis
  const { axis, exclusive, reverse } = attributes as unknown as tf.CumsumAttrs;
  return { x: () => tf.reshape(tf.cumsum(dy, axis, exclusive, !reverse), x.shape) };
});

const prod = config(tf.Prod, ['x'], (dy, [x], attributes) => {
  // the product of the others, from both sides, so that zeros do no harm
  const axes = tf.util.parseAxisParam(
    (attributes as unknown as tf.ProdAttrs).axis ?? x.shape.map((_, axis) => axis),
    x.shape,
  );
  return {
    x: () => {
      const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const order = [...kept, ...axes];
      const permuted = tf.transpose(x, order);
      const keptShape = kept.map((axis) => x.shape[axis]);
      const flat = tf.reshape(permuted, [...keptShape, -1]);
      const others = tf.mul(exclusiveProduct(flat, false), exclusiveProduct(flat, true));
      const cotangents = tf.mul(tf.reshape(dy, [...keptShape, 1]), others);
      return tf.transpose(
        tf.reshape(cotangents, permuted.shape),
        order.map((_, axis) => order.indexOf(axis)),
      );
    },
  };
});

/** ∏ of all entries before (or after) each one, along the last axis. */
function exclusiveProduct(x: tf.Tensor, reverse: boolean): tf.Tensor {
  let parts = tf.split(x, x.shape[x.rank - 1], x.rank - 1);
  // a copy: the tape holds the array that split returned
  if (reverse) parts = parts.toReversed();
  const products = [tf.onesLike(parts[0])];
  for (const part of parts.slice(0, -1)) products.push(tf.mul(products[products.length - 1], part));
  if (reverse) products.reverse();
  return tf.concat(products, x.rank - 1);
}

/** To integers and booleans the derivative is zero; TensorFlow.js passes the cotangent through. */
const cast: tf.GradConfig = {
  kernelName: tf.Cast,
  gradFunc: (dy, _, attributes) => ({
    x: () =>
      (attributes as unknown as tf.CastAttrs).dtype === 'float32'
        ? tf.clone(dy as tf.Tensor)
        : floatZeros(dy as tf.Tensor),
  }),
};

const gather = config(tf.GatherV2, ['x', 'indices'], (dy, [x, indices], attributes) => {
  const { axis, batchDims } = attributes as unknown as tf.GatherV2Attrs;
  return {
    x: () =>
      batchDims > 0 ? scatteredInBatches(dy, x, indices, batchDims) : scattered(dy, x, indices, axis),
    indices: () => floatZeros(indices),
  };
});

/** Rows of the cotangent added up where they came from, with the gathered axis in front. */
function scattered(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, gathered: number): tf.Tensor {
  const [axis] = tf.util.parseAxisParam(gathered, x.shape);
  const rest = x.shape.toSpliced(axis, 1);
  const rows = tf.reshape(dy, x.shape.with(axis, indices.size));
  const order = [axis, ...x.shape.keys()].filter((value, position) => position === 0 || value !== axis);
  const sums = tf.unsortedSegmentSum(
    axis === 0 ? rows : tf.transpose(rows, order),
    tf.reshape(indices, [-1]) as tf.Tensor1D,
    x.shape[axis],
  );
  if (axis === 0) return sums;
  const inverse = order.map((_, position) => order.indexOf(position));
  return tf.transpose(tf.reshape(sums, [x.shape[axis], ...rest]), inverse);
}

/** The same with the common axes laid behind one another; TensorFlow.js calls methods that its core lacks. */
function scatteredInBatches(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, batchDims: number): tf.Tensor {
  const batches = tf.util.sizeFromShape(x.shape.slice(0, batchDims));
  const rows = x.shape[batchDims];
  const offsets = tf.mul(tf.range(0, batches, 1, 'int32'), tf.scalar(rows, 'int32'));
  const places = tf.add(tf.reshape(indices, [batches, -1]), tf.expandDims(offsets, 1));
  const sums = tf.unsortedSegmentSum(
    tf.reshape(dy, [indices.size, ...x.shape.slice(batchDims + 1)]),
    tf.reshape(places, [-1]) as tf.Tensor1D,
    batches * rows,
  );
  return tf.reshape(sums, x.shape);
}

/**
 * Gradients in place of TensorFlow.js's own.
 *
 * Those that keep the kernel's *output* (Exp, Tanh, Softmax, …) are silently wrong when differentiated again: the kept
 * copy enters the tape before the kernel does, and so counts as a constant. Here they are computed from the input; in a
 * compiled graph the repeated kernel is one shared node. Comparisons have no gradient at all there, which breaks every
 * second derivative that meets a mask; their derivative is zero.
 *
 * Out of reach is `tf.losses.softmaxCrossEntropy`, which keeps a value of its inside: `softmaxCrossEntropy` of this folder
 * can be differentiated twice.
 */
export const gradients: readonly tf.GradConfig[] = [
  ofUnary(tf.Exp, (dy, x) => tf.mul(dy, tf.exp(x))),
  ofUnary(tf.Sigmoid, (dy, x) => tf.mul(dy, tf.mul(tf.sigmoid(x), tf.sub(1, tf.sigmoid(x))))),
  ofUnary(tf.Tanh, (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x))))),
  ofUnary(tf.Elu, (dy, x) => tf.mul(dy, tf.exp(tf.minimum(x, 0)))),
  softmax,
  logSoftmax,
  pow,
  cumsum,
  prod,
  tile,
  topK,
  cast,
  gather,
  ...broadcastGradients,
  ...convolutionGradients,
  ...imageGradients,
  ...structureGradients,
  ...rearrangementGradients,
  config(tf.GatherNd, ['params', 'indices'], (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices, dy, params.shape as tf.ShapeMap[tf.Rank]),
    indices: () => floatZeros(indices),
  })),
  config(tf.ScatterNd, ['indices'], (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, indices),
    indices: () => floatZeros(indices),
  })),
  ...[tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.FloorDiv].map(zeroOfBoth),
  ...[tf.LogicalAnd, tf.LogicalOr].map(zeroOfBoth),
  ...[tf.All, tf.Any, tf.LogicalNot, tf.IsNan, tf.IsInf, tf.IsFinite].map(zeroOfOne),
];
