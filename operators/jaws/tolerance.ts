import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import { gelu } from '../../runtime/compositions/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import { addGridConvolution, gridConvolution } from '../grid-convolution.js';
import { centralDifferences } from '../grid-padding.js';
import type { ParameterTensors } from '../neural-operator.js';
import { stopGradient } from '../stop-gradient.js';
import { perChannel } from '../time-stepper/per-channel.js';
import type { StateScales } from '../time-stepper/time-stepper.js';
import type { JacobianPenaltyOptions } from './options.js';

/** The grid of the states and their scales: what a tolerance is made for. */
export interface ToleranceContext {
  readonly grid: readonly number[];
  readonly scales: StateScales;
}

/** Last layer of the head: nearly flat at the start, so that training begins as with a global penalty. */
const FLAT = 0.05;
/** Gradients of a tenth of the typical one and less are alike. */
const FLOOR = 0.1;

/**
 * s, bounded by s = m + h tanh((a − m)/h) with middle m and half-width h of the bounds: `[batch, ...grid, 1]`. What `a` is
 * computed from is held constant, so that s shapes no state.
 *
 * @param name prefix of the parameters that {@link addTolerance} makes
 */
export function tolerance(
  parameters: ParameterTensors,
  name: string,
  state: tf.Tensor,
  options: JacobianPenaltyOptions,
  scales: StateScales,
): tf.Tensor {
  const [least, most] = options.bounds;
  const [middle, half] = [(least + most) / 2, (most - least) / 2];
  const free = unbounded(parameters, name, stopGradient(state), options, scales);
  return tf.add(tf.mul(tf.tanh(tf.div(tf.sub(free, middle), half)), half), middle);
}

function unbounded(
  parameters: ParameterTensors,
  name: string,
  state: tf.Tensor,
  options: JacobianPenaltyOptions,
  scales: StateScales,
): tf.Tensor {
  const { padding } = options;
  if (options.tolerance === 'map') return parameters[`${name}.map`];
  const axes = state.rank - 2;
  const typical = perChannel(Array(axes).fill(scales.difference).flat());
  const slopes = tf.div(centralDifferences(state, padding), typical);
  if (options.tolerance === 'analytic') {
    const steepness = tf.sqrt(tf.add(tf.sum(tf.square(slopes), -1, true), 1e-12));
    return tf.add(
      parameters[`${name}.offset`],
      tf.mul(parameters[`${name}.slope`], tf.log(tf.add(steepness, FLOOR))),
    );
  }
  const features = tf.concat([tf.div(state, perChannel(scales.state)), slopes], -1);
  const first = gelu(gridConvolution(parameters, `${name}.0`, features, padding));
  const second = gelu(gridConvolution(parameters, `${name}.1`, first, padding));
  return gridConvolution(parameters, `${name}.2`, second, padding);
}

/** Adds the parameters of a tolerance; before training s = `initialTolerance`, or nearly so with a head. */
export function addTolerance(
  parameters: Parameters,
  name: string,
  options: JacobianPenaltyOptions,
  { grid, scales }: ToleranceContext,
  random: Random,
): void {
  const [least, most] = options.bounds;
  const [middle, half] = [(least + most) / 2, (most - least) / 2];
  const start = middle + half * Math.atanh((options.initialTolerance - middle) / half);
  const channels = scales.state.length;
  switch (options.tolerance) {
    case 'uniform':
      return;
    case 'map': {
      const points = grid.reduce((product, size) => product * size, 1);
      parameters[`${name}.map`] = {
        shape: [1, ...grid, 1],
        values: new Float32Array(points).fill(start),
      };
      return;
    }
    case 'analytic':
      parameters[`${name}.offset`] = { shape: [1], values: Float32Array.of(start) };
      parameters[`${name}.slope`] = { shape: [1], values: new Float32Array(1) };
      return;
    case 'head': {
      const { headWidth: width, headKernel: kernel } = options;
      const shape = { dimensions: grid.length, kernel, inputs: width, outputs: width, random };
      addGridConvolution(parameters, `${name}.0`, { ...shape, inputs: channels * (1 + grid.length) });
      addGridConvolution(parameters, `${name}.1`, shape);
      addGridConvolution(parameters, `${name}.2`, {
        ...shape,
        kernel: 1,
        outputs: 1,
        gain: FLAT,
        bias: start,
      });
      return;
    }
    default:
      throw new InvalidInputError(
        `jacobianPenalty: tolerance must be uniform, head, map or analytic, got ${options.tolerance}`,
      );
  }
}
