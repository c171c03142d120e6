import { InvalidInputError } from '../../common/errors.js';
import { nextFastLength } from '../fourier-transform.js';
import type { SemilinearProblem } from './etdrk4.js';
import { type BurgersState, countTrajectories, type PeriodicShape } from './periodic-state.js';
import { keptWaves } from './periodic-transform.js';
import { type SpectralEngine, spectralEngine } from './spectral-engine.js';
import {
  checkStepping,
  courantSteps,
  fixedSteps,
  refuseUnstableStep,
  type Stepping,
  stepsWithin,
} from './sub-steps.js';

export interface RolloutOptions {
  /** Frames written, the initial state included */
  frames: number;
  /** Time from frame to frame */
  interval: number;
}

/** A pseudo-spectral solver of an equation on a periodic grid, for any number of trajectories at once. */
export interface PeriodicSolver {
  /** Numbers in one trajectory's state */
  readonly stateSize: number;
  /** The states `interval` later. */
  step(state: BurgersState, interval: number): Float64Array;
  /** `[trajectory][frame][component][points…]`, frame 0 the initial state */
  rollout(initial: BurgersState, options: RolloutOptions): Float64Array;
  /** J v, the derivative of {@link step} at `state` along `direction`: exact for the scheme, at its number of steps. */
  jvp(state: BurgersState, direction: BurgersState, interval: number): Float64Array;
  /** Jᵀ w in the Euclidean inner product of the grid values. */
  vjp(state: BurgersState, cotangent: BurgersState, interval: number): Float64Array;
}

/** The equation that a {@link periodicSolver} steps. */
export interface PeriodicEquation {
  /** Of the public function, for errors */
  readonly name: string;
  readonly shape: PeriodicShape;
  readonly length: readonly number[];
  readonly viscosity: number;
  readonly stepping: Stepping;
  /** The dealiased problem of so many trajectories, component-major columns */
  problem(trajectories: number): SemilinearProblem;
  /** max |u| of a trajectory, by which it is carried */
  speed(state: BurgersState, trajectory: number): number;
  /** Refuses states that are given and no step should begin with */
  checkState?(name: string, state: BurgersState, trajectory: number): void;
  /** Refuses a trajectory by the share of its squares in the upper kept wave numbers, before and after a step */
  checkTail?(name: string, state: BurgersState, trajectory: number, tailShare: number): void;
}

/** Trajectories advanced together: enough to amortise loops, few enough that the stages stay in the cache. */
const GRID_VALUES_TOGETHER = 8192;

/** Where error control begins */
const FIRST_COURANT = 1;

/** Steps of a {@link SemilinearProblem} by ETDRK4, in groups of trajectories that take equally many; see `spectralEngine`. */
export function periodicSolver(equation: PeriodicEquation): PeriodicSolver {
  const { name: solverName, shape, length, viscosity, stepping, checkState, checkTail } = equation;
  const { points } = shape;
  const spacing = Math.min(...points.map((count, axis) => length[axis] / count));
  const cutoff = points.reduce(
    (sum, count, axis) => sum + (2 * Math.PI * (keptWaves(count) - 1)) / length[axis],
    0,
  );
  const engines = new Map<number, SpectralEngine>();
  const engineFor = (trajectories: number) => {
    let engine = engines.get(trajectories);
    if (!engine) {
      engine = spectralEngine(shape, length, viscosity, equation.problem(trajectories));
      engines.set(trajectories, engine);
    }
    return engine;
  };
  const together = Math.max(1, Math.floor((GRID_VALUES_TOGETHER * shape.components) / shape.size));
  const limitsOf = (speed: number) => ({ speed, viscosity, cutoff, spacing, dimension: points.length });

  const check = (name: string, state: BurgersState, interval: number) => {
    if (!(interval > 0) || !Number.isFinite(interval)) {
      throw new InvalidInputError(`${name}: the interval must be positive and finite, got ${interval}`);
    }
    return countTrajectories(name, state, shape);
  };
  /** Steps of every trajectory over the interval. */
  const countSteps = (name: string, state: BurgersState, interval: number, count: number): number[] => {
    const steps = Array.from({ length: count }, (_, trajectory) => {
      const limits = limitsOf(equation.speed(state, trajectory));
      const steps =
        'maximumStep' in stepping
          ? fixedSteps(interval, stepping.maximumStep)
          : courantSteps(interval, 'courant' in stepping ? stepping.courant : FIRST_COURANT, limits);
      refuseUnstableStep(name, interval / steps, trajectory, limits);
      return steps;
    });
    return 'tolerance' in stepping
      ? stepsWithin(name, stepping.tolerance, steps, shape, (counts, out) =>
          inGroups(counts, (engine, chosen, steps) => {
            engine.load(state, chosen);
            engine.advance(interval, steps);
            engine.store(out, chosen);
          }),
        )
      : steps;
  };
  /** Runs `work` for every trajectory with a positive count, in groups that share it. */
  const inGroups = (
    counts: readonly number[],
    work: (engine: SpectralEngine, chosen: readonly number[], steps: number) => void,
  ) => {
    const groups = new Map<number, number[]>();
    for (const [trajectory, steps] of counts.entries()) {
      const group = groups.get(steps);
      if (group) group.push(trajectory);
      else groups.set(steps, [trajectory]);
    }
    for (const [steps, members] of groups) {
      if (steps === 0) continue;
      for (let start = 0; start < members.length; start += together) {
        const chosen = members.slice(start, start + together);
        work(engineFor(chosen.length), chosen, steps);
      }
    }
  };
  const checkResolution = (
    name: string,
    engine: SpectralEngine,
    state: BurgersState,
    chosen: readonly number[],
  ) => {
    if (!checkTail) return;
    const tails = engine.tailShares();
    for (let i = 0; i < chosen.length; i++) checkTail(name, state, chosen[i], tails[i]);
  };

  const step = (
    state: BurgersState,
    interval: number,
    name = `${solverName}.step`,
    given: 'given' | 'computed' = 'given',
  ): Float64Array => {
    const count = check(name, state, interval);
    const out = new Float64Array(state.length);
    if (given === 'given') {
      for (let trajectory = 0; trajectory < count; trajectory++) checkState?.(name, state, trajectory);
    }
    inGroups(countSteps(name, state, interval, count), (engine, chosen, steps) => {
      engine.load(state, chosen);
      checkResolution(name, engine, state, chosen);
      engine.advance(interval, steps);
      checkResolution(name, engine, state, chosen);
      engine.store(out, chosen);
    });
    return out;
  };

  const linearised = (
    name: string,
    kind: 'advanceTangent' | 'pullBack',
    state: BurgersState,
    vector: BurgersState,
    interval: number,
  ): Float64Array => {
    const count = check(name, state, interval);
    if (countTrajectories(`${name}, vector`, vector, shape) !== count) {
      throw new InvalidInputError(
        `${name}: state and vector must have the same shape, got ${state.length} and ${vector.length} numbers`,
      );
    }
    const out = new Float64Array(state.length);
    inGroups(countSteps(name, state, interval, count), (engine, chosen, steps) => {
      engine.load(state, chosen);
      engine[kind](vector, chosen, interval, steps, out);
    });
    return out;
  };

  return {
    stateSize: shape.size,
    step: (state, interval) => step(state, interval),
    rollout(initial, { frames, interval }) {
      if (!Number.isInteger(frames) || frames < 1) {
        throw new InvalidInputError(
          `${solverName}.rollout: frames must be a positive integer, got ${frames}`,
        );
      }
      const count = countTrajectories(`${solverName}.rollout`, initial, shape);
      const out = new Float64Array(count * frames * shape.size);
      let state: Float64Array = Float64Array.from(initial);
      for (let frame = 0; frame < frames; frame++) {
        if (frame > 0) {
          const name = `${solverName}.rollout, frame ${frame}`;
          state = step(state, interval, name, frame === 1 ? 'given' : 'computed');
        }
        for (let trajectory = 0; trajectory < count; trajectory++) {
          out.set(
            state.subarray(trajectory * shape.size, (trajectory + 1) * shape.size),
            (trajectory * frames + frame) * shape.size,
          );
        }
      }
      return out;
    },
    jvp(state, direction, interval) {
      return linearised(`${solverName}.jvp`, 'advanceTangent', state, direction, interval);
    },
    vjp(state, cotangent, interval) {
      return linearised(`${solverName}.vjp`, 'pullBack', state, cotangent, interval);
    },
  };
}

export interface PeriodicGridOptions {
  readonly points: readonly number[];
  readonly length: readonly number[];
  readonly viscosity: number;
  readonly stepping: Stepping;
}

/** @throws InvalidInputError for grids, lengths, viscosities and steps that cannot work; `axes` are the numbers of them taken */
export function checkPeriodicGrid(
  name: string,
  { points, length, viscosity, stepping }: PeriodicGridOptions,
  axes: { readonly from: number; readonly to: number; readonly inviscid?: string },
): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`${name}: ${what}`);
  };
  if (points.length < axes.from || points.length > axes.to) {
    const expected = axes.from === axes.to ? `${axes.from}` : `${axes.from} to ${axes.to}`;
    refuse(`points must have ${expected} axes, got ${points.length}`);
  }
  for (const count of points) {
    if (!Number.isInteger(count) || count < 4 || count % 2 !== 0 || nextFastLength(count) !== count) {
      refuse(`points must be even products of 2, 3 and 5 of at least 4, got ${count}`);
    }
  }
  if (length.length !== points.length || !length.every((value) => value > 0 && Number.isFinite(value))) {
    refuse(`length must be positive, one for each of the ${points.length} axes, got ${length.join(', ')}`);
  }
  if (!(viscosity > 0) || !Number.isFinite(viscosity)) {
    refuse(
      `viscosity must be positive and finite, got ${viscosity}${axes.inviscid ? `; ${axes.inviscid}` : ''}`,
    );
  }
  checkStepping(name, stepping);
}
