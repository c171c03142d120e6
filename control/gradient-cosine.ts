import { dot, norm } from '../solvers/vectors.js';
import { adjointFields } from './adjoint-solve.js';
import { boundaryGradient } from './boundary-gradient.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import { type Cotangent, smoothLargestValue, sumOfCotangents } from './field-functions.js';
import type { FieldModel } from './field-model.js';

/** Smoothing of the maximum over the range of the field. */
const SMOOTHING = 0.02;
/** Cases of less weight do not show. */
const LEAST_WEIGHT = 1e-3;

/**
 * Cosine between the gradients that a surrogate and the solver's adjoint give of the same function at the same controls: the
 * smooth maximum of the temperature over all cases, each of its own field. 1 where all derivatives vanish in both.
 *
 * @param certified the solver's fields at p, `[case][cell]`
 */
export async function gradientCosine(
  context: ControlContext,
  task: ControlTask,
  model: FieldModel,
  p: Float64Array,
  certified: readonly Float64Array[],
): Promise<number> {
  const own = await model.fields(p);
  const requests = weightedCotangents(task, own).map(({ s, cotangent }) => ({ loadCase: s, cotangent }));
  const bySurrogate = total(await model.pullback(requests), context.space.count);
  const exact = weightedCotangents(task, certified);
  const solver = await context.solverAt(p);
  const state = {
    problem: context.problem,
    operator: solver.operator,
    conditions: context.conditionsAt(p),
    correctionShare: solver.correctionShare,
  };
  const adjoints = adjointFields(
    solver,
    exact.map(({ cotangent }) => cotangent),
    context.settings.signal,
  );
  const bySolver = total(
    exact.map(({ s }, k) => boundaryGradient(state, context.space, certified[s], adjoints[k])),
    context.space.count,
  );
  // over the ranges, so that units do not weigh
  const scaled = (gradient: Float64Array) =>
    gradient.map((value, j) => value * (context.space.high[j] - context.space.low[j]));
  const [a, b] = [scaled(bySurrogate), scaled(bySolver)];
  const size = norm(a) * norm(b);
  return size > 0 ? dot(a, b) / size : norm(a) === norm(b) ? 1 : 0;
}

function weightedCotangents(
  task: ControlTask,
  fields: readonly Float64Array[],
): { s: number; cotangent: Cotangent }[] {
  const cells = Int32Array.from({ length: task.mesh.cellCount }, (_, cell) => cell);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const u of fields) {
    for (const value of u) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const smoothing = SMOOTHING * (high - low) || 1;
  const f = smoothLargestValue(cells, smoothing);
  const values = fields.map(f.value);
  const most = Math.max(...values);
  const weights = values.map((value) => Math.exp((value - most) / smoothing));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return fields.flatMap((u, s) => {
    const weight = weights[s] / sum;
    if (weight < LEAST_WEIGHT) return [];
    const { cotangent } = f.cuts(u, 1)[0];
    return [{ s, cotangent: sumOfCotangents([{ weight, cotangent }], task.mesh.cellCount) }];
  });
}

function total(gradients: readonly Float64Array[], count: number): Float64Array {
  const sum = new Float64Array(count);
  for (const gradient of gradients) for (let j = 0; j < count; j++) sum[j] += gradient[j];
  return sum;
}
