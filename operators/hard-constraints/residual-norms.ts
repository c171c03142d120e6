import { InvalidInputError } from '../../common/errors.js';
import type { ConstraintProblem, PointwiseResidual, StencilResidual } from './residual.js';

/** How far a field is from obeying a problem's rows, all of them. */
export interface ResidualNorms {
  /** ‖ρ‖₂ of every row group, by name */
  readonly norms: Readonly<Record<string, number>>;
  /** Σ_g w_g ‖ρ_g‖₂ */
  readonly value: number;
  /** Its gradient in u, `[point]` */
  readonly gradient: Float64Array;
}

/**
 * L = Σ_g w_g ‖ρ_g(u)‖₂ over all rows of every group, without squares or normalisation, as in Chalapathi et al. 2024, with its gradient.
 *
 * @param weights w by name of the group, 1 where left out
 * @throws InvalidInputError for a name that no group has
 */
export function residualNorms(
  problem: ConstraintProblem,
  field: Float64Array,
  weights: Readonly<Record<string, number>> = {},
): ResidualNorms {
  const { residual } = problem;
  const names = residual.rows.map(({ name }) => name);
  const unknown = Object.keys(weights).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidInputError(`residualNorms: there are no rows '${unknown}', only ${names.join(', ')}`);
  }
  const factors = names.map((name) => weights[name] ?? 1);
  return residual.kind === 'pointwise'
    ? pointwiseNorms(residual, field, factors)
    : stencilNorms(residual, field, problem.data ?? new Float64Array(0), factors);
}

function pointwiseNorms(residual: PointwiseResidual, field: Float64Array, factors: readonly number[]) {
  const images = new Map(Object.entries(residual.terms).map(([name, term]) => [name, term.apply(field, 1)]));
  const back = new Map(Object.keys(residual.terms).map((name) => [name, new Float64Array(residual.points)]));
  const parts = residual.rows.map(({ name, points, terms, g, target, weights }, group) => {
    const v = terms.map((term) => Float64Array.from(points, (point) => images.get(term)![point]));
    const rho = new Float64Array(points.length);
    g.value(v, points, rho);
    const s = (row: number): number => (typeof weights === 'number' ? weights : weights[row]);
    for (let row = 0; row < rho.length; row++) rho[row] = s(row) * (rho[row] - (target?.[row] ?? 0));
    const norm = Math.sqrt(sumOfSquares(rho));
    const factor = norm > 0 ? factors[group] / norm : 0;
    if (factor !== 0) {
      const first = terms.map(() => new Float64Array(points.length));
      g.first(v, points, first);
      terms.forEach((term, l) => {
        const out = back.get(term)!;
        for (let row = 0; row < rho.length; row++) {
          out[points[row]] += factor * rho[row] * s(row) * first[l][row];
        }
      });
    }
    return [name, norm] as const;
  });
  const gradient = new Float64Array(residual.points);
  for (const [name, values] of back) {
    const carried = residual.terms[name].applyTransposed(values, 1);
    for (let point = 0; point < gradient.length; point++) gradient[point] += carried[point];
  }
  return normsOf(parts, factors, gradient);
}

function stencilNorms(
  residual: StencilResidual,
  field: Float64Array,
  data: Float64Array,
  factors: readonly number[],
) {
  const values = residual.residual(field, data);
  const back = new Float64Array(residual.equations);
  const parts = residual.rows.map(({ name, equations, weights }, group) => {
    const s = (row: number): number => (typeof weights === 'number' ? weights : weights[row]);
    const rho = Float64Array.from(equations, (equation, row) => s(row) * values[equation]);
    const norm = Math.sqrt(sumOfSquares(rho));
    const factor = norm > 0 ? factors[group] / norm : 0;
    equations.forEach((equation, row) => {
      back[equation] += factor * rho[row] * s(row);
    });
    return [name, norm] as const;
  });
  return normsOf(parts, factors, residual.vjp(field, data, back));
}

function normsOf(
  parts: readonly (readonly [string, number])[],
  factors: readonly number[],
  gradient: Float64Array,
): ResidualNorms {
  return {
    norms: Object.fromEntries(parts),
    value: parts.reduce((sum, [, norm], group) => sum + factors[group] * norm, 0),
    gradient,
  };
}

const sumOfSquares = (x: Float64Array): number => x.reduce((sum, value) => sum + value * value, 0);
