import { type AffineFields, fieldsAt, pulledBack } from './affine-fields.js';
import { absoluteCostAt } from './control-cost.js';
import { clamp } from './control-space.js';
import { type ControlTask, caseObjective, objectiveOf } from './control-task.js';
import {
  type ConvexFunction,
  type ConvexProgram,
  type Cut,
  convexProgram,
  leastExcess,
} from './convex-program.js';
import type { FieldCut, FieldFunction } from './field-functions.js';

/** A part of the space that a plan may not leave, by parameter. */
export interface TrustBox {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface AffinePlan {
  readonly status: 'optimal' | 'infeasible' | 'maximum-iterations';
  readonly p: Float64Array;
  /** As the affine fields have them, `[case][cell]` */
  readonly fields: readonly Float64Array[];
  readonly objective: number;
  readonly iterations: number;
  /** Where no admissible controls keep the limits */
  readonly infeasible?: Infeasibility;
}

/** Why no controls can do it: a mean of temperatures in a few cells that exceeds its limit whatever the controls. */
export interface Infeasibility {
  /** The largest excess over a limit is at least this, K, errors of the fields taken off; proved where it is positive */
  readonly leastExcess: number;
  /** Cells, load cases and weights of that mean; weights sum to 1 */
  readonly witnesses: readonly {
    readonly cell: number;
    readonly loadCase: number;
    readonly weight: number;
  }[];
}

/** Cuts kept of one function at one point. */
const CUTS = 8;

/**
 * The best plan of a problem with affine fields: a convex program in p.
 *
 * @param margin K by which limits are kept: what fields may be wrong by
 */
export function affinePlan(
  task: ControlTask,
  affine: AffineFields,
  { margin, trust, start }: { margin: number; trust?: TrustBox; start?: Float64Array },
): AffinePlan {
  const scaling = boxScaling(task, trust);
  const program = affineProgram(task, affine, scaling, margin);
  const from = start && scaling.inverse(start).map((value) => clamp(value, 0, 1));
  const solved = convexProgram(program, from);
  const finish = (x: Float64Array) => {
    const p = scaling.parameters(x);
    const fields = fieldsAt(affine, p);
    return { p, fields, objective: objectiveOf(task, fields, p), iterations: solved.iterations };
  };
  if (solved.status !== 'infeasible') return { status: solved.status, ...finish(solved.x) };
  const { x, lowerBound, upperBound, certificate } = leastExcess(program);
  if (upperBound <= 0) {
    // round-off between a relaxation without a point and a point that meets all limits: that one is admissible
    return { status: 'maximum-iterations', ...finish(x) };
  }
  const witnesses = certificate.flatMap(({ weight, constraint, cut }) => {
    const cell = (cut as CellCut).cell;
    return cell === undefined
      ? []
      : [{ cell, loadCase: Math.floor(constraint / task.limits.length), weight }];
  });
  // once for the limits that were moved by it, once for what the fields may be wrong by
  return {
    status: 'infeasible',
    ...finish(x),
    infeasible: { leastExcess: lowerBound - 2 * margin, witnesses },
  };
}

interface BoxScaling {
  readonly widths: Float64Array;
  parameters(x: Float64Array): Float64Array;
  inverse(p: Float64Array): Float64Array;
}

/** p = low + width x, x in [0, 1]. */
function boxScaling({ space }: ControlTask, trust: TrustBox | undefined): BoxScaling {
  const { low, high } = trust ?? space;
  const widths = low.map((value, j) => high[j] - value);
  return {
    widths,
    parameters: (x) => x.map((value, j) => clamp(low[j] + widths[j] * value, low[j], high[j])),
    inverse: (p) => p.map((value, j) => (widths[j] > 0 ? (value - low[j]) / widths[j] : 0)),
  };
}

/** A cut of the temperature of one cell. */
type CellCut = Cut & { readonly cell?: number };

function affineProgram(
  task: ControlTask,
  affine: AffineFields,
  scaling: BoxScaling,
  margin: number,
): ConvexProgram {
  const { space, cases, terms, limits, square, absoluteWeight, robust } = task;
  const n = space.count;
  const { widths, parameters } = scaling;
  const zero = new Float64Array(n);
  const base = parameters(zero);
  const hessian = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const curvature = square.weight * square.hessian[i * n + j] * widths[i];
      hessian[i * n + j] += curvature * widths[j];
      gradient[i] += curvature * (base[j] - space.reference[j]);
    }
  }
  // fields of one point serve all functions
  let last: { x: Float64Array; fields: Float64Array[] } | undefined;
  const fieldsOf = (x: Float64Array) => {
    if (last?.x !== x) last = { x, fields: fieldsAt(affine, parameters(x)) };
    return last.fields;
  };
  const cutOf = (s: number, { value, cotangent }: FieldCut, x: Float64Array): CellCut => {
    const slope = pulledBack(affine, s, cotangent).map((each, j) => each * widths[j]);
    const offset = value - slope.reduce((sum, each, j) => sum + each * x[j], 0);
    return { offset, gradient: slope, ...(cotangent.cells.length === 1 && { cell: cotangent.cells[0] }) };
  };
  const functionOf =
    (s: number, f: FieldFunction): ConvexFunction =>
    (x) => {
      const u = fieldsOf(x)[s];
      return { value: f.value(u), cuts: f.cuts(u, CUTS).map((cut) => cutOf(s, cut, x)) };
    };
  const objectives: { weight: number; f: ConvexFunction }[] = [];
  const joined = robust === 'worst' && cases.length > 1 && terms.length > 0;
  if (joined) objectives.push({ weight: 1, f: worstCase(task, fieldsOf, cutOf) });
  else {
    cases.forEach(({ probability }, s) => {
      for (const { weight, f } of terms) {
        const share = robust === 'worst' ? weight : weight * probability;
        if (share === 0) continue;
        if (f.curvature)
          addQuadratic(
            hessian,
            gradient,
            share,
            f.curvature,
            functionOf(s, f)(zero).cuts[0],
            affine.columns[s],
            widths,
          );
        else objectives.push({ weight: share, f: functionOf(s, f) });
      }
    });
  }
  if (absoluteWeight > 0) {
    objectives.push({
      weight: absoluteWeight,
      f: (x) => {
        const { value, gradient: slope } = absoluteCostAt(space, parameters(x));
        const scaled = slope.map((each, j) => each * widths[j]);
        return {
          value,
          cuts: [{ offset: value - scaled.reduce((sum, each, j) => sum + each * x[j], 0), gradient: scaled }],
        };
      },
    });
  }
  const span = Math.max(
    ...affine.columns.flatMap((columns) =>
      columns.map(
        (column, j) => widths[j] * column.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      ),
    ),
  );
  return {
    hessian,
    gradient,
    low: zero,
    high: new Float64Array(n).fill(1),
    rows: task.rows.map(({ normal, bound }) => ({
      normal: normal.map((value, j) => value * widths[j]),
      bound: bound - normal.reduce((sum, value, j) => sum + value * base[j], 0),
    })),
    objectives,
    constraints: cases.flatMap((_, s) =>
      limits.map(({ f, level }) => ({ level: level - margin, f: functionOf(s, f) })),
    ),
    tolerance: Math.min(1e-9 * span, margin / 4),
  };
}

/** max over the cases of the sum of all terms. */
function worstCase(
  task: ControlTask,
  fieldsOf: (x: Float64Array) => Float64Array[],
  cutOf: (s: number, cut: FieldCut, x: Float64Array) => Cut,
): ConvexFunction {
  return (x) => {
    const fields = fieldsOf(x);
    const values = fields.map((u) => caseObjective(task, u));
    const order = values.map((_, s) => s).sort((a, b) => values[b] - values[a]);
    // of one term all its cuts, of several the sums of what touches each
    const cuts = order.flatMap((s) => {
      const parts = task.terms.map(({ weight, f }) =>
        f.cuts(fields[s], task.terms.length === 1 ? 2 : 1).map((cut) => scaledCut(weight, cutOf(s, cut, x))),
      );
      return parts.length === 1 ? parts[0] : [parts.map(([first]) => first).reduce(sumOfCuts)];
    });
    return { value: values[order[0]], cuts };
  };
}

const scaledCut = (weight: number, { offset, gradient }: Cut): Cut => ({
  offset: weight * offset,
  gradient: gradient.map((value) => weight * value),
});

const sumOfCuts = (a: Cut, b: Cut): Cut => ({
  offset: a.offset + b.offset,
  gradient: a.gradient.map((value, j) => value + b.gradient[j]),
});

/** Adds weight · f, f quadratic with the tangent at x = 0 that is given; its constant is left out. */
function addQuadratic(
  hessian: Float64Array,
  gradient: Float64Array,
  weight: number,
  curvature: (a: Float64Array, b: Float64Array) => number,
  tangent: Cut,
  columns: readonly Float64Array[],
  widths: Float64Array,
): void {
  const n = gradient.length;
  for (let i = 0; i < n; i++) {
    gradient[i] += weight * tangent.gradient[i];
    for (let j = 0; j <= i; j++) {
      const value = 2 * weight * curvature(columns[i], columns[j]) * widths[i] * widths[j];
      hessian[i * n + j] += value;
      if (i !== j) hessian[j * n + i] += value;
    }
  }
}
