import { tf } from '../../runtime/tf.js';
import { complexForward, complexInverse, realForward, realInverse } from './fourier-matrices.js';

/**
 * u ↦ F⁻¹(R · F u) with one complex matrix R_k per kept wavenumber: `v` `[...grid, batch, channels]`, `weight`
 * `[2, wavenumbers, channels, channels]` (real and imaginary parts), result of the shape of `v`. The field is taken as
 * periodic.
 *
 * Grid first, channels last: a transform of any axis is then one product with a matrix of sines and cosines from the
 * left, for all samples and channels at once, and no array of the grid's size is ever transposed. On 256 points, batch
 * 16, width 32, against `[batch, grid, channels]`, where each sample is a product of its own, see docs/runtime-speed.md.
 */
export function spectralConvolution(v: tf.Tensor, weight: tf.Tensor, modes: number): tf.Tensor {
  const grid = v.shape.slice(0, -2);
  const [batch, channels] = v.shape.slice(-2) as [number, number];
  const spectrum = transform(v, grid, modes);
  // complex numbers times complex matrices as real ones of twice the size
  const [real, imaginary] = tf.unstack(weight);
  const matrices = tf.concat(
    [tf.concat([real, imaginary], 2), tf.concat([tf.neg(imaginary), real], 2)],
    1,
  ) as tf.Tensor3D;
  const [, wavenumbers, , outputs] = weight.shape as [number, number, number, number];
  const parts = tf.reshape(spectrum, [2, wavenumbers, batch, channels]);
  const rows = tf.reshape(tf.transpose(parts, [1, 2, 0, 3]), [wavenumbers, batch, 2 * channels]);
  const mixed = tf.reshape(tf.matMul(rows, matrices), [wavenumbers, batch, 2, outputs]);
  return inverse(tf.transpose(mixed, [2, 0, 1, 3]), grid, modes, batch, outputs);
}

/** `[...grid, batch, channels]` → real and imaginary parts, first axis first: `[2, wavenumbers · batch · channels]`. */
function transform(v: tf.Tensor, grid: readonly number[], modes: number): tf.Tensor {
  const last = grid.length - 1;
  let rest = v.size / grid.reduce((product, points) => product * points, 1);
  let state = leftProduct(realForward(grid[last], modes), v, grid.slice(0, last), grid[last], rest);
  rest *= modes;
  for (let axis = last - 1; axis >= 0; axis--) {
    state = leftProduct(complexForward(grid[axis], modes), state, grid.slice(0, axis), 2 * grid[axis], rest);
    rest *= 2 * modes;
  }
  return state;
}

/** The adjoint order of {@link transform}. */
function inverse(
  spectrum: tf.Tensor,
  grid: readonly number[],
  modes: number,
  batch: number,
  channels: number,
): tf.Tensor {
  const last = grid.length - 1;
  let rest = modes * (2 * modes) ** last * batch * channels;
  let state = spectrum;
  for (let axis = 0; axis < last; axis++) {
    rest /= 2 * modes;
    state = leftProduct(complexInverse(grid[axis], modes), state, grid.slice(0, axis), 4 * modes, rest);
  }
  rest /= modes;
  state = leftProduct(realInverse(grid[last], modes), state, grid.slice(0, last), 2 * modes, rest);
  return tf.reshape(state, [...grid, batch, channels]);
}

/** matrix · x along the axis behind `outer`, of `inner` entries, for each of the `rest` entries behind it. */
function leftProduct(
  matrix: tf.Tensor2D,
  x: tf.Tensor,
  outer: readonly number[],
  inner: number,
  rest: number,
): tf.Tensor {
  if (outer.length === 0) return tf.matMul(matrix, tf.reshape<tf.Rank.R2>(x, [inner, rest]));
  const batches = outer.reduce((product, points) => product * points, 1);
  const left = tf.expandDims<tf.Tensor3D>(matrix, 0);
  return tf.matMul(left, tf.reshape<tf.Rank.R3>(x, [batches, inner, rest]));
}
