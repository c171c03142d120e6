import { tf } from '../../runtime/tf.js';

/** A map of fields to fields of one shape, of which no sample sees another. */
export type FieldMap = (state: tf.Tensor) => tf.Tensor;

/** Jᵀw at `state`. */
export function vectorJacobianProduct(map: FieldMap, state: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return tf.grad((u: tf.Tensor) => tf.sum(tf.mul(map(u), w)))(state);
}

/**
 * J v at `state` by reverse mode alone: g(w) = Jᵀw is linear in w, and J v is its gradient along v. What w is does not
 * matter, so it is zero.
 */
export function jacobianVectorProduct(map: FieldMap, state: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const along = (w: tf.Tensor) => tf.sum(tf.mul(vectorJacobianProduct(map, state, w), v));
  return tf.grad(along)(tf.zerosLike(state));
}

/**
 * J v ≈ (f(u + h v) − f(u − h v)) / 2h with h = relativeStep · rms(u) of each sample, both evaluations in one batch. Needs
 * no second derivative of the map; give it what is left of a map u + g(u) without u, whose digits would cancel.
 */
export function centralDifferenceProduct(
  map: FieldMap,
  state: tf.Tensor,
  v: tf.Tensor,
  relativeStep: number,
): tf.Tensor {
  const axes = state.shape.slice(1).map((_, axis) => axis + 1);
  const size = tf.sqrt(tf.mean(tf.square(state), axes, true));
  // a state of zeros has no size of its own
  const h = tf.mul(tf.maximum(size, 1e-6), relativeStep);
  const moved = tf.mul(v, h);
  const [forward, backward] = tf.split(map(tf.concat([tf.add(state, moved), tf.sub(state, moved)])), 2);
  return tf.div(tf.sub(forward, backward), tf.mul(h, 2));
}
