import type { AffineFields } from './affine-fields.js';
import { affinePlan, type Infeasibility } from './affine-plan.js';
import type { CertifiedField } from './certified-solver.js';
import type { ControlContext } from './control-context.js';
import { type ControlTask, limitExcess, objectiveOf } from './control-task.js';

/** A point with certified fields. */
export interface VerifiedPoint {
  readonly p: Float64Array;
  readonly certified: readonly CertifiedField[];
  readonly objective: number;
  /** Over the limits, K; with the error bound of the fields added */
  readonly excess: number;
  /** The error bound in it */
  readonly bound: number;
}

export interface Refinement {
  /** The best point met: admissible with the least objective, or closest to being so */
  readonly best: VerifiedPoint;
  readonly steps: readonly VerifiedPoint[];
  /** No step promises more than {@link ENOUGH} */
  readonly converged: boolean;
  readonly infeasible?: Infeasibility;
  /** Whether the solver's own columns were needed */
  readonly exactColumns: boolean;
}

/** Error bounds of certified fields that limits are kept by: they differ by such a factor from one solve to the next. */
export const BOUNDS_IN_MARGIN = 10;
/** A promised reduction of the objective that is not worth a solve, as part of it. */
export const ENOUGH = 1e-3;
/** Steps with a surrogate's columns, corrected along the way, before the solver's are computed. */
const STEPS_WITH_SURROGATE = 3;

/** Certified fields at p, judged. */
export async function verified(
  context: ControlContext,
  task: ControlTask,
  p: Float64Array,
  guesses?: readonly Float64Array[],
): Promise<VerifiedPoint> {
  const certified = await context.solveAt(
    p,
    task.cases.map(({ source }) => source),
    { guesses },
  );
  const fields = certified.map(({ field }) => field);
  const bound = task.limits.length > 0 ? Math.max(...certified.map((each) => each.errorBound())) : 0;
  return {
    p,
    certified,
    objective: objectiveOf(task, fields, p),
    excess: limitExcess(task, fields) + bound,
    bound,
  };
}

/**
 * Solver-corrected steps from a plan until one is verified and nothing better is in sight. Each takes the fields from the
 * last certified solve, exact there, and their slopes from the surrogate, corrected by Broyden's update with the change that
 * the solver found,
 *
 *     C ← C + (Δu − C Δp) Δpᵀ/|Δp|²,
 *
 * so that slopes are exact along all steps taken; then by the solver's own, with which one more step is the exact optimum.
 */
export async function refineAffine(
  context: ControlContext,
  task: ControlTask,
  start: VerifiedPoint,
  columns: AffineFields['columns'],
  options: { readonly margin: number; readonly maximumSteps: number; readonly exact: boolean },
): Promise<Refinement> {
  const { space } = context;
  const { maximumSteps } = options;
  const widths = space.high.map((high, j) => high - space.low[j] || 1);
  let slopes = columns;
  let exact = options.exact;
  let current = start;
  let best = start;
  const steps: VerifiedPoint[] = [];
  const ended = (converged: boolean, infeasible?: Infeasibility): Refinement => {
    return {
      best,
      steps,
      converged,
      exactColumns: exact && !options.exact,
      ...(infeasible && { infeasible }),
    };
  };
  for (;;) {
    context.settings.signal?.throwIfAborted();
    const fields = current.certified.map(({ field }) => field);
    const margin = Math.max(options.margin, BOUNDS_IN_MARGIN * current.bound);
    const plan = affinePlan(
      task,
      { origin: current.p, fields, columns: slopes },
      { margin, start: current.p },
    );
    if (plan.status === 'infeasible' && exact) return ended(true, plan.infeasible);
    const gain = best.objective - plan.objective;
    const worthwhile = gain > ENOUGH * Math.abs(best.objective) + 1e-12;
    if (plan.status !== 'infeasible' && best.excess <= 0 && !worthwhile) return ended(true);
    if (steps.length >= maximumSteps) return ended(false);
    const next = await verified(context, task, plan.p, plan.fields);
    if (!exact) slopes = broyden(slopes, current, next, widths);
    steps.push(next);
    if (better(next, best)) best = next;
    // a step of length zero tells nothing of the slopes
    const stuck = next.p.every((value, j) => Math.abs(value - current.p[j]) <= 1e-12 * widths[j]);
    current = next;
    if (!exact && (steps.length >= STEPS_WITH_SURROGATE || stuck)) {
      const solved = (await context.columns()).map(({ field }) => field);
      slopes = task.cases.map(() => solved);
      exact = true;
    } else if (exact && stuck) return ended(best.excess <= 0);
  }
}

/** Lexicographic: first the limits, then the objective. */
export function better(a: VerifiedPoint, b: VerifiedPoint): boolean {
  if (a.excess <= 0 && b.excess <= 0) return a.objective < b.objective;
  return Math.max(0, a.excess) < Math.max(0, b.excess);
}

function broyden(
  columns: AffineFields['columns'],
  before: VerifiedPoint,
  after: VerifiedPoint,
  widths: Float64Array,
): AffineFields['columns'] {
  const step = after.p.map((value, j) => (value - before.p[j]) / widths[j]);
  const squared = step.reduce((sum, value) => sum + value * value, 0);
  if (!(squared > 1e-16)) return columns;
  return columns.map((own, s) => {
    const missing = after.certified[s].field.map((value, cell) => value - before.certified[s].field[cell]);
    own.forEach((column, j) => {
      for (let cell = 0; cell < missing.length; cell++) missing[cell] -= column[cell] * step[j] * widths[j];
    });
    return own.map((column, j) => {
      const share = step[j] / squared / widths[j];
      return column.map((value, cell) => value + share * missing[cell]);
    });
  });
}
