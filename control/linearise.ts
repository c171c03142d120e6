import { squareCostAt } from './control-cost.js';
import { type ControlTask, caseObjective } from './control-task.js';
import { type Cotangent, sumOfCotangents } from './field-functions.js';
import type { FieldModel, PullbackRequest } from './field-model.js';
import type { SequentialStep } from './sequential-program.js';

/** value + gradientᵀd in steps d over the ranges of the parameters, and the cotangent that it came from. */
export interface LinearCut extends PullbackRequest {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A goal to first order at a point, but for the costs of control, which are known functions of p; the square one is in value and gradient. */
export interface Linearisation {
  /** Of the objective without its epigraph variables and the absolute cost */
  readonly value: number;
  readonly gradient: Float64Array;
  /** The part of `gradient` whose curvature is not known */
  readonly smoothGradient: Float64Array;
  /** Variables t ≥ cut, counted from `origin`, in the objective with a weight */
  readonly epigraphs: readonly {
    readonly weight: number;
    readonly origin: number;
    readonly cuts: readonly LinearCut[];
  }[];
  /** Excess over a limit, K */
  readonly limits: readonly LinearCut[];
  /** ∂L/∂d with the multipliers given, of the part whose curvature is not known */
  readonly lagrangian?: Float64Array;
  /** What a full step may change the objective by */
  readonly scale: number;
}

/** Hot places followed in one step beyond the number of parameters, which as many rows at most hold; over all cases. */
const SPARE_PLACES = 4;
/** The same of one function in one case. */
const PLACES = 4;
/** Places further below the hottest than this part of the field's range are left out. */
const BAND = 0.25;

/**
 * @param multipliers weights of cotangents at the point before, for the curvature along the step
 * @param places hot places followed of one function in one case
 */
export async function linearise(
  task: ControlTask,
  model: FieldModel,
  { fields, p }: SequentialStep,
  widths: Float64Array,
  multipliers?: readonly (PullbackRequest & { readonly weight: number })[],
  places = PLACES,
): Promise<Linearisation> {
  const { cases, terms, limits, robust, mesh, space, square } = task;
  const range = Math.max(...fields.map(valueRange));
  const joined = robust === 'worst' && cases.length > 1 && terms.length > 0;
  const smooth: { s: number; weight: number; cotangent: Cotangent }[] = [];
  const found: { kind: 'limit' | number; s: number; value: number; cotangent: Cotangent }[] = [];
  const epigraphs: { weight: number; origin: number }[] = [];
  let value = square.weight * squareCostAt(space, square, p);
  if (joined) {
    const values = fields.map((u) => caseObjective(task, u));
    const most = Math.max(...values);
    epigraphs.push({ weight: 1, origin: most });
    value += most;
    const order = values.map((_, s) => s).sort((a, b) => values[b] - values[a]);
    for (const s of order.slice(0, places)) {
      const cuts = terms.map(({ weight, f }) => ({ weight, cut: f.cuts(fields[s], 1)[0] }));
      const cotangent = sumOfCotangents(
        cuts.map(({ weight, cut }) => ({ weight, cotangent: cut.cotangent })),
        mesh.cellCount,
      );
      found.push({ kind: 0, s, value: values[s], cotangent });
    }
  } else {
    cases.forEach(({ probability }, s) => {
      for (const { weight, f } of terms) {
        const share = robust === 'worst' ? weight : weight * probability;
        if (share === 0) continue;
        const at = f.value(fields[s]);
        value += share * at;
        if (f.smooth) smooth.push({ s, weight: share, cotangent: f.cuts(fields[s], 1)[0].cotangent });
        else {
          for (const cut of f.cuts(fields[s], places)) {
            if (cut.value < at - BAND * range) continue;
            found.push({ kind: epigraphs.length, s, ...cut });
          }
          epigraphs.push({ weight: share, origin: at });
        }
      }
    });
  }
  const hot = fields.flatMap((u, s) =>
    limits.flatMap(({ f, level }) =>
      f.cuts(u, places).map((cut) => ({ kind: 'limit' as const, s, ...cut, value: cut.value - level })),
    ),
  );
  hot.sort((a, b) => b.value - a.value);
  found.push(
    ...hot.filter(
      (place, k) =>
        k < (places === 1 ? 1 : space.count + SPARE_PLACES) && place.value > hot[0].value - BAND * range,
    ),
  );

  const requests: PullbackRequest[] = found.map(({ s, cotangent }) => ({ loadCase: s, cotangent }));
  const together = (parts: readonly { s: number; weight: number; cotangent: Cotangent }[]) => {
    const used = [...new Set(parts.map(({ s }) => s))];
    return used.map((s) => {
      const cotangent = sumOfCotangents(
        parts.filter((part) => part.s === s),
        mesh.cellCount,
      );
      return requests.push({ loadCase: s, cotangent }) - 1;
    });
  };
  const smoothRequests = together(smooth);
  const lagrangianRequests = multipliers
    ? together(
        multipliers.flatMap(({ loadCase, cotangent, weight }) =>
          weight > 0 ? [{ s: loadCase, cotangent, weight }] : [],
        ),
      )
    : [];
  const slopes = (await model.pullback(requests)).map((slope) => slope.map((each, j) => each * widths[j]));
  const sum = (which: readonly number[]) => {
    const total = new Float64Array(space.count);
    for (const k of which) for (let j = 0; j < total.length; j++) total[j] += slopes[k][j];
    return total;
  };
  const smoothGradient = sum(smoothRequests);
  const gradient = smoothGradient.slice();
  for (let i = 0; i < space.count; i++) {
    for (let j = 0; j < space.count; j++) {
      gradient[i] +=
        square.weight * square.hessian[i * space.count + j] * (p[j] - space.reference[j]) * widths[i];
    }
  }
  const cutOf = (k: number): LinearCut => ({ ...requests[k], value: found[k].value, gradient: slopes[k] });
  const indices = found.map((_, k) => k);
  const lagrangian = sum(lagrangianRequests);
  for (let j = 0; j < lagrangian.length; j++) lagrangian[j] += smoothGradient[j];
  const steepness = (slope: Float64Array) => slope.reduce((total, each) => total + Math.abs(each), 0);
  return {
    value,
    gradient,
    smoothGradient,
    epigraphs: epigraphs.map((epigraph, kind) => ({
      ...epigraph,
      cuts: indices.filter((k) => found[k].kind === kind).map(cutOf),
    })),
    limits: indices.filter((k) => found[k].kind === 'limit').map(cutOf),
    ...(multipliers && { lagrangian }),
    scale: 1e-3 * (steepness(gradient) + epigraphs.reduce((total, { weight }) => total + weight * range, 0)),
  };
}

/** max u − min u */
export function valueRange(u: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of u) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
