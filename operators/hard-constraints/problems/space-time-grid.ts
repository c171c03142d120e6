/** Coordinates `[point][time, space…]` of a grid of frames in time and points along each axis of space, time slowest. */
export function spaceTimeCoordinates(
  times: ArrayLike<number>,
  axes: readonly ArrayLike<number>[],
): Float64Array {
  const all = [times, ...axes];
  const points = all.reduce((product, axis) => product * axis.length, 1);
  const out = new Float64Array(points * all.length);
  for (let point = 0; point < points; point++) {
    let rest = point;
    for (let axis = all.length - 1; axis >= 0; axis--) {
      const { length } = all[axis];
      out[point * all.length + axis] = all[axis][rest % length];
      rest = Math.floor(rest / length);
    }
  }
  return out;
}

/** A field that is the same at every frame. */
export function repeatedInTime(state: ArrayLike<number>, frames: number): Float64Array {
  const out = new Float64Array(frames * state.length);
  for (let at = 0; at < out.length; at++) out[at] = state[at % state.length];
  return out;
}

/** One factor a point that depends on the frame alone. */
export function framewise(frames: number, size: number, factor: (frame: number) => number): Float64Array {
  const out = new Float64Array(frames * size);
  for (let frame = 0; frame < frames; frame++) out.fill(factor(frame), frame * size, (frame + 1) * size);
  return out;
}

/** Points of frames from `first` on, for which `wanted` holds. */
export function pointsOfFrames(
  frames: number,
  size: number,
  first = 0,
  wanted: (place: number) => boolean = () => true,
): Int32Array {
  const found: number[] = [];
  for (let frame = first; frame < frames; frame++) {
    for (let place = 0; place < size; place++) if (wanted(place)) found.push(frame * size + place);
  }
  return Int32Array.from(found);
}
