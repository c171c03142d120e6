import * as tf from '@tensorflow/tfjs-core';
import { config } from './gradient-config.js';

/**
 * Gradients that TensorFlow.js lacks: of scattered values, diagonals, blocks and products along an axis. All are made of
 * operations that have gradients again.
 */

const zeros = (x: tf.Tensor): tf.Tensor => tf.zerosLike(tf.cast(x, 'float32'));

const cut = (x: tf.Tensor, axis: number, start: number, count: number): tf.Tensor =>
  tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.with(axis, count),
  );

const sparseToDense = config(
  tf.SparseToDense,
  ['sparseIndices', 'sparseValues', 'defaultValue'],
  (dy, [indices, values, defaultValue]) => {
    const places = () => tf.reshape(indices, [-1, dy.rank]);
    return {
      sparseIndices: () => zeros(indices),
      sparseValues: () => {
        const picked = tf.gatherND(dy, places());
        return values.rank === 0 ? tf.sum(picked) : tf.reshape(picked, values.shape);
      },
      defaultValue: () => {
        const count = places().shape[0];
        // a copy: the cpu kernel of TensorFlow.js writes into its operand
        const others = tf.tensorScatterUpdate(tf.mul(dy, 1), places(), tf.zeros([count]));
        return tf.reshape(tf.sum(others), defaultValue.shape);
      },
    };
  },
);

const diag = config(tf.Diag, ['x'], (dy, [x]) => ({
  x: () => {
    const matrix = tf.reshape(dy, [x.size, x.size]);
    const diagonal = tf.sum(tf.mul(matrix, tf.diag(tf.ones([x.size]))), 1);
    return tf.reshape(diagonal, x.shape);
  },
}));

const depthToSpace = config(tf.DepthToSpace, ['x'], (dy, [x], attributes) => {
  const { blockSize: block } = attributes as unknown as tf.DepthToSpaceAttrs;
  const [batch, height, width, depth] = x.shape;
  return {
    x: () => {
      const split = tf.reshape(dy, [batch, height, block, width, block, depth / block ** 2]);
      return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), x.shape);
    },
  };
});

/** x moved by `distance` along an axis, ones moving in, and its transpose, where zeros do. */
const shifted = (
  x: tf.Tensor,
  axis: number,
  distance: number,
  reverse: boolean,
  entering: number,
): tf.Tensor => {
  const kept = cut(x, axis, reverse ? distance : 0, x.shape[axis] - distance);
  const border = tf.fill(x.shape.with(axis, distance), entering);
  return tf.concat(reverse ? [kept, border] : [border, kept], axis);
};

/** Backwards through the doublings x ← x ⊙ shift(x) that give the product (lowerings/cumulative.ts); zeros do no harm. */
const cumprod = config(tf.Cumprod, ['x'], (dy, [x], attributes) => {
  const { axis: given, exclusive, reverse } = attributes as unknown as tf.CumprodAttrs;
  const [axis] = tf.util.parseAxisParam(given, x.shape);
  return {
    x: () => {
      const products = [exclusive ? shifted(x, axis, 1, reverse, 1) : x];
      for (let distance = 1; 2 * distance < x.shape[axis]; distance *= 2) {
        const last = products[products.length - 1];
        products.push(tf.mul(last, shifted(last, axis, distance, reverse, 1)));
      }
      let cotangent = dy;
      for (const [level, product] of [...products.entries()].reverse()) {
        const distance = 2 ** level;
        if (distance >= x.shape[axis]) continue;
        cotangent = tf.add(
          tf.mul(cotangent, shifted(product, axis, distance, reverse, 1)),
          shifted(tf.mul(cotangent, product), axis, distance, !reverse, 0),
        );
      }
      return exclusive ? shifted(cotangent, axis, 1, !reverse, 0) : cotangent;
    },
  };
});

export const structureGradients: readonly tf.GradConfig[] = [sparseToDense, diag, depthToSpace, cumprod];
