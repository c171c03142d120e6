import type { GridOperator, StepperMethodOptions } from 'fieldsmith/operators';
import { tf } from 'fieldsmith/runtime';

/** Beyond the window the flow goes on, so the tolerance's head sees its last values there, not the other side. */
const jaws = (weight: number) => ({ jacobian: { weight, padding: 'replicate' as const } });
const global = (weight: number) => ({ jacobian: { weight, tolerance: 'uniform' as const } });

/**
 * λ of JAWS is λ of the global penalty times q, which is 1 a component for a step that changes little. The lattice Boltzmann
 * solver has no derivative here, so there is no solver's Jacobian to match.
 */
export const WAKE_CASES: Readonly<Record<string, StepperMethodOptions>> = {
  'one-step': {},
  'global 1e-1': global(1e-1),
  'jaws 1e-1': jaws(1e-1),
  'noise 3e-2': { noise: 3e-2 },
  'unrolled-2': { steps: 2 },
  'unrolled-4': { steps: 4 },
  'global 1e-1, unrolled-2': { ...global(1e-1), steps: 2 },
  'jaws 1e-1, unrolled-2': { ...jaws(1e-1), steps: 2 },
  'noise 3e-2, unrolled-2': { noise: 3e-2, steps: 2 },
  'noise 1e-1': { noise: 1e-1 },
  'global 3e-2': global(3e-2),
  'jaws 3e-2': jaws(3e-2),
};

/** Channels of the states by which answers can be scaled. */
export const WAKE_SCALINGS = { fluid: 2, activity: 4 } as const;
export type WakeScaling = keyof typeof WAKE_SCALINGS;

/**
 * An operator whose answer is multiplied by a channel of what it is given: by the fluid fraction, nothing moves in the solid; by
 * the activity, little where the flow itself does nothing either.
 */
export const scaledBy = (operator: GridOperator, channel: number): GridOperator => ({
  name: `${operator.name}-scaled`,
  options: operator.options,
  initialParameters: operator.initialParameters,
  forward: (parameters, field) => {
    const first = [...Array(field.rank - 1).fill(0), channel];
    const factor = tf.slice(field, first, [...field.shape.slice(0, -1), 1]);
    return tf.mul(operator.forward(parameters, field), factor);
  },
});
