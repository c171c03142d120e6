import { tf } from '../runtime/tf.js';

/** How a field goes on beyond its grid: around it, with its last values, or with zeros. */
export type GridPadding = 'periodic' | 'replicate' | 'zero';

/** `[batch, ...grid, channels]` with `width` more points at both ends of every axis of the grid. */
export function padGrid(x: tf.Tensor, width: number, padding: GridPadding): tf.Tensor {
  if (width === 0) return x;
  let padded = x;
  for (let axis = 1; axis < x.rank - 1; axis++) padded = padAxis(padded, axis, width, padding);
  return padded;
}

function padAxis(x: tf.Tensor, axis: number, width: number, padding: GridPadding): tf.Tensor {
  const points = x.shape[axis];
  const part = (start: number, size: number) => {
    const starts = x.shape.map((_, at) => (at === axis ? start : 0));
    return tf.slice(
      x,
      starts,
      x.shape.map((length, at) => (at === axis ? size : length)),
    );
  };
  if (padding === 'periodic') return tf.concat([part(points - width, width), x, part(0, width)], axis);
  const ends = [part(0, 1), part(points - 1, 1)];
  const [before, after] = ends.map((end) => {
    const repeated = tf.concat(Array(width).fill(end), axis);
    return padding === 'zero' ? tf.zerosLike(repeated) : repeated;
  });
  return tf.concat([before, x, after], axis);
}

/** (u_{i+1} − u_{i−1})/2 along every axis of the grid, `[batch, ...grid, axes · channels]`. */
export function centralDifferences(x: tf.Tensor, padding: GridPadding): tf.Tensor {
  const differences: tf.Tensor[] = [];
  for (let axis = 1; axis < x.rank - 1; axis++) {
    const padded = padAxis(x, axis, 1, padding);
    const from = (start: number) =>
      tf.slice(
        padded,
        x.shape.map((_, at) => (at === axis ? start : 0)),
        [...x.shape],
      );
    differences.push(tf.mul(tf.sub(from(2), from(0)), 0.5));
  }
  return differences.length === 1 ? differences[0] : tf.concat(differences, -1);
}
