import { InvalidInputError } from '../../common/errors.js';
import type { PeriodicShape } from './periodic-state.js';

/** How a time interval is divided into steps: of at most a given length, by Courant number, or by the error made. */
export type Stepping =
  | { readonly maximumStep: number }
  /** h ≤ courant · Δx / max |u|, counted per trajectory at the start of the interval */
  | { readonly courant: number }
  /** Relative L² difference to half the number of steps, divided by 15, at the end of the interval */
  | { readonly tolerance: number };

export const STEPPING_DEFAULT: Stepping = { courant: 0.3 };

/** Largest h max|u| k: above it the advective part of ETDRK4 amplifies modes that viscosity does not hold. */
const ADVECTIVE_LIMIT = 1.7;

export interface StepLimits {
  /** max |u| */
  readonly speed: number;
  readonly viscosity: number;
  /** Largest kept wave number, summed over the axes */
  readonly cutoff: number;
  readonly spacing: number;
  readonly dimension: number;
}

/** Steps for an interval at a Courant number, rounded up to 2^a or 3 · 2^a so that few step lengths occur. */
export function courantSteps(interval: number, courant: number, limits: StepLimits): number {
  const needed = Math.ceil((interval * limits.dimension * limits.speed) / (courant * limits.spacing) - 1e-9);
  let power = 1;
  while (power < needed) power *= 2;
  return power >= 4 && (3 * power) / 4 >= needed ? (3 * power) / 4 : power;
}

export const fixedSteps = (interval: number, maximumStep: number): number =>
  Math.max(1, Math.ceil(interval / maximumStep - 1e-9));

/**
 * Refuses a step with h max|u| k > 1.7 for a kept wave number k at which viscosity is the weaker part, ν k < max|u|.
 * Modes with ν k ≥ max|u| decay faster than they are carried and stay bounded at any step.
 */
export function refuseUnstableStep(name: string, h: number, trajectory: number, limits: StepLimits): void {
  const { speed, viscosity, cutoff } = limits;
  const wave = Math.min(cutoff, speed / viscosity);
  const number = h * speed * wave;
  if (number > ADVECTIVE_LIMIT) {
    throw new InvalidInputError(
      `${name}: a step of ${h.toPrecision(3)} is too long for max |u| = ${speed.toPrecision(3)} in trajectory ` +
        `${trajectory}: h max|u| k = ${number.toPrecision(3)} at wave number ${wave.toPrecision(4)}, stable below ` +
        `${ADVECTIVE_LIMIT}; take steps of at most ${(ADVECTIVE_LIMIT / (speed * wave)).toPrecision(2)}`,
    );
  }
}

export function checkStepping(name: string, stepping: Stepping): void {
  const [[key, value]] = Object.entries(stepping);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new InvalidInputError(`${name}: stepping.${key} must be positive and finite, got ${value}`);
  }
}

/** Doublings of the steps after which error control gives up */
const DOUBLINGS = 12;

/**
 * Doubles each trajectory's steps until halving the last step changed its answer by at most 15 · tolerance relative to
 * its norm (fourth order: the finer answer is then within the tolerance). `run` advances those with positive counts.
 */
export function stepsWithin(
  name: string,
  tolerance: number,
  first: readonly number[],
  { size }: PeriodicShape,
  run: (counts: readonly number[], out: Float64Array) => void,
): number[] {
  const counts = [...first];
  const open = first.map(() => true);
  let coarse = new Float64Array(first.length * size);
  let fine = new Float64Array(first.length * size);
  run(counts, coarse);
  for (let doubling = 0; open.includes(true); doubling++) {
    if (doubling === DOUBLINGS) {
      const trajectory = open.indexOf(true);
      throw new InvalidInputError(
        `${name}: trajectory ${trajectory} misses the tolerance ${tolerance} after ${counts[trajectory]} steps; ` +
          'round-off or an under-resolved grid limits it',
      );
    }
    const next = counts.map((count, trajectory) => (open[trajectory] ? 2 * count : 0));
    run(next, fine);
    for (let trajectory = 0; trajectory < counts.length; trajectory++) {
      if (!open[trajectory]) continue;
      counts[trajectory] = next[trajectory];
      let [change, norm] = [0, 0];
      for (let at = trajectory * size; at < (trajectory + 1) * size; at++) {
        change += (fine[at] - coarse[at]) ** 2;
        norm += fine[at] ** 2;
      }
      open[trajectory] = !(Math.sqrt(change) <= ORDER_FACTOR * tolerance * Math.sqrt(norm));
    }
    [coarse, fine] = [fine, coarse];
  }
  return counts;
}

const ORDER_FACTOR = 15;
