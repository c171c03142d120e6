import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import { addLinear, type LinearInitialisation } from '../layer-parameters.js';
import { linear } from '../layers.js';
import type { ParameterTensors } from '../neural-operator.js';

/**
 * Modulated cosine modes (h G) ⊙ (F(x) W), with h the encoder's features and F the modes
 * F_k(x) = Π_axis cos(½π k_axis (x_axis + 1)) / (1 + |k|²/10), |k| ≤ n, over the bounding box scaled to [−1, 1].
 *
 * The network alone writes smooth fields and needs thousands of steps for short waves; the modes bring these from the
 * start, and what is left to learn is how boundaries and corners bend them. (A product of a function that knows the
 * boundary with a spectral basis is Kantorovich's old device for Ritz's method.) At rank 128, 1,000 cells and 16
 * sources a mesh it took the mean error after 50 steps from 13 % to 4.4 %.
 */
export function modulatedModes(
  parameters: ParameterTensors,
  hidden: tf.Tensor,
  position: tf.Tensor,
  waveNumber: number,
): tf.Tensor {
  const gain = linear(parameters, 'modes.gain', hidden);
  const waves = linear(parameters, 'modes.waves', cosineModes(position, waveNumber));
  return tf.mul(gain, waves);
}

export function addModulatedModes(
  parameters: Parameters,
  {
    width,
    rank,
    dimension,
    waveNumber,
  }: { width: number; rank: number; dimension: number; waveNumber: number },
  initial: LinearInitialisation,
): void {
  addLinear(parameters, 'modes.gain', width, rank, initial);
  addLinear(parameters, 'modes.waves', waveVectors(dimension, waveNumber).length, rank, initial);
}

/** Wave vectors k ≥ 0 with |k| ≤ n, in lexicographic order. */
function waveVectors(dimension: number, waveNumber: number): number[][] {
  let vectors: number[][] = [[]];
  for (let axis = 0; axis < dimension; axis++) {
    vectors = vectors.flatMap((vector) =>
      Array.from({ length: waveNumber + 1 }, (_, component) => [...vector, component]),
    );
  }
  return vectors.filter((vector) => squaredLength(vector) <= waveNumber ** 2);
}

const squaredLength = (vector: readonly number[]) =>
  vector.reduce((sum, component) => sum + component ** 2, 0);

/** F `[batch, cells, modes]` at `position` `[batch, cells, dimension]`. */
function cosineModes(position: tf.Tensor, waveNumber: number): tf.Tensor {
  const dimension = position.shape[2]!;
  const vectors = waveVectors(dimension, waveNumber);
  const frequencies = tf.tensor(Array.from({ length: waveNumber + 1 }, (_, k) => (Math.PI / 2) * k));
  let modes: tf.Tensor = tf.tensor(vectors.map((vector) => 1 / (1 + 0.1 * squaredLength(vector))));
  for (let axis = 0; axis < dimension; axis++) {
    const coordinate = tf.slice(position, [0, 0, axis], [-1, -1, 1]);
    const waves = tf.cos(tf.mul(tf.add(coordinate, 1), frequencies));
    const components = tf.tensor1d(
      vectors.map((vector) => vector[axis]),
      'int32',
    );
    modes = tf.mul(modes, tf.gather(waves, components, 2));
  }
  return modes;
}
