import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import { gelu } from '../../runtime/compositions/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import { addGridConvolution, gridConvolution } from '../grid-convolution.js';
import type { GridOperator } from '../grid-operator.js';
import type { ParameterTensors } from '../neural-operator.js';
import { checkResNetOptions, RES_NET_DEFAULTS, type ResNetOptions } from './options.js';

/**
 * Residual network on a grid of one or two axes, without normalisation, so that its Jacobian is that of one sample:
 *
 *     v⁰ = K₀ a,   v ← v + K₂ gelu(K₁ gelu(v)),   u = K₃ gelu(v)
 *
 * with convolutions K of `kernel` points a side (K₃: one point). `forward` maps `[batch, ...grid, inputs]` to
 * `[batch, ...grid, outputs]` on any grid of at least (kernel − 1)/2 points an axis.
 *
 * @throws InvalidInputError for sizes that are not positive integers, an even kernel, or another number of axes
 */
export function resNet(options: Partial<ResNetOptions> = {}): GridOperator<ResNetOptions> {
  const complete = { ...RES_NET_DEFAULTS, ...options };
  checkResNetOptions(complete);
  return {
    name: 'res-net',
    options: complete,
    initialParameters: (random) => initialParameters(complete, random),
    forward: (parameters, field) => forward(parameters, field, complete),
  };
}

function forward(parameters: ParameterTensors, field: tf.Tensor, options: ResNetOptions): tf.Tensor {
  const { dimensions, inputs, blocks, kernel, padding } = options;
  if (field.rank !== dimensions + 2 || field.shape.at(-1) !== inputs) {
    throw new InvalidInputError(
      `resNet: expected a field [batch, ${dimensions} grid axes, ${inputs} channels], got [${field.shape}]`,
    );
  }
  const grid = field.shape.slice(1, -1);
  if (Math.min(...grid) < (kernel - 1) / 2) {
    throw new InvalidInputError(`resNet: the grid ${grid.join(' × ')} is smaller than half the kernel`);
  }
  const convolution = (name: string, x: tf.Tensor) => gridConvolution(parameters, name, x, padding);
  let v = convolution('lift', field);
  for (let block = 0; block < blocks; block++) {
    const inner = convolution(`blocks.${block}.0`, gelu(v));
    v = tf.add(v, convolution(`blocks.${block}.1`, gelu(inner)));
  }
  return convolution('head', gelu(v));
}

/** He et al. (2015); the second convolution of a block starts small, so that depth does not let fields grow. */
function initialParameters(options: ResNetOptions, random: Random): Parameters {
  const { dimensions, inputs, outputs, width, blocks, kernel } = options;
  const parameters: Parameters = {};
  const shape = { dimensions, kernel, inputs: width, outputs: width, random };
  addGridConvolution(parameters, 'lift', { ...shape, inputs });
  for (let block = 0; block < blocks; block++) {
    addGridConvolution(parameters, `blocks.${block}.0`, shape);
    addGridConvolution(parameters, `blocks.${block}.1`, { ...shape, gain: 1 / Math.sqrt(blocks) });
  }
  addGridConvolution(parameters, 'head', { ...shape, kernel: 1, outputs });
  return parameters;
}
