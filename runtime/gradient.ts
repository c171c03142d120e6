import { InvalidInputError } from '../common/errors.js';
import { CompileError } from './errors.js';
import type { NamedTensors } from './specs.js';
import { tf } from './tf.js';

/** `value`, and `gradient.NAME` for each of the names. */
export type ValueAndGradient<Name extends string> = { value: tf.Tensor } & {
  [Key in `gradient.${Name}`]: tf.Tensor;
};

/**
 * f ↦ (f, ∂f/∂x, …): a function with a scalar value becomes one that returns the value and its gradient with respect to
 * the named inputs, to be compiled, exported or called like any other:
 *
 *     const compiled = await compile(gradient(energy, ['position']), specs);
 *     const { value, 'gradient.position': force } = await compiled.run({ position });
 *
 * An input that the value does not depend on has a gradient of zeros.
 *
 * @param names float32 inputs; those of the second argument (`parameters`) cannot be named
 * @throws CompileError when the value is no scalar; InvalidInputError for a name without a float32 input
 */
export function gradient<Name extends string, Inputs extends Record<Name, tf.Tensor>, Weights = NamedTensors>(
  fn: (inputs: Inputs, parameters: Weights) => tf.Tensor,
  names: readonly Name[],
): (inputs: Inputs, parameters: Weights) => ValueAndGradient<Name> {
  return (inputs, parameters) => {
    const variables = names.map((name) => {
      const input: tf.Tensor | undefined = inputs[name];
      if (input?.dtype === 'float32') return input;
      throw new InvalidInputError(
        `gradient: ${name} should be a float32 input, got ${input?.dtype ?? `none; inputs are ${Object.keys(inputs).join(', ')}`}`,
      );
    });
    const scalar = (): tf.Scalar => {
      const value = fn(inputs, parameters);
      if (value.rank === 0) return value as tf.Scalar;
      throw new CompileError(
        `gradient: the function's value should be a scalar, got shape [${value.shape}]; take its sum or mean`,
      );
    };
    // the engine's own entry, since tf.valueAndGrads refuses an input that the value does not depend on
    const { value, grads } = tf.engine().gradients(scalar, variables, undefined, true);
    return {
      value,
      ...Object.fromEntries(
        names.map((name, index) => [`gradient.${name}`, grads[index] ?? tf.zerosLike(variables[index])]),
      ),
    } as ValueAndGradient<Name>;
  };
}
