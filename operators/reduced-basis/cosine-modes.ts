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
  const vectors = waveVectors(dimension, waveNumber);
  addModeGains(parameters, { width, rank }, initial);
  addLinear(parameters, 'modes.waves', vectors.length, rank, initial);
  const waves = parameters['modes.waves.weight'].values;
  const byLength = vectors
    .map((_, mode) => mode)
    .sort((a, b) => squaredLength(vectors[a]) - squaredLength(vectors[b]));
  byLength.slice(0, rank).forEach((mode, field) => {
    waves.fill(0, field * vectors.length, (field + 1) * vectors.length);
    waves[field * vectors.length + mode] = 1;
  });
}

/** h G, near 1 at the start */
export function addModeGains(
  parameters: Parameters,
  { width, rank }: { width: number; rank: number },
  initial: LinearInitialisation,
): void {
  addLinear(parameters, 'modes.gain', width, rank, initial);
  const gain = parameters['modes.gain.weight'].values;
  for (let at = 0; at < gain.length; at++) gain[at] *= START_OF_NETWORK;
  parameters['modes.gain.bias'].values.fill(1);
}

/** What the network adds to modes that every expert has for itself, and what it multiplies them with: 2n columns. */
export const modeSumsAndGains = (parameters: ParameterTensors, direct: tf.Tensor, hidden: tf.Tensor) =>
  tf.concat([direct, linear(parameters, 'modes.gain', hidden)], 2);

/**
 * Deviation of what the network adds and multiplies at the start, as a part of its usual one: the span starts near that of
 * the r longest modes, which smoothed is a better basis than the random mixtures a fresh network writes (rank 128, 1,000
 * cells: 2.2 % instead of 2.6 %, at rank 64 with a correction 0.03 % instead of 0.05 %).
 */
export const START_OF_NETWORK = 0.1;

/** Wave vectors k ≥ 0 with |k| ≤ n, in lexicographic order. */
export function waveVectors(dimension: number, waveNumber: number): number[][] {
  let vectors: number[][] = [[]];
  for (let axis = 0; axis < dimension; axis++) {
    vectors = vectors.flatMap((vector) =>
      Array.from({ length: waveNumber + 1 }, (_, component) => [...vector, component]),
    );
  }
  return vectors.filter((vector) => squaredLength(vector) <= waveNumber ** 2);
}

export const squaredLength = (vector: readonly number[]) =>
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
