import { InvalidInputError } from '../../common/errors.js';
import type { HostArray } from '../../runtime/index.js';
import type { StateStepper } from './open-stepper.js';

export interface RolloutControl {
  /** Called with every state as it is reached, the initial one as step 0; may draw it. */
  onState?(state: HostArray, step: number): void | Promise<void>;
  signal?: AbortSignal;
}

/**
 * û^0 = u^0, û^{k+1} = F(û^k): the states `[batch, ...grid, components]` of steps 0 … `steps`. A model that blows up is
 * followed to its infinities. Runs in Node and in the browser.
 *
 * @throws InvalidInputError for a number of steps that is none; the signal's reason
 */
export async function rollout(
  model: StateStepper,
  initial: HostArray,
  steps: number,
  { onState, signal }: RolloutControl = {},
): Promise<HostArray[]> {
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new InvalidInputError(`rollout: steps must be an integer of at least 0, got ${steps}`);
  }
  const states = [initial];
  await onState?.(initial, 0);
  for (let step = 1; step <= steps; step++) {
    signal?.throwIfAborted();
    const state = await model.step(states[step - 1]);
    states.push(state);
    await onState?.(state, step);
  }
  return states;
}
