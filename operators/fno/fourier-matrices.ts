import { tf } from '../../runtime/tf.js';

/**
 * Truncated discrete Fourier transforms along one axis as real matrices, so that they are matrix products: any order of
 * derivative, every device, no complex numbers. Real and imaginary parts lie behind one another, `[part, wavenumber]`.
 *
 * The sizes may be named dimensions of a trace: entries are computed in the graph, from angles reduced to one turn
 * exactly. ONNX Runtime folds them to constants where the size is a number.
 */

/** cos and sin of 2π k n / points, each `[wavenumbers, points]`, for k = 0 … half − 1 (and −half … −1 behind them). */
function cosinesAndSines(points: number, half: number, sides: 1 | 2): [tf.Tensor, tf.Tensor] {
  const positive = tf.range(0, half, 1);
  const wavenumbers = sides === 1 ? positive : tf.concat([positive, tf.range(-half, 0, 1)]);
  const turns = tf.mod(
    tf.mul(tf.reshape(wavenumbers, [-1, 1]), tf.reshape(tf.range(0, points, 1), [1, -1])),
    points,
  );
  const angles = tf.mul(turns, tf.div(2 * Math.PI, points));
  return [tf.cos(angles), tf.sin(angles)];
}

/** `[2 · half, points]`: û = (1/points) Σₙ u_n e^(−2πikn/points) of a real field, k = 0 … half − 1. */
export function realForward(points: number, half: number): tf.Tensor2D {
  const [cosine, sine] = cosinesAndSines(points, half, 1);
  return tf.div(tf.concat([cosine, tf.neg(sine)], 0), points) as tf.Tensor2D;
}

/** `[points, 2 · half]`: u_n = Re(û₀ + 2 Σ_{k>0} û_k e^(2πikn/points)), of which the imaginary part of û₀ is no part. */
export function realInverse(points: number, half: number): tf.Tensor2D {
  const [cosine, sine] = cosinesAndSines(points, half, 1);
  const count = tf.reshape(tf.concat([tf.ones([1]), tf.fill([half - 1], 2)]), [half, 1]);
  return tf.transpose(tf.concat([tf.mul(cosine, count), tf.neg(tf.mul(sine, count))], 0)) as tf.Tensor2D;
}

/** `[2 · 2 half, points · 2]`: the transform of a complex field along one more axis, k = 0 … half − 1, −half … −1. */
export function complexForward(points: number, half: number): tf.Tensor2D {
  const [cosine, sine] = cosinesAndSines(points, half, 2);
  // e^(−iθ) (a + ib) = (cos a + sin b) + i (cos b − sin a)
  const rows = [tf.stack([cosine, sine], 2), tf.stack([tf.neg(sine), cosine], 2)];
  return tf.div(tf.reshape(tf.stack(rows), [4 * half, -1]), points) as tf.Tensor2D;
}

/** `[points · 2, 2 · 2 half]`: back to the points of that axis, still complex. */
export function complexInverse(points: number, half: number): tf.Tensor2D {
  const [cosine, sine] = cosinesAndSines(points, half, 2).map((part) => tf.transpose(part));
  // e^(iθ) (a + ib) = (cos a − sin b) + i (sin a + cos b)
  const columns = [tf.concat([cosine, tf.neg(sine)], 1), tf.concat([sine, cosine], 1)];
  return tf.reshape(tf.stack(columns, 1), [-1, 4 * half]) as tf.Tensor2D;
}
