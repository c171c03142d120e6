import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';
import type { HostArray } from '../../runtime/index.js';

/** Shape of one state as operators read it: `[...points, components]`. */
export const stateShape = ({ points, components }: Pick<Trajectories, 'points' | 'components'>): number[] => [
  ...points,
  components,
];

/** `[component][points…]` → `[points…][component]` at `offset` of `into`, or back. */
export function toChannelsLast(
  frame: ArrayLike<number>,
  components: number,
  into: Float32Array,
  offset = 0,
): void {
  const points = frame.length / components;
  for (let c = 0; c < components; c++) {
    for (let i = 0; i < points; i++) into[offset + i * components + c] = frame[c * points + i];
  }
}

export function toChannelsFirst(
  state: ArrayLike<number>,
  components: number,
  into: Float32Array,
  offset = 0,
): void {
  const points = state.length / components;
  for (let c = 0; c < components; c++) {
    for (let i = 0; i < points; i++) into[offset + c * points + i] = state[i * components + c];
  }
}

/** Frame `frame` of the trajectories as one batch `[trajectory, ...points, components]`. */
export function batchOfFrames(data: Trajectories, frame: number): HostArray {
  const size = frameSize(data);
  const values = new Float32Array(data.trajectories * size);
  for (let trajectory = 0; trajectory < data.trajectories; trajectory++) {
    toChannelsLast(frameOf(data, trajectory, frame), data.components, values, trajectory * size);
  }
  return { shape: [data.trajectories, ...stateShape(data)], data: values };
}
