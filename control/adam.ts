import { combineSeeds, createRandom } from '../common/random.js';
import { absoluteCostAt } from './control-cost.js';
import { type ControlTask, objectiveOf } from './control-task.js';
import type { FieldModel } from './field-model.js';
import { type Linearisation, linearise } from './linearise.js';
import { admissible } from './sequential-program.js';

export const ADAM_LOOP = {
  iterations: 100,
  /** Over the range of a control: 1 where bounds are [−5, 5] */
  learningRate: 0.1,
  /** Standard deviation of the start about the reference, over the range */
  spread: 0.01,
  /** Of the objective beside the excess over the limit */
  costWeight: 1e-3,
} as const;

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/**
 * The optimiser of NPSolver's boundary control (arXiv 2605.25786): 100 steps of Adam from a small random start on
 *
 *     max(0, max u − limit) + 0.001 · objective,
 *
 * with a subgradient of the hard maximum, the best iterate by that loss. Beside the paper, iterates are kept within bounds and
 * the iterate that is returned is the one whose field was judged.
 */
export async function adamLoop(
  task: ControlTask,
  model: FieldModel,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<{ p: Float64Array; fields: readonly Float64Array[]; objective: number; steps: number }> {
  const { space } = task;
  const widths = space.high.map((high, j) => high - space.low[j] || 1);
  const random = createRandom(combineSeeds(seed, 0xada));
  let p = admissible(
    task,
    space.reference.map((value, j) => value + ADAM_LOOP.spread * widths[j] * random.normal()),
    widths,
  );
  const [first, second] = [new Float64Array(space.count), new Float64Array(space.count)];
  let best: { p: Float64Array; fields: readonly Float64Array[]; objective: number; loss: number } | undefined;
  for (let step = 1; step <= ADAM_LOOP.iterations; step++) {
    signal?.throwIfAborted();
    const fields = await model.fields(p);
    const objective = objectiveOf(task, fields, p);
    const found = await linearise(task, model, { p, fields, objective, excess: 0 }, widths, undefined, 1);
    const { loss, gradient } = lossOf(task, found, objective, p, widths);
    if (!best || loss < best.loss) best = { p, fields, objective, loss };
    p = p.map((value, j) => {
      first[j] = BETA1 * first[j] + (1 - BETA1) * gradient[j];
      second[j] = BETA2 * second[j] + (1 - BETA2) * gradient[j] ** 2;
      const mean = first[j] / (1 - BETA1 ** step);
      const size = Math.sqrt(second[j] / (1 - BETA2 ** step));
      return value - ADAM_LOOP.learningRate * widths[j] * (mean / (size + EPSILON));
    });
    p = admissible(task, p, widths);
  }
  return { ...best!, steps: ADAM_LOOP.iterations };
}

/** Loss and a subgradient in steps over the ranges. */
function lossOf(
  { space, absoluteWeight }: ControlTask,
  { gradient, epigraphs, limits }: Linearisation,
  objective: number,
  p: Float64Array,
  widths: Float64Array,
) {
  const total = gradient.map((value) => ADAM_LOOP.costWeight * value);
  const add = (slope: Float64Array, weight: number) => {
    for (let j = 0; j < total.length; j++) total[j] += weight * slope[j];
  };
  for (const { weight, cuts } of epigraphs) add(cuts[0].gradient, ADAM_LOOP.costWeight * weight);
  if (absoluteWeight > 0) {
    const slope = absoluteCostAt(space, p).gradient.map((value, j) => value * widths[j]);
    add(slope, ADAM_LOOP.costWeight * absoluteWeight);
  }
  const worst = limits[0];
  if (worst?.value > 0) add(worst.gradient, 1);
  return { loss: Math.max(0, worst?.value ?? 0) + ADAM_LOOP.costWeight * objective, gradient: total };
}
