import {
  gelu,
  linear as multiplyAndShift,
  layerNorm as normaliseAndScale,
} from '../runtime/compositions/index.js';
import { tf } from '../runtime/tf.js';
import type { ParameterTensors } from './neural-operator.js';

/** y = x Wᵀ + b over the last axis, with `name.weight` `[outputs, inputs]` and, where there is one, `name.bias`. */
export function linear(parameters: ParameterTensors, name: string, x: tf.Tensor): tf.Tensor {
  return multiplyAndShift(x, tf.transpose(parameters[`${name}.weight`]), parameters[`${name}.bias`]);
}

/** γ (x − mean)/√(variance + 1e-5) + β over the last axis. */
export function layerNorm(parameters: ParameterTensors, name: string, x: tf.Tensor): tf.Tensor {
  return normaliseAndScale(x, parameters[`${name}.weight`], parameters[`${name}.bias`]);
}

/** Linear → GELU → Linear. */
export function perceptron(parameters: ParameterTensors, name: string, x: tf.Tensor): tf.Tensor {
  return linear(parameters, `${name}.linear_post`, gelu(linear(parameters, `${name}.linear_pre.0`, x)));
}
