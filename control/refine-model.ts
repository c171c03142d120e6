import { adjointModel } from './adjoint-model.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import type { FieldModel } from './field-model.js';
import {
  BOUNDS_IN_MARGIN,
  better,
  ENOUGH,
  type Refinement,
  type VerifiedPoint,
  verified,
} from './refine-affine.js';
import { sequentialProgram } from './sequential-program.js';

/** Steps with a surrogate's gradients before the solver's adjoint takes over. */
const STEPS_WITH_SURROGATE = 4;
const INNER_STEPS = 40;

/**
 * The same as {@link refineAffine} for fields that are not affine in the controls: each step minimises over the surrogate plus
 * what the solver found it to miss at the last point,
 *
 *     ũ(p) = û(p) + u*(p_k) − û(p_k),
 *
 * within a quarter of the ranges about that point; the last is taken with the solver itself and its adjoint.
 */
export async function refineModel(
  context: ControlContext,
  task: ControlTask,
  start: VerifiedPoint,
  model: FieldModel | undefined,
  options: { readonly margin: number; readonly maximumSteps: number },
): Promise<Refinement> {
  const { maximumSteps } = options;
  const margin = Math.max(options.margin, BOUNDS_IN_MARGIN * start.bound);
  const { signal } = context.settings;
  let current = start;
  let best = start;
  let radius = 0.25;
  const steps: VerifiedPoint[] = [];
  while (model && steps.length < Math.min(STEPS_WITH_SURROGATE, maximumSteps)) {
    const planned = await sequentialProgram(task, await correctedModel(model, current), current.p, {
      margin,
      maximumSteps: INNER_STEPS,
      radius,
      signal,
    });
    const gain = best.objective - planned.objective;
    if (best.excess <= 0 && !(gain > ENOUGH * Math.abs(best.objective) + 1e-12)) {
      return { best, steps, converged: true, exactColumns: false };
    }
    const next = await verified(context, task, planned.p, planned.fields);
    steps.push(next);
    if (better(next, best)) best = next;
    else radius /= 2;
    current = better(next, current) ? next : current;
  }
  if (steps.length >= maximumSteps) return { best, steps, converged: false, exactColumns: false };
  const exact = await sequentialProgram(task, adjointModel(context, task), best.p, {
    margin,
    maximumSteps: INNER_STEPS,
    radius: 0.1,
    signal,
  });
  const next = await verified(context, task, exact.p, exact.fields);
  steps.push(next);
  if (better(next, best)) best = next;
  return { best, steps, converged: exact.converged, exactColumns: true };
}

async function correctedModel(model: FieldModel, { p, certified }: VerifiedPoint): Promise<FieldModel> {
  const own = await model.fields(p);
  const missing = certified.map(({ field }, s) => field.map((value, cell) => value - own[s][cell]));
  return {
    fields: async (at) =>
      (await model.fields(at)).map((u, s) => u.map((value, cell) => value + missing[s][cell])),
    pullback: (requests) => model.pullback(requests),
  };
}
