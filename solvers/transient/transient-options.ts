import { definedOnly } from '../../common/defined-only.js';
import { InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { CONJUGATE_GRADIENT_DEFAULTS } from '../conjugate-gradient.js';
import type { PreconditionerName } from '../preconditioner-choice.js';
import { type ImplicitMethod, METHODS, type TransientMethodName } from './runge-kutta.js';

export interface TransientOptions {
  /** s, the first moment; 0 by default */
  readonly start?: number;
  /** s, the last moment */
  readonly end: number;
  /** s, ascending, between start and end: when fields are kept; by default 21 equal steps, start and end included */
  readonly times?: readonly number[];
  readonly method?: TransientMethodName;
  /** s: equal steps of at most this length. Without it steps follow {@link tolerance}. */
  readonly timeStep?: number;
  /**
   * Bound on the estimated error of a step, K: root of the volume mean of its square. By default a thousandth of the span of
   * temperatures seen so far.
   */
  readonly tolerance?: number;
  /** s; by default a ten thousandth of the whole time */
  readonly firstTimeStep?: number;
  readonly maximumSteps?: number;
  /** Reduction of the residual that each stage starts with */
  readonly relativeTolerance?: number;
  /** Conjugate gradient iterations of a stage */
  readonly maximumIterations?: number;
  readonly preconditioner?: PreconditionerName | 'auto';
  /** See `SolveOptions` */
  readonly nonOrthogonalCorrection?: boolean | number;
  /** Called with every field that is kept, in order of time. */
  readonly onFrame?: (time: number, field: Float64Array) => void;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export const TRANSIENT_DEFAULTS = {
  start: 0,
  method: 'tr-bdf2',
  maximumSteps: 100_000,
  relativeTolerance: 1e-8,
  preconditioner: 'auto',
  maximumIterations: CONJUGATE_GRADIENT_DEFAULTS.maximumIterations,
  nonOrthogonalCorrection: true,
} as const satisfies Partial<TransientOptions>;

export type TransientSettings = TransientOptions &
  Required<Pick<TransientOptions, keyof typeof TRANSIENT_DEFAULTS>>;

/** Options with their defaults. @throws InvalidInputError on the first that makes no sense */
export function transientSettings(options: TransientOptions): TransientSettings {
  const settings: TransientSettings = { ...TRANSIENT_DEFAULTS, ...definedOnly(options) };
  const { start, end, times, timeStep, tolerance, firstTimeStep, method, nonOrthogonalCorrection } = settings;
  const wrong = (expected: string, got: unknown) =>
    new InvalidInputError(`solvers.solveTransient: expected ${expected}, got ${String(got)}`);
  if (!Number.isFinite(start)) throw wrong('a finite start', start);
  if (!(Number.isFinite(end) && end > start)) throw wrong(`an end after the start, ${start} s`, end);
  if (!Object.hasOwn(METHODS, method))
    throw wrong(`method to be one of ${Object.keys(METHODS).join(', ')}`, method);
  for (const [name, value] of Object.entries({ timeStep, tolerance, firstTimeStep })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) throw wrong(`${name} > 0`, value);
  }
  const implicit: ImplicitMethod = METHODS[method];
  if (!implicit.errorWeights && timeStep === undefined) {
    throw wrong(`a timeStep, since ${implicit.name} has no error estimate`, 'none');
  }
  const share = Number(nonOrthogonalCorrection);
  if (!(share >= 0 && share <= 1)) throw wrong('nonOrthogonalCorrection in [0, 1]', nonOrthogonalCorrection);
  times?.forEach((time, i) => {
    if (!(time >= start && time <= end) || time < times[i - 1]) {
      throw wrong(`ascending times from ${start} to ${end} s`, `times[${i}] = ${time}`);
    }
  });
  return settings;
}
