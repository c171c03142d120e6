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
  'global 3e-1': global(3e-1),
  'jaws 3e-1': jaws(3e-1),
  'noise 1e-1': { noise: 1e-1 },
  'unrolled-2': { steps: 2 },
  'unrolled-4': { steps: 4 },
  'global 3e-1, unrolled-2': { ...global(3e-1), steps: 2 },
  'jaws 3e-1, unrolled-2': { ...jaws(3e-1), steps: 2 },
  'noise 1e-1, unrolled-2': { noise: 1e-1, steps: 2 },
  'noise 3e-2': { noise: 3e-2 },
  'global 3e-2': global(3e-2),
  'jaws 3e-2': jaws(3e-2),
};

/** An operator whose answer is scaled by the fluid fraction, channel `mask` of what it is given: nothing moves in the solid. */
export const inFluid = (operator: GridOperator, mask: number): GridOperator => ({
  name: `${operator.name}-in-fluid`,
  options: operator.options,
  initialParameters: operator.initialParameters,
  forward: (parameters, field) => {
    const first = [...Array(field.rank - 1).fill(0), mask];
    const fraction = tf.slice(field, first, [...field.shape.slice(0, -1), 1]);
    return tf.mul(operator.forward(parameters, field), fraction);
  },
});
