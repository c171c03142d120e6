import type { Random } from '../common/random.js';
import type { Parameters } from '../runtime/parameters.js';
import type { tf } from '../runtime/tf.js';
import type { ParameterTensors } from './neural-operator.js';

/** A neural operator on regular grids: plain TensorFlow.js functions, so that it can run eagerly or be traced. */
export interface GridOperator<Options = unknown> {
  readonly name: string;
  readonly options: Options;
  /** Fresh parameters; equal random streams give equal bytes. */
  initialParameters(random: Random): Parameters;
  /** `[batch, ...grid, inputs]` → `[batch, ...grid, outputs]` */
  forward(parameters: ParameterTensors, field: tf.Tensor): tf.Tensor;
}
