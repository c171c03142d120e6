import { InvalidInputError } from '../../common/errors.js';
import { nextFastLength } from '../fourier-transform.js';
import {
  type BurgersState,
  countTrajectories,
  extremes,
  periodicShape,
  refuseNonPeriodic,
} from './periodic-state.js';
import { keptWaves } from './periodic-transform.js';
import { refuseUnderResolved } from './resolution.js';
import { type SpectralEngine, spectralEngine } from './spectral-engine.js';
import {
  checkStepping,
  courantSteps,
  fixedSteps,
  refuseUnstableStep,
  STEPPING_DEFAULT,
  type Stepping,
  stepsWithin,
} from './sub-steps.js';

export interface BurgersSpectralOptions {
  /** ν > 0 */
  viscosity: number;
  /** Points along each axis, even and a product of 2, 3 and 5: a number in 1D, a list in 1D to 3D */
  points: number | readonly number[];
  /** Period, the same along every axis or one for each */
  length?: number | readonly number[];
  stepping?: Stepping;
  /**
   * What to do with a state whose upper wave numbers hold too much energy: refuse it, tell `onUnderResolved`, or go on.
   * A judge of learned steppers, whose states carry noise at every wave number, needs `'allow'`.
   */
  underResolved?: 'refuse' | 'report' | 'allow';
  onUnderResolved?: (message: string) => void;
}

export const BURGERS_SPECTRAL_DEFAULTS = {
  length: 1,
  stepping: STEPPING_DEFAULT,
  underResolved: 'refuse',
} as const;

export interface RolloutOptions {
  /** Frames written, the initial state included */
  frames: number;
  /** Time from frame to frame */
  interval: number;
}

/**
 * A viscous Burgers solver on a periodic grid. States are `[trajectory][component][points…]`, any number of
 * trajectories at once, float64 out whatever came in. A trajectory's answer does not depend on its neighbours.
 */
export interface BurgersSpectral {
  readonly viscosity: number;
  readonly points: readonly number[];
  readonly length: readonly number[];
  readonly components: number;
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

/** Trajectories advanced together: enough to amortise loops, few enough that the stages stay in the cache. */
const GRID_VALUES_TOGETHER = 8192;

/**
 * Fourier pseudo-spectral in space, dealiased by the 2/3 rule, ETDRK4 in time ({@link etdrk4}):
 *
 *     1D:     u_t + (u²/2)_x = ν u_xx
 *     2D, 3D: u_t + (u·∇)u = ν Δu, one component per axis, advective form
 *
 * Spectral accuracy while shocks are resolved, mass conserved to round-off in 1D; wave numbers at or above N/3, which
 * no product reaches, decay by viscosity alone.
 *
 * @throws InvalidInputError for grids, viscosities or steps that cannot work, non-finite or non-periodic data
 * @throws UnderResolvedError where the upper 40 % of the kept wave numbers hold more than 1e-10 of the energy
 */
export function burgersSpectral(options: BurgersSpectralOptions): BurgersSpectral {
  const settings = { ...BURGERS_SPECTRAL_DEFAULTS, ...options };
  const { viscosity, stepping, underResolved, onUnderResolved } = settings;
  const points = typeof settings.points === 'number' ? [settings.points] : [...settings.points];
  const length =
    typeof settings.length === 'number' ? points.map(() => settings.length as number) : [...settings.length];
  checkOptions(points, length, viscosity, stepping);
  const shape = periodicShape(points);
  const spacing = Math.min(...points.map((count, axis) => length[axis] / count));
  const cutoff = points.reduce(
    (sum, count, axis) => sum + (2 * Math.PI * (keptWaves(count) - 1)) / length[axis],
    0,
  );
  const engines = new Map<number, SpectralEngine>();
  const engineFor = (trajectories: number) => {
    let engine = engines.get(trajectories);
    if (!engine) {
      engine = spectralEngine(shape, length, viscosity, trajectories);
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
      const limits = limitsOf(extremes(state, trajectory, shape).speed);
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
    if (underResolved === 'allow') return;
    const report = underResolved === 'report' ? (onUnderResolved ?? (() => {})) : undefined;
    const tails = engine.tailShares();
    for (let i = 0; i < chosen.length; i++) {
      const range = extremes(state, chosen[i], shape).range;
      refuseUnderResolved(name, chosen[i], tails[i], { viscosity, spacing, range }, report);
    }
  };

  const step = (state: BurgersState, interval: number, name = 'burgersSpectral.step'): Float64Array => {
    const count = check(name, state, interval);
    const out = new Float64Array(state.length);
    if (underResolved !== 'allow') {
      for (let trajectory = 0; trajectory < count; trajectory++) {
        refuseNonPeriodic(name, state, trajectory, shape);
      }
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
    viscosity,
    points,
    length,
    components: shape.components,
    stateSize: shape.size,
    step: (state, interval) => step(state, interval),
    rollout(initial, { frames, interval }) {
      if (!Number.isInteger(frames) || frames < 1) {
        throw new InvalidInputError(
          `burgersSpectral.rollout: frames must be a positive integer, got ${frames}`,
        );
      }
      const count = countTrajectories('burgersSpectral.rollout', initial, shape);
      const out = new Float64Array(count * frames * shape.size);
      let state: Float64Array = Float64Array.from(initial);
      for (let frame = 0; frame < frames; frame++) {
        if (frame > 0) state = step(state, interval, `burgersSpectral.rollout, frame ${frame}`);
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
      return linearised('burgersSpectral.jvp', 'advanceTangent', state, direction, interval);
    },
    vjp(state, cotangent, interval) {
      return linearised('burgersSpectral.vjp', 'pullBack', state, cotangent, interval);
    },
  };
}

/** Where error control begins */
const FIRST_COURANT = 1;

function checkOptions(
  points: readonly number[],
  length: readonly number[],
  viscosity: number,
  stepping: Stepping,
): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`burgersSpectral: ${what}`);
  };
  if (points.length < 1 || points.length > 3) refuse(`points must have 1 to 3 axes, got ${points.length}`);
  for (const count of points) {
    if (!Number.isInteger(count) || count < 4 || count % 2 !== 0 || nextFastLength(count) !== count) {
      refuse(`points must be even products of 2, 3 and 5 of at least 4, got ${count}`);
    }
  }
  if (length.length !== points.length || !length.every((value) => value > 0 && Number.isFinite(value))) {
    refuse(`length must be positive, one for each of the ${points.length} axes, got ${length.join(', ')}`);
  }
  if (!(viscosity > 0) || !Number.isFinite(viscosity)) {
    refuse(`viscosity must be positive and finite, got ${viscosity}; burgersFiniteVolumes takes 0`);
  }
  checkStepping('burgersSpectral', stepping);
}
