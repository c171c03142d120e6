import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import { GROUP_NORM_DEFAULTS, gelu, groupNorm } from '../../runtime/compositions/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import type { GridOperator } from '../grid-operator.js';
import { addLayerNorm } from '../layer-parameters.js';
import type { ParameterTensors } from '../neural-operator.js';
import { checkUNetOptions, U_NET_DEFAULTS, type UNetOptions } from './options.js';

/**
 * U-Net (Ronneberger et al. 2015) on a grid of two axes: on each level two convolutions 3 × 3 with zero padding, each
 * followed by group normalisation and GELU; the largest of 2 × 2 points on the way down, a transposed convolution
 * 2 × 2 on the way up, whose answer stands beside the level's own features; a 1 × 1 convolution as head.
 *
 * `forward` maps `[batch, height, width, inputs]` to `[batch, height, width, outputs]`; 2^(levels − 1) has to divide
 * height and width. Filters are `[height, width, inputs, outputs]`, those of transposed convolutions
 * `[height, width, outputs, inputs]`.
 *
 * @throws InvalidInputError for sizes that are not positive integers, or a grid that cannot be halved so often
 */
export function uNet(options: Partial<UNetOptions> = {}): GridOperator<UNetOptions> {
  const complete = { ...U_NET_DEFAULTS, ...options };
  checkUNetOptions(complete);
  return {
    name: 'u-net',
    options: complete,
    initialParameters: (random) => initialParameters(complete, random),
    forward: (parameters, field) => forward(parameters, field, complete),
  };
}

const levelWidth = ({ width }: UNetOptions, level: number): number => width * 2 ** level;

function forward(parameters: ParameterTensors, field: tf.Tensor, options: UNetOptions): tf.Tensor {
  const { inputs, levels } = options;
  const [, height, width, channels] = field.shape;
  if (field.rank !== 4 || channels !== inputs) {
    throw new InvalidInputError(
      `uNet: expected a field [batch, height, width, ${inputs} channels], got [${field.shape}]`,
    );
  }
  const divisor = 2 ** (levels - 1);
  if (height % divisor !== 0 || width % divisor !== 0) {
    throw new InvalidInputError(
      `uNet: ${levels} levels need a grid whose sides ${divisor} divides, got ${height} × ${width}`,
    );
  }
  const features: tf.Tensor4D[] = [];
  let x = field as tf.Tensor4D;
  for (let level = 0; level < levels; level++) {
    x = twoConvolutions(parameters, `down.${level}`, level === 0 ? x : tf.maxPool(x, 2, 2, 'valid'), options);
    features.push(x);
  }
  for (let level = levels - 2; level >= 0; level--) {
    const [batch, rows, columns] = features[level].shape;
    const shape: [number, number, number, number] = [batch, rows, columns, levelWidth(options, level)];
    const filter = parameters[`up.${level}.weight`] as tf.Tensor4D;
    const finer = tf.add(tf.conv2dTranspose(x, filter, shape, 2, 'valid'), parameters[`up.${level}.bias`]);
    x = twoConvolutions(
      parameters,
      `merge.${level}`,
      tf.concat([finer, features[level]], 3) as tf.Tensor4D,
      options,
    );
  }
  return convolution(parameters, 'head', x);
}

function twoConvolutions(
  parameters: ParameterTensors,
  name: string,
  x: tf.Tensor4D,
  options: UNetOptions,
): tf.Tensor4D {
  return [0, 1].reduce((value, index) => {
    const prefix = `${name}.${index}`;
    const answer = convolution(parameters, `${prefix}.convolution`, value);
    return gelu(normalise(parameters, `${prefix}.norm`, answer, options)) as tf.Tensor4D;
  }, x);
}

const convolution = (parameters: ParameterTensors, name: string, x: tf.Tensor4D): tf.Tensor4D =>
  tf.add(
    tf.conv2d(x, parameters[`${name}.weight`] as tf.Tensor4D, 1, 'same'),
    parameters[`${name}.bias`],
  ) as tf.Tensor4D;

function normalise(
  parameters: ParameterTensors,
  name: string,
  x: tf.Tensor,
  { normalisation }: UNetOptions,
): tf.Tensor {
  if (normalisation === 'none') return x;
  const { epsilon } = GROUP_NORM_DEFAULTS;
  return groupNorm(x, parameters[`${name}.weight`], parameters[`${name}.bias`], {
    groups: normalisation.groups,
    epsilon,
  });
}

/** Filters normal with deviation √(2 / inputs of a point) (He et al. 2015), biases 0, γ = 1, β = 0. */
function initialParameters(options: UNetOptions, random: Random): Parameters {
  const { inputs, outputs, levels } = options;
  const parameters: Parameters = {};
  const addConvolution = (name: string, shape: readonly number[], fanIn: number, channels: number): void => {
    const deviation = Math.sqrt(2 / fanIn);
    const length = shape.reduce((product, size) => product * size, 1);
    parameters[`${name}.weight`] = {
      shape,
      values: Float32Array.from({ length }, () => deviation * random.normal()),
    };
    parameters[`${name}.bias`] = { shape: [channels], values: new Float32Array(channels) };
  };
  const addTwo = (name: string, from: number, to: number): void => {
    for (const [index, channels] of [from, to].entries()) {
      addConvolution(`${name}.${index}.convolution`, [3, 3, channels, to], 9 * channels, to);
      if (options.normalisation !== 'none') addLayerNorm(parameters, `${name}.${index}.norm`, to);
    }
  };
  for (let level = 0; level < levels; level++)
    addTwo(
      `down.${level}`,
      level === 0 ? inputs : levelWidth(options, level - 1),
      levelWidth(options, level),
    );
  for (let level = levels - 2; level >= 0; level--) {
    const [fine, coarse] = [levelWidth(options, level), levelWidth(options, level + 1)];
    addConvolution(`up.${level}`, [2, 2, fine, coarse], coarse, fine);
    addTwo(`merge.${level}`, 2 * fine, fine);
  }
  addConvolution('head', [1, 1, options.width, outputs], options.width, outputs);
  return parameters;
}
