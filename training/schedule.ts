import { InvalidInputError } from '../common/errors.js';

/** Learning rate and Adam's β₁ of one optimizer step. */
export interface ScheduleValue {
  learningRate: number;
  beta1: number;
}

/** A schedule as plain data, written into the run's configuration. */
export type Schedule =
  | Readonly<{ kind: 'one-cycle' } & Required<OneCycleOptions>>
  | Readonly<{ kind: 'cosine' } & Required<CosineOptions>>
  | Readonly<{ kind: 'warmup-stable-decay' } & Required<WarmupStableDecayOptions>>;

export interface OneCycleOptions {
  /** Largest learning rate, reached at the end of the warm-up. */
  maximum?: number;
  /** Share of the steps in the warm-up. */
  warmUpFraction?: number;
  /** First learning rate: maximum / initialDivisor. */
  initialDivisor?: number;
  /** Last learning rate: maximum / initialDivisor / finalDivisor. */
  finalDivisor?: number;
  /** β₁ at both ends, and at the largest learning rate. */
  beta1Outside?: number;
  beta1AtMaximum?: number;
}

export const ONE_CYCLE_DEFAULTS = {
  maximum: 1e-3,
  warmUpFraction: 0.1,
  initialDivisor: 25,
  finalDivisor: 1e4,
  beta1Outside: 0.95,
  beta1AtMaximum: 0.85,
} as const;

/**
 * One cycle of n steps (numbered from 0) with cosine flanks c(a, b, t) = b + (a − b)(1 + cos πt)/2:
 *
 *     t = s/(w n − 1)             lr = c(max/25, max, t),           β₁ = c(0.95, 0.85, t)    while s ≤ w n − 1
 *     t = (s − w n + 1)/(n − w n)  lr = c(max, max/25/10⁴, t),       β₁ = c(0.85, 0.95, t)    after it
 *
 * Source: Smith & Topin 2019; PyTorch's OneCycleLR (cosine, cycled momentum), which NPSolver's recipe uses.
 */
export function oneCycle(options: OneCycleOptions = {}): Schedule {
  const schedule = { kind: 'one-cycle' as const, ...ONE_CYCLE_DEFAULTS, ...options };
  requirePositive('oneCycle', 'maximum', schedule.maximum);
  if (!(schedule.warmUpFraction >= 0 && schedule.warmUpFraction < 1)) {
    throw new InvalidInputError(
      `oneCycle: warmUpFraction must lie in [0, 1), got ${schedule.warmUpFraction}`,
    );
  }
  return schedule;
}

export interface CosineOptions {
  maximum?: number;
  /** Last learning rate as a share of the largest. */
  finalFraction?: number;
  /** Steps of linear warm-up before it. */
  warmUpSteps?: number;
  beta1?: number;
}

export const COSINE_DEFAULTS = { maximum: 1e-3, finalFraction: 0, warmUpSteps: 0, beta1: 0.9 } as const;

/** lr = max (φ + (1 − φ)(1 + cos πt)/2), t = (s − w)/(n − w), after a linear rise max (s + 1)/(w + 1) over w steps. */
export function cosine(options: CosineOptions = {}): Schedule {
  const schedule = { kind: 'cosine' as const, ...COSINE_DEFAULTS, ...options };
  requirePositive('cosine', 'maximum', schedule.maximum);
  return schedule;
}

export interface WarmupStableDecayOptions {
  maximum?: number;
  /** Share of the steps in the linear warm-up. */
  warmUpFraction?: number;
  /** Share of the steps in the decay at the end. */
  decayFraction?: number;
  /** The learning rate that the decay ends at, as a share of the largest. */
  finalFraction?: number;
  beta1?: number;
}

export const WARMUP_STABLE_DECAY_DEFAULTS = {
  maximum: 1e-3,
  warmUpFraction: 0.05,
  decayFraction: 0.2,
  finalFraction: 0,
  beta1: 0.9,
} as const;

/**
 * Of n steps the first w rise, the last d decay, and all between stay at the maximum:
 *
 *     lr = max (s + 1)/(w + 1)              while s < w
 *     lr = max                              while s < n − d
 *     lr = max (1 − (1 − φ)√t),  t = (s − n + d)/d
 *
 * A run can be prolonged from any stable step, since only the decay depends on n.
 *
 * Source: Hägele et al. 2024, "Scaling laws and compute-optimal training beyond fixed training durations" (1 − √t).
 * @throws InvalidInputError when the shares do not fit into one run.
 */
export function warmupStableDecay(options: WarmupStableDecayOptions = {}): Schedule {
  const schedule = { kind: 'warmup-stable-decay' as const, ...WARMUP_STABLE_DECAY_DEFAULTS, ...options };
  const { warmUpFraction, decayFraction } = schedule;
  requirePositive('warmupStableDecay', 'maximum', schedule.maximum);
  if (!(warmUpFraction >= 0 && decayFraction >= 0 && warmUpFraction + decayFraction <= 1)) {
    throw new InvalidInputError(
      'warmupStableDecay: warmUpFraction and decayFraction must be at least 0 and together at most 1, ' +
        `got ${warmUpFraction} and ${decayFraction}`,
    );
  }
  return schedule;
}

/** The values of step `step` (from 0) of `steps`. */
export function scheduleAt(schedule: Schedule, step: number, steps: number): ScheduleValue {
  switch (schedule.kind) {
    case 'one-cycle':
      return oneCycleAt(schedule, step, steps);
    case 'cosine':
      return cosineAt(schedule, step, steps);
    case 'warmup-stable-decay':
      return warmupStableDecayAt(schedule, step, steps);
  }
}

function oneCycleAt(
  schedule: Extract<Schedule, { kind: 'one-cycle' }>,
  step: number,
  steps: number,
): ScheduleValue {
  const { maximum, beta1Outside, beta1AtMaximum } = schedule;
  const initial = maximum / schedule.initialDivisor;
  const peak = schedule.warmUpFraction * steps - 1;
  if (step <= peak) {
    const t = peak > 0 ? step / peak : 1;
    return {
      learningRate: cosineFlank(initial, maximum, t),
      beta1: cosineFlank(beta1Outside, beta1AtMaximum, t),
    };
  }
  const t = (step - peak) / (steps - 1 - peak);
  return {
    learningRate: cosineFlank(maximum, initial / schedule.finalDivisor, t),
    beta1: cosineFlank(beta1AtMaximum, beta1Outside, t),
  };
}

function cosineAt(
  schedule: Extract<Schedule, { kind: 'cosine' }>,
  step: number,
  steps: number,
): ScheduleValue {
  const { maximum, finalFraction, warmUpSteps, beta1 } = schedule;
  if (step < warmUpSteps) return { learningRate: (maximum * (step + 1)) / (warmUpSteps + 1), beta1 };
  const t = (step - warmUpSteps) / Math.max(1, steps - warmUpSteps);
  return { learningRate: cosineFlank(maximum, maximum * finalFraction, t), beta1 };
}

function warmupStableDecayAt(
  schedule: Extract<Schedule, { kind: 'warmup-stable-decay' }>,
  step: number,
  steps: number,
): ScheduleValue {
  const { maximum, finalFraction, beta1 } = schedule;
  const warmUpSteps = Math.round(schedule.warmUpFraction * steps);
  if (step < warmUpSteps) return { learningRate: (maximum * (step + 1)) / (warmUpSteps + 1), beta1 };
  const decaySteps = Math.round(schedule.decayFraction * steps);
  const decayed = step - (steps - decaySteps);
  if (decayed <= 0) return { learningRate: maximum, beta1 };
  return { learningRate: maximum * (1 - (1 - finalFraction) * Math.sqrt(decayed / decaySteps)), beta1 };
}

function cosineFlank(from: number, to: number, t: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * t))) / 2;
}

function requirePositive(name: string, option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidInputError(`${name}: ${option} must be a positive number, got ${value}`);
  }
}
