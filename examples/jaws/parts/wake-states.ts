import { type CylinderWake, frameOf, type Trajectories } from 'fieldsmith/datasets';
import type { FlowGrid } from 'fieldsmith/training';

/** Wakes as a stepper sees them; see {@link wakeStates}. */
export interface WakeStates extends Trajectories {
  readonly constants: 3;
  /** How much the flow changes at each point, `[y][x]`: 1 in the mean square, 0 in the solid */
  readonly activity: Float32Array;
  /** Fluid fraction of the cells, `[y][x]`, and their sides along [y, x] */
  readonly grid: FlowGrid & { readonly mask: Float32Array };
}

/** Reynolds number whose viscosity is 1 for the network. */
const UNIT_REYNOLDS = 100;

const COMPONENTS = 5;

/**
 * Wakes on a coarser grid, `coarsening` × `coarsening` cells to one, in five components: the velocity less the inflow
 * (u − 1, v), so that what enters and lies far from the wake is 0 like the padding of convolutions, and as constants the
 * fluid fraction, 100/Re, in which the equations are linear, and the activity, by which a stepper's answers can be scaled.
 *
 * @param activity that of other wakes, of those trained on; by default these wakes' own
 */
export function wakeStates(wake: CylinderWake, coarsening: number, activity?: Float32Array): WakeStates {
  const points = wake.points.map((count) => count / coarsening);
  if (!points.every(Number.isInteger)) {
    throw new RangeError(`wakeStates: a grid of ${wake.points.join(' × ')} is no multiple of ${coarsening}`);
  }
  const cells = points[0] * points[1];
  const mask = coarser(wake.mask, wake.points[1], coarsening);
  const values = new Float32Array(wake.trajectories * wake.frames * COMPONENTS * cells);
  for (let trajectory = 0; trajectory < wake.trajectories; trajectory++) {
    for (let frame = 0; frame < wake.frames; frame++) {
      const fine = frameOf(wake, trajectory, frame);
      const offset = (trajectory * wake.frames + frame) * COMPONENTS * cells;
      const half = fine.length / 2;
      const u = coarser(fine.subarray(0, half), wake.points[1], coarsening);
      values.set(
        u.map((value) => value - 1),
        offset,
      );
      values.set(coarser(fine.subarray(half), wake.points[1], coarsening), offset + cells);
      values.set(mask, offset + 2 * cells);
      values.fill(UNIT_REYNOLDS / wake.reynolds[trajectory], offset + 3 * cells, offset + 4 * cells);
    }
  }
  const scale = activity ?? activityOf(values, wake.frames, cells);
  for (let offset = 4 * cells; offset < values.length; offset += COMPONENTS * cells)
    values.set(scale, offset);
  const { trajectories, frames, length, interval, viscosity } = wake;
  const spacing = length.map((side, axis) => side / points[axis]);
  return {
    values,
    trajectories,
    frames,
    components: COMPONENTS,
    constants: 3,
    activity: scale,
    points,
    length,
    interval,
    viscosity,
    grid: { points, spacing, mask },
  };
}

/** Root mean square change of the velocity from frame to frame at each point, over that of all points. */
function activityOf(values: Float32Array, frames: number, cells: number): Float32Array {
  const squares = new Float64Array(cells);
  const size = COMPONENTS * cells;
  for (let frame = 1; frame < values.length / size; frame++) {
    if (frame % frames === 0) continue;
    for (let i = 0; i < 2 * cells; i++) {
      squares[i % cells] += (values[frame * size + i] - values[(frame - 1) * size + i]) ** 2;
    }
  }
  const mean = squares.reduce((sum, square) => sum + square, 0) / cells;
  return Float32Array.from(squares, (square) => Math.sqrt(square / mean));
}

/** Means over blocks of cells. */
function coarser(field: Float32Array, columns: number, block: number): Float32Array {
  const across = columns / block;
  const out = new Float32Array(field.length / (block * block));
  field.forEach((value, cell) => {
    const [y, x] = [Math.floor(cell / columns), cell % columns];
    out[Math.floor(y / block) * across + Math.floor(x / block)] += value / (block * block);
  });
  return out;
}

/** Stretches of one trajectory as trajectories of their own. */
export function stretches(data: WakeStates, starts: readonly number[], frames: number): WakeStates {
  const size = data.values.length / (data.trajectories * data.frames);
  const values = new Float32Array(starts.length * frames * size);
  starts.forEach((start, k) => {
    values.set(data.values.subarray(start * size, (start + frames) * size), k * frames * size);
  });
  return {
    ...data,
    values,
    trajectories: starts.length,
    frames,
    viscosity: new Float64Array(starts.length).fill(data.viscosity[0]),
  };
}

/** The velocity (u, v) of a frame, inflow included. */
export function velocityOf(data: Trajectories, trajectory: number, frame: number): Float32Array {
  const state = frameOf(data, trajectory, frame);
  const cells = state.length / data.components;
  return Float32Array.from(state.subarray(0, 2 * cells), (value, i) => (i < cells ? value + 1 : value));
}
