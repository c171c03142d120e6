import { InvalidInputError } from '../../common/errors.js';
import {
  checkPenaltyOptions,
  JACOBIAN_PENALTY_DEFAULTS,
  type JacobianPenaltyOptions,
} from '../jaws/options.js';

/** How a time stepper is taught: how far it is unrolled, what disturbs it, what its Jacobian is held to. */
export interface StepperMethod {
  /** K: steps of the model whose answers are compared with the data. */
  readonly steps: number;
  /** Whether gradients flow from a step into the one before it. */
  readonly gradients: 'through' | 'stopped';
  /** Steps taken before them without gradient and without a loss (push-forward). */
  readonly warmUp: number;
  /** Whether steps and warm-up grow in stages to their number, or have it from the start. */
  readonly growth: 'none' | 'doubling';
  /** Standard deviation of white noise on the first state, in units of S_u. */
  readonly noise: number;
  readonly jacobian: JacobianPenaltyOptions | null;
}

export type StepperMethodOptions = Partial<Omit<StepperMethod, 'jacobian'>> & {
  readonly jacobian?: Partial<JacobianPenaltyOptions> | null;
};

export const STEPPER_METHOD_DEFAULTS: StepperMethod = {
  steps: 1,
  gradients: 'through',
  warmUp: 0,
  growth: 'none',
  noise: 0,
  jacobian: null,
};

/** λ of a global penalty: with one probe and residuals in units of S_Δ. */
export const GLOBAL_PENALTY_WEIGHT = 3e-2;
/** λ where the target is the solver's Jacobian: errors fall with it from 0.01 to 1 (docs/jaws.md). */
export const REFERENCE_PENALTY_WEIGHT = 1;

/** The methods by name, to be taken as they are or as a start: `{ ...STEPPER_METHODS.jaws, steps: 2 }`. */
export const STEPPER_METHODS = {
  'one-step': {},
  noise: { noise: 1e-2 },
  'push-forward': { warmUp: 1, growth: 'doubling' },
  'unrolled-2': { steps: 2 },
  'unrolled-8': { steps: 8 },
  'unrolled-8-stopped': { steps: 8, gradients: 'stopped' },
  'unrolled-8-growing': { steps: 8, growth: 'doubling' },
  global: { jacobian: { tolerance: 'uniform', weight: GLOBAL_PENALTY_WEIGHT } },
  'global-unrolled-2': { jacobian: { tolerance: 'uniform', weight: GLOBAL_PENALTY_WEIGHT }, steps: 2 },
  jaws: { jacobian: {} },
  'jaws-unrolled-2': { jacobian: {}, steps: 2 },
  reference: { jacobian: { tolerance: 'uniform', target: 'reference', weight: REFERENCE_PENALTY_WEIGHT } },
  'reference-unrolled-2': {
    jacobian: { tolerance: 'uniform', target: 'reference', weight: REFERENCE_PENALTY_WEIGHT },
    steps: 2,
  },
} as const satisfies Readonly<Record<string, StepperMethodOptions>>;

/** @throws InvalidInputError for counts that are none, negative noise, or a penalty that means nothing */
export function stepperMethod(options: StepperMethodOptions = {}): StepperMethod {
  const { jacobian, ...rest } = options;
  const method: StepperMethod = {
    ...STEPPER_METHOD_DEFAULTS,
    ...rest,
    jacobian: jacobian ? { ...JACOBIAN_PENALTY_DEFAULTS, ...jacobian } : null,
  };
  const { steps, warmUp, noise } = method;
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new InvalidInputError(`stepperMethod: steps must be a positive integer, got ${steps}`);
  }
  if (!(Number.isInteger(warmUp) && warmUp >= 0)) {
    throw new InvalidInputError(`stepperMethod: warmUp must be an integer of at least 0, got ${warmUp}`);
  }
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new InvalidInputError(`stepperMethod: noise must be at least 0, got ${noise}`);
  }
  if (method.jacobian) checkPenaltyOptions(method.jacobian);
  return method;
}

/** Frames of a window that the method looks at. */
export const windowFrames = ({ steps, warmUp }: Pick<StepperMethod, 'steps' | 'warmUp'>): number =>
  steps + warmUp + 1;

/** A part of the run with its own unrolling. */
export interface MethodStage {
  /** Where it begins, as a share of the run. */
  readonly from: number;
  readonly steps: number;
  readonly warmUp: number;
}

/** Share of the run between two doublings of the unrolled steps. */
const DOUBLING_SHARE = 0.2;

/**
 * The stages of a run. Growing ones double the steps 1, 2, 4, … every fifth of the run, and give 0, 1, … warm-up steps equal
 * shares of it; a method grows in one of them.
 */
export function methodStages({ steps, warmUp, growth }: StepperMethod): readonly MethodStage[] {
  if (growth === 'none') return [{ from: 0, steps, warmUp }];
  if (warmUp > 0) {
    return Array.from({ length: warmUp + 1 }, (_, w) => ({ from: w / (warmUp + 1), steps, warmUp: w }));
  }
  const doublings = Math.ceil(Math.log2(steps));
  const share = Math.min(DOUBLING_SHARE, 1 / (doublings + 1));
  return Array.from({ length: doublings + 1 }, (_, k) => ({
    from: share * k,
    steps: Math.min(steps, 2 ** k),
    warmUp,
  }));
}
