import { InvalidInputError } from '../../common/errors.js';
import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';

export interface AlignedCycleOptions {
  /** Frames of the answer, the initial one included. */
  readonly frames: number;
  /** How fast the recording is played: the ratio of the wanted frequency to its own. */
  readonly rate?: number;
}

/**
 * A recorded cycle played from the moment at which it looks most like a given state: what a forecast of a periodic flow
 * should beat. For each trajectory of `initial`, the moment t of the recording's one trajectory that minimises
 * ‖recording(t) − initial⁰‖ over the components that are no constants; between frames the recording is linear.
 *
 * @throws InvalidInputError for a recording of several trajectories, of another grid, or too short to be played so long
 */
export function alignedCycle(
  recording: Trajectories,
  initial: Trajectories,
  { frames, rate = 1 }: AlignedCycleOptions,
): Trajectories {
  const size = frameSize(recording);
  const last = recording.frames - 1;
  const latest = last - Math.ceil(rate * (frames - 1)) - 1;
  if (recording.trajectories !== 1 || size !== frameSize(initial)) {
    throw new InvalidInputError(
      `alignedCycle: expected a recording of one trajectory with frames of ${frameSize(initial)} numbers, ` +
        `got ${recording.trajectories} of ${size}`,
    );
  }
  if (!(rate > 0) || latest < 1) {
    throw new InvalidInputError(
      `alignedCycle: ${frames} frames at rate ${rate} do not fit into a recording of ${recording.frames}`,
    );
  }
  const evolving = size - ((recording.constants ?? 0) * size) / recording.components;
  const values = new Float32Array(initial.trajectories * frames * size);
  for (let trajectory = 0; trajectory < initial.trajectories; trajectory++) {
    const state = frameOf(initial, trajectory, 0);
    const start = nearestMoment(recording, state, evolving, latest);
    for (let frame = 0; frame < frames; frame++) {
      const moment = start + rate * frame;
      const before = Math.min(Math.floor(moment), last - 1);
      const [a, b] = [frameOf(recording, 0, before), frameOf(recording, 0, before + 1)];
      const offset = (trajectory * frames + frame) * size;
      for (let i = 0; i < size; i++) {
        values[offset + i] = i < evolving ? a[i] + (moment - before) * (b[i] - a[i]) : state[i];
      }
    }
  }
  return { ...initial, frames, values };
}

/** Nearest point of the polygon through the recording's frames 0 … latest, as a number of frames. */
function nearestMoment(recording: Trajectories, state: Float32Array, count: number, latest: number): number {
  let best = { moment: 0, distance: Number.POSITIVE_INFINITY };
  for (let frame = 0; frame < latest; frame++) {
    const [a, b] = [frameOf(recording, 0, frame), frameOf(recording, 0, frame + 1)];
    let [along, length, distance] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      const step = b[i] - a[i];
      const away = state[i] - a[i];
      along += step * away;
      length += step * step;
      distance += away * away;
    }
    const part = length > 0 ? Math.min(Math.max(along / length, 0), 1) : 0;
    distance += part * (part * length - 2 * along);
    if (distance < best.distance) best = { moment: frame + part, distance };
  }
  return best.moment;
}
