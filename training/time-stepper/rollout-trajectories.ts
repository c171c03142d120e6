import type { Trajectories } from '../../datasets/index.js';
import type { HostArray } from '../../runtime/index.js';
import type { StateStepper } from './open-stepper.js';
import { type RolloutControl, rollout } from './rollout.js';
import { batchOfFrames, toChannelsFirst } from './trajectory-states.js';

export interface RolloutTrajectoriesOptions extends RolloutControl {
  steps?: number;
  /** Other initial states, one for each trajectory, `[trajectory, ...points, components]` */
  initial?: HostArray;
}

/** Roll-outs from the first frame of every trajectory, in the layout of the data and as many frames, or `steps` + 1. */
export async function rolloutTrajectories(
  model: StateStepper,
  data: Trajectories,
  { steps = data.frames - 1, initial = batchOfFrames(data, 0), ...control }: RolloutTrajectoriesOptions = {},
): Promise<Trajectories> {
  const states = await rollout(model, initial, steps, control);
  const size = initial.data.length / data.trajectories;
  const frames = steps + 1;
  const values = new Float32Array(data.trajectories * frames * size);
  states.forEach((state, frame) => {
    for (let trajectory = 0; trajectory < data.trajectories; trajectory++) {
      const one = state.data.subarray(trajectory * size, (trajectory + 1) * size);
      toChannelsFirst(one, data.components, values, (trajectory * frames + frame) * size);
    }
  });
  return { ...data, frames, values };
}
