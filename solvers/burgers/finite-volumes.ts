import { InvalidInputError } from '../../common/errors.js';
import { type LineEnd, lineDiffusion } from './implicit-diffusion.js';
import { godunovFlux, type Limiter, limiters } from './limiters.js';
import type { RolloutOptions } from './periodic-solver.js';
import { type BurgersState, countTrajectories } from './periodic-state.js';

export interface BurgersFiniteVolumesOptions {
  /** ν ≥ 0 */
  viscosity: number;
  cells: number;
  length?: number;
  /** One for both ends, or each; periodic only for both */
  boundary?: LineEnd | { readonly left: LineEnd; readonly right: LineEnd };
  limiter?: Limiter;
  /** dt max|u|/Δx, at most 0.5 */
  courant?: number;
  /** f(x, t) on the right-hand side, at the cell centres */
  source?: (x: number, time: number) => number;
}

export const BURGERS_FINITE_VOLUMES_DEFAULTS = {
  length: 1,
  boundary: { type: 'periodic' },
  limiter: 'mc',
  courant: 0.4,
} as const;

/** A Burgers solver on cell averages; states are `[trajectory][cell]`, cell i centred at (i + ½) Δx. */
export interface BurgersFiniteVolumes {
  readonly viscosity: number;
  readonly stateSize: number;
  readonly length: number;
  /** Cell centres */
  readonly centres: Float64Array;
  /** The states `interval` later; `time` is that of the given states, for sources that depend on it. */
  step(state: BurgersState, interval: number, time?: number): Float64Array;
  /** `[trajectory][frame][cell]`, frame 0 the initial state */
  rollout(initial: BurgersState, options: RolloutOptions): Float64Array;
}

/** Above this ν dt/Δx² the first diffusion step of an interval is made by backward Euler */
const RANNACHER_ABOVE = 5;

/** Steps of an interval after which the data are taken for wrong rather than for demanding */
const MAXIMUM_STEPS = 1e7;

/**
 * u_t + (u²/2)_x = ν u_xx + f by finite volumes, for any ν ≥ 0 and for data with shocks and boundaries:
 * limited linear reconstruction, Godunov's flux, two-stage strong-stability-preserving Runge–Kutta, and between half steps
 * of it implicit diffusion (Strang; Crank–Nicolson, begun by two backward-Euler quarter steps where ν dt/Δx² > 5).
 * Second order where u is smooth, conservative, and total variation does not grow at ν = 0.
 *
 * Source: LeVeque, Finite Volume Methods for Hyperbolic Problems (2002), ch. 6 and 12; Rannacher, Numer. Math. 43 (1984).
 * @throws InvalidInputError for options that cannot work and data that are not finite
 */
export function burgersFiniteVolumes(options: BurgersFiniteVolumesOptions): BurgersFiniteVolumes {
  const settings = { ...BURGERS_FINITE_VOLUMES_DEFAULTS, ...options };
  const { viscosity, cells, length, boundary, courant, source } = settings;
  const [left, right] = 'left' in boundary ? [boundary.left, boundary.right] : [boundary, boundary];
  checkOptions(settings, left, right);
  const spacing = length / cells;
  const centres = Float64Array.from({ length: cells }, (_, i) => (i + 0.5) * spacing);
  const diffusion = lineDiffusion(cells, left, right);
  const rate = advection(cells, spacing, left, right, limiters[settings.limiter]);
  const stage = new Float64Array(cells);
  const change = new Float64Array(cells);
  const shape = { points: [cells], components: 1, size: cells };

  const addSource = (time: number) => {
    if (source) for (let i = 0; i < cells; i++) change[i] += source(centres[i], time);
  };
  /** u ← u + dt (rate + f), Heun's form of the two-stage method */
  const advect = (u: Float64Array, dt: number, time: number) => {
    rate(u, change);
    addSource(time);
    for (let i = 0; i < cells; i++) stage[i] = u[i] + dt * change[i];
    rate(stage, change);
    addSource(time + dt);
    for (let i = 0; i < cells; i++) u[i] = 0.5 * (u[i] + stage[i] + dt * change[i]);
  };
  const advance = (u: Float64Array, interval: number, start: number) => {
    let done = 0;
    for (let step = 0; done < interval; step++) {
      if (step === MAXIMUM_STEPS) {
        throw new InvalidInputError(
          `burgersFiniteVolumes.step: ${MAXIMUM_STEPS} steps reached t = ${done} of ${interval}; ` +
            'the speeds are too large for the grid and interval',
        );
      }
      const speed = largestSpeed(u, left, right);
      const rest = interval - done;
      // a source alone may start the motion: its steps are bounded by the diffusive scale's and the interval's
      const allowed = speed > 0 ? (courant * spacing) / speed : rest;
      const dt = rest <= allowed * (1 + 1e-9) ? rest : rest < 2 * allowed ? rest / 2 : allowed;
      const r = (viscosity * dt) / (spacing * spacing);
      if (step === 0 && r > RANNACHER_ABOVE) {
        diffusion.backwardEuler(u, r / 4);
        diffusion.backwardEuler(u, r / 4);
      } else if (viscosity > 0) diffusion.crankNicolson(u, r / 2);
      advect(u, dt, start + done);
      if (viscosity > 0) diffusion.crankNicolson(u, r / 2);
      done = dt === rest ? interval : done + dt;
    }
  };
  const step = (
    state: BurgersState,
    interval: number,
    time = 0,
    name = 'burgersFiniteVolumes.step',
  ): Float64Array => {
    countTrajectories(name, state, shape);
    if (!(interval > 0) || !Number.isFinite(interval)) {
      throw new InvalidInputError(`${name}: the interval must be positive and finite, got ${interval}`);
    }
    const out = Float64Array.from(state);
    for (let start = 0; start < out.length; start += cells) {
      advance(out.subarray(start, start + cells), interval, time);
    }
    return out;
  };

  return {
    viscosity,
    stateSize: cells,
    length,
    centres,
    step: (state, interval, time) => step(state, interval, time),
    rollout(initial, { frames, interval }) {
      if (!Number.isInteger(frames) || frames < 1) {
        throw new InvalidInputError(
          `burgersFiniteVolumes.rollout: frames must be a positive integer, got ${frames}`,
        );
      }
      const count = countTrajectories('burgersFiniteVolumes.rollout', initial, shape);
      const out = new Float64Array(count * frames * cells);
      let state: Float64Array = Float64Array.from(initial);
      for (let frame = 0; frame < frames; frame++) {
        if (frame > 0) state = step(state, interval, (frame - 1) * interval);
        for (let trajectory = 0; trajectory < count; trajectory++) {
          out.set(
            state.subarray(trajectory * cells, (trajectory + 1) * cells),
            (trajectory * frames + frame) * cells,
          );
        }
      }
      return out;
    },
  };
}

/** −(flux differences)/Δx with reconstructed face values; two cells beyond each end carry the boundary's state. */
function advection(
  cells: number,
  spacing: number,
  left: LineEnd,
  right: LineEnd,
  slope: (back: number, ahead: number) => number,
) {
  const padded = new Float64Array(cells + 4);
  return (u: Float64Array, out: Float64Array): void => {
    padded.set(u, 2);
    for (let k = 0; k < 2; k++) {
      padded[k] = left.type === 'periodic' ? u[cells - 2 + k] : left.type === 'dirichlet' ? left.value : u[0];
      padded[cells + 2 + k] =
        right.type === 'periodic' ? u[k] : right.type === 'dirichlet' ? right.value : u[cells - 1];
    }
    // value at the right face of the cell before, and the flux through it
    let before = padded[1] + 0.5 * slope(padded[1] - padded[0], padded[2] - padded[1]);
    let inflow = 0;
    for (let i = 2; i <= cells + 2; i++) {
      const half = 0.5 * slope(padded[i] - padded[i - 1], i + 1 < cells + 4 ? padded[i + 1] - padded[i] : 0);
      const flux = godunovFlux(before, padded[i] - half);
      if (i > 2) out[i - 3] = (inflow - flux) / spacing;
      inflow = flux;
      before = padded[i] + half;
    }
  };
}

function largestSpeed(u: Float64Array, left: LineEnd, right: LineEnd): number {
  let speed = 0;
  for (const end of [left, right]) if (end.type === 'dirichlet') speed = Math.max(speed, Math.abs(end.value));
  for (let i = 0; i < u.length; i++) {
    const size = Math.abs(u[i]);
    if (size > speed) speed = size;
  }
  return speed;
}

function checkOptions(
  settings: BurgersFiniteVolumesOptions & { length: number; courant: number; limiter: Limiter },
  left: LineEnd,
  right: LineEnd,
): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`burgersFiniteVolumes: ${what}`);
  };
  const { viscosity, cells, length, courant, limiter } = settings;
  if (!(viscosity >= 0) || !Number.isFinite(viscosity)) {
    refuse(`viscosity must be at least 0 and finite, got ${viscosity}`);
  }
  if (!Number.isInteger(cells) || cells < 3) refuse(`cells must be an integer of at least 3, got ${cells}`);
  if (!(length > 0) || !Number.isFinite(length)) refuse(`length must be positive, got ${length}`);
  if (!(courant > 0 && courant <= 0.5)) refuse(`courant must be above 0 and at most 0.5, got ${courant}`);
  if (!limiters[limiter])
    refuse(`limiter must be one of ${Object.keys(limiters).join(', ')}, got ${limiter}`);
  if ((left.type === 'periodic') !== (right.type === 'periodic')) {
    refuse('one end cannot be periodic without the other');
  }
  for (const end of [left, right]) {
    if (end.type === 'dirichlet' && !Number.isFinite(end.value)) {
      refuse(`a boundary value must be finite, got ${end.value}`);
    }
  }
}
