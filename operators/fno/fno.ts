import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import { gelu } from '../../runtime/compositions/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import type { GridOperator } from '../grid-operator.js';
import { addLinear } from '../layer-parameters.js';
import { linear } from '../layers.js';
import type { ParameterTensors } from '../neural-operator.js';
import { checkFnoOptions, FNO_DEFAULTS, type FnoOptions, modeCount } from './options.js';
import { spectralConvolution } from './spectral-convolution.js';

/**
 * Fourier neural operator (Li et al. 2021) on a periodic grid of 1, 2 or 3 axes:
 *
 *     v⁰ = P a,   v ← gelu(F⁻¹(R · F v) + W v + b)   (or v ← v + gelu(…)),   u = Q₂ gelu(Q₁ v)
 *
 * with W v of the point, or of the point and its neighbours: then what lies above the kept wavenumbers can be smoothed too.
 * `forward` maps `[batch, ...grid, inputs]` to `[batch, ...grid, outputs]` on any grid of at least 2 · modes points an
 * axis; parameters know nothing of the grid.
 *
 * @throws InvalidInputError for sizes that are not positive integers, or a grid with too few points or other axes
 */
export function fno(options: Partial<FnoOptions> = {}): GridOperator<FnoOptions> {
  const complete = { ...FNO_DEFAULTS, ...options };
  checkFnoOptions(complete);
  return {
    name: 'fno',
    options: complete,
    initialParameters: (random) => initialParameters(complete, random),
    forward: (parameters, field) => forward(parameters, field, complete),
  };
}

function forward(parameters: ParameterTensors, field: tf.Tensor, options: FnoOptions): tf.Tensor {
  const { dimensions, layers, modes, skip, activation, local } = options;
  if (field.rank !== dimensions + 2 || field.shape.at(-1) !== options.inputs) {
    throw new InvalidInputError(
      `fno: expected a field [batch, ${dimensions} grid axes, ${options.inputs} channels], got [${field.shape}]`,
    );
  }
  const grid = field.shape.slice(1, -1);
  if (Math.min(...grid) < 2 * modes) {
    throw new InvalidInputError(
      `fno: ${modes} modes need at least ${2 * modes} points an axis, got a grid of ${grid.join(' × ')}; use fewer modes`,
    );
  }
  // grid first: see spectralConvolution
  const gridFirst = [...grid.map((_, axis) => axis + 1), 0, dimensions + 1];
  let v = linear(parameters, 'lift', tf.transpose(field, gridFirst));
  for (let layer = 0; layer < layers; layer++) {
    const spectral = spectralConvolution(v, parameters[`layers.${layer}.spectral.weight`], modes);
    const around = local === 'point' ? v : withNeighbours(v, dimensions);
    const sum = tf.add(spectral, linear(parameters, `layers.${layer}.pointwise`, around));
    const update = layer < layers - 1 || activation === 'every-layer' ? gelu(sum) : sum;
    v = skip === 'added' ? tf.add(v, update) : update;
  }
  const answer = linear(parameters, 'head.1', gelu(linear(parameters, 'head.0', v)));
  return tf.transpose(answer, [dimensions, ...grid.map((_, axis) => axis), dimensions + 1]);
}

/** `[...grid, batch, channels]` → the point's channels, then those one point before and after it along every axis. */
function withNeighbours(v: tf.Tensor, dimensions: number): tf.Tensor {
  const parts = [v];
  for (let axis = 0; axis < dimensions; axis++) {
    const points = v.shape[axis];
    const part = (start: number, size: number) =>
      tf.slice(
        v,
        v.shape.map((_, at) => (at === axis ? start : 0)),
        v.shape.map((length, at) => (at === axis ? size : length)),
      );
    parts.push(tf.concat([part(points - 1, 1), part(0, points - 1)], axis));
    parts.push(tf.concat([part(1, points - 1), part(0, 1)], axis));
  }
  return tf.concat(parts, -1);
}

/** Linear: normal with deviation 1/√inputs, bias 0. R: complex normal of variance 1/width, so that fields keep their size. */
function initialParameters(options: FnoOptions, random: Random): Parameters {
  const { dimensions, inputs, outputs, width, layers, headWidth, local } = options;
  const around = local === 'point' ? 1 : 1 + 2 * dimensions;
  const parameters: Parameters = {};
  const initial = { random, rule: 'fan-in' } as const;
  addLinear(parameters, 'lift', inputs, width, initial);
  const wavenumbers = modeCount(options);
  for (let layer = 0; layer < layers; layer++) {
    const length = 2 * wavenumbers * width * width;
    parameters[`layers.${layer}.spectral.weight`] = {
      shape: [2, wavenumbers, width, width],
      values: Float32Array.from({ length }, () => random.normal() / Math.sqrt(2 * width)),
    };
    addLinear(parameters, `layers.${layer}.pointwise`, around * width, width, initial);
  }
  addLinear(parameters, 'head.0', width, headWidth, initial);
  addLinear(parameters, 'head.1', headWidth, outputs, initial);
  return parameters;
}
