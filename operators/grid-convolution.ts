import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import type { Parameters } from '../runtime/parameters.js';
import { tf } from '../runtime/tf.js';
import { type GridPadding, padGrid } from './grid-padding.js';
import type { ParameterTensors } from './neural-operator.js';

/**
 * Convolution of `[batch, ...grid, inputs]` on one or two axes with an odd kernel, on the same grid: `name.weight`
 * `[...kernel, inputs, outputs]` and `name.bias` `[outputs]`, as {@link addGridConvolution} makes them.
 */
export function gridConvolution(
  parameters: ParameterTensors,
  name: string,
  x: tf.Tensor,
  padding: GridPadding,
): tf.Tensor {
  const weight = parameters[`${name}.weight`];
  const kernel = weight.shape[0];
  const padded = padGrid(x, (kernel - 1) / 2, padding);
  const answer = weight.rank === 3 ? alongOneAxis(padded, weight) : convolve(padded, weight);
  return tf.add(answer, parameters[`${name}.bias`]);
}

const convolve = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, 'valid');

/** As an image one row high. */
function alongOneAxis(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.squeeze(convolve(tf.expandDims(x, 1), tf.expandDims(weight, 0)), [1]);
}

export interface GridConvolutionShape {
  readonly dimensions: number;
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly random: Random;
  /** Factor of the initial deviation √(2 / inputs of a point) (He et al. 2015). */
  readonly gain?: number;
  /** Initial bias. */
  readonly bias?: number;
}

/** @throws InvalidInputError for an even kernel or a number of axes other than 1 and 2 */
export function addGridConvolution(parameters: Parameters, name: string, shape: GridConvolutionShape): void {
  const { dimensions, kernel, inputs, outputs, random, gain = 1, bias = 0 } = shape;
  if (dimensions !== 1 && dimensions !== 2) {
    throw new InvalidInputError(`gridConvolution: grids have 1 or 2 axes, got ${dimensions}`);
  }
  if (!Number.isInteger(kernel) || kernel < 1 || kernel % 2 === 0) {
    throw new InvalidInputError(`gridConvolution: the kernel must be a positive odd number, got ${kernel}`);
  }
  const points = kernel ** dimensions;
  const deviation = gain * Math.sqrt(2 / (points * inputs));
  parameters[`${name}.weight`] = {
    shape: [...Array(dimensions).fill(kernel), inputs, outputs],
    values: Float32Array.from({ length: points * inputs * outputs }, () => deviation * random.normal()),
  };
  parameters[`${name}.bias`] = { shape: [outputs], values: new Float32Array(outputs).fill(bias) };
}
