import { crossProduct, normalEquations, transposedProduct } from '../../solvers/dense/tall-products.js';
import { once } from './once.js';
import { type PointwiseChunk, pointwiseChunks, type SystemRows } from './pointwise-chunks.js';
import type { GroupCotangent, ReducedSystem, SystemAdjoint, SystemState } from './reduced-system.js';
import type { PointwiseResidual } from './residual.js';
import { blockTimesVector, combineRows } from './row-blocks.js';
import { gatherCoefficients, scatterBlock, scatterMoments } from './row-chunks.js';

/** The systems of interface A, of all experts at once since they share terms. */
export function pointwiseSystems(
  residual: PointwiseResidual,
  lifting: Float64Array,
  systems: readonly SystemRows[],
): ReducedSystem[] {
  return pointwiseChunks(residual, lifting, systems).map((chunks, index) => {
    const { basis } = systems[index];
    const scratch = new Float64Array(Math.max(0, ...chunks.map(({ rows, width }) => rows.length * width)));
    const system: PointwiseSystem = {
      residual,
      chunks,
      columns: basis.columns,
      unknowns: basis.columns * basis.experts.length,
      scratch,
    };
    return {
      norm: 'least-squares',
      basis,
      unknowns: system.unknowns,
      rows: chunks.reduce((sum, { rows }) => sum + rows.length, 0),
      linear: residual.linear,
      at: (coefficients) => stateAt(system, coefficients),
    };
  });
}

interface PointwiseSystem {
  readonly residual: PointwiseResidual;
  readonly chunks: readonly PointwiseChunk[];
  readonly columns: number;
  readonly unknowns: number;
  /** Memory for the block of the largest chunk. */
  readonly scratch: Float64Array;
}

/** A chunk's rows at given coefficients. */
interface Values {
  /** v_l, `[l][row]` */
  readonly v: readonly Float64Array[];
  /** ρ, `[row]` */
  readonly rho: Float64Array;
  /** s ∂g/∂v_l, `[l][row]` */
  readonly first: () => readonly Float64Array[];
}

function stateAt(system: PointwiseSystem, coefficients: Float64Array): SystemState {
  const { residual, chunks, unknowns } = system;
  const values = chunks.map((chunk) => evaluate(system, chunk, coefficients));
  let objective = 0;
  for (const { rho } of values) for (const value of rho) objective += value * value;
  // G comes with A in one pass over J, and is had for less where A is not needed
  let together: { readonly matrix: Float64Array; readonly gradient: Float64Array } | undefined;
  return {
    coefficients,
    objective: objective / 2,
    gradient: once(() => together?.gradient ?? gradientOf(system, values)),
    normal: once(() => {
      together = normalOf(system, values);
      return together.matrix;
    }),
    curvature: once(() => {
      if (residual.linear) return undefined;
      const matrix = new Float64Array(unknowns * unknowns);
      chunks.forEach((chunk, index) => {
        if (chunk.width > 0) addCurvature(system, chunk, values[index], matrix);
      });
      return matrix;
    }),
    adjoint: (lambda) => adjointOf(system, values, lambda),
  };
}

/** JᵀJ and Jᵀρ. */
function normalOf(system: PointwiseSystem, values: readonly Values[]) {
  const { chunks, unknowns, columns } = system;
  const matrix = new Float64Array(unknowns * unknowns);
  const gradient = new Float64Array(unknowns);
  chunks.forEach(({ rows, experts, terms, width }, index) => {
    if (width === 0) return;
    const { rho, first } = values[index];
    const jacobian = system.scratch.subarray(0, rows.length * width);
    combineRows(terms, width, first(), jacobian);
    const { gram, product } = normalEquations(jacobian, width, rho);
    scatterBlock(gram, experts, columns, matrix, unknowns);
    scatterMoments(product, experts, columns, gradient);
  });
  return { matrix, gradient };
}

/** Σ_l T_lᵀ (s g_l ρ) */
function gradientOf({ chunks, unknowns, columns }: PointwiseSystem, values: readonly Values[]): Float64Array {
  const gradient = new Float64Array(unknowns);
  chunks.forEach(({ experts, terms, width }, index) => {
    if (width === 0) return;
    const { rho, first } = values[index];
    first().forEach((scales, l) => {
      const product = transposedProduct(terms[l], width, rho, { weights: scales });
      scatterMoments(product, experts, columns, gradient);
    });
  });
  return gradient;
}

function evaluate(
  { residual, columns }: PointwiseSystem,
  { group, terms, width, offsets, experts, points, weights, target }: PointwiseChunk,
  coefficients: Float64Array,
): Values {
  const own = gatherCoefficients(coefficients, experts, columns);
  const v = terms.map((term, l) => {
    const value = blockTimesVector(term, width, own, points.length);
    for (let row = 0; row < value.length; row++) value[row] += offsets[l][row];
    return value;
  });
  const rho = new Float64Array(points.length);
  residual.rows[group].g.value(v, points, rho);
  for (let row = 0; row < rho.length; row++) rho[row] = weights[row] * (rho[row] - target[row]);
  const { g } = residual.rows[group];
  const first = once(() => {
    const derivatives = terms.map(() => new Float64Array(points.length));
    g.first(v, points, derivatives);
    for (const derivative of derivatives) {
      for (let row = 0; row < derivative.length; row++) derivative[row] *= weights[row];
    }
    return derivatives;
  });
  return { v, rho, first };
}

/** s ρ ∂²g/∂v_l∂v_l′, `[pair][row]` */
function secondDerivatives(
  { residual }: PointwiseSystem,
  { group, points, weights }: PointwiseChunk,
  { v, rho }: Values,
): Float64Array[] {
  const { g } = residual.rows[group];
  if (g.pairs.length === 0) return [];
  const second = g.pairs.map(() => new Float64Array(points.length));
  g.second(v, points, second);
  for (const derivative of second) {
    for (let row = 0; row < derivative.length; row++) derivative[row] *= weights[row] * rho[row];
  }
  return second;
}

/** S = Σ_{l, l′} T_lᵀ diag(s ρ g_ll′) T_l′: one product for every pair that occurs. */
function addCurvature(
  system: PointwiseSystem,
  chunk: PointwiseChunk,
  values: Values,
  matrix: Float64Array,
): void {
  const { group, terms, width, experts } = chunk;
  const { pairs } = system.residual.rows[group].g;
  const second = secondDerivatives(system, chunk, values);
  pairs.forEach(([l, other], pair) => {
    const weights = second[pair];
    const product = crossProduct(terms[l], width, terms[other], width, { weights });
    const block = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        const mirrored = l === other ? 0 : product[j * width + i];
        block[i * width + j] = product[i * width + j] + mirrored;
      }
    }
    scatterBlock(block, experts, system.columns, matrix, system.unknowns);
  });
}

/**
 * α_l = s (g_l p + ρ Σ_l′ g_ll′ T_l′λ), β_l = s ρ g_l at the rows; α = Σ_l D_lᵀ α_l and β alike, so that transposed operators
 * act on two vectors a term, whatever N.
 */
function adjointOf(system: PointwiseSystem, values: readonly Values[], lambda: Float64Array): SystemAdjoint {
  const { residual, chunks, columns } = system;
  const names = Object.keys(residual.terms);
  // [point][2] a term: α_l beside β_l
  const fields = new Map(names.map((name) => [name, new Float64Array(2 * residual.points)]));
  const groups: GroupCotangent[] = residual.rows.map(({ points }) => ({
    weights: new Float64Array(points.length),
    target: new Float64Array(points.length),
  }));
  chunks.forEach((chunk, index) => {
    const { group, rows, points, terms, width, experts, weights } = chunk;
    const { rho } = values[index];
    const first = values[index].first();
    const second = secondDerivatives(system, chunk, values[index]);
    const own = gatherCoefficients(lambda, experts, columns);
    const along = terms.map((term) => blockTimesVector(term, width, own, rows.length));
    const p = new Float64Array(rows.length);
    first.forEach((derivative, l) => {
      for (let row = 0; row < p.length; row++) p[row] += derivative[row] * along[l][row];
    });
    const { terms: used, g } = residual.rows[group];
    used.forEach((name, l) => {
      const field = fields.get(name)!;
      for (let row = 0; row < p.length; row++) {
        field[2 * points[row]] += first[l][row] * p[row];
        field[2 * points[row] + 1] += first[l][row] * rho[row];
      }
      g.pairs.forEach(([a, b], pair) => {
        const other = a === l ? b : b === l ? a : -1;
        if (other < 0) return;
        for (let row = 0; row < p.length; row++) {
          field[2 * points[row]] += second[pair][row] * along[other][row];
        }
      });
    });
    for (let row = 0; row < p.length; row++) {
      groups[group].target[rows[row]] += weights[row] * p[row];
      groups[group].weights[rows[row]] += weights[row] === 0 ? 0 : (-2 * p[row] * rho[row]) / weights[row];
    }
  });
  const alpha = new Float64Array(residual.points);
  const beta = new Float64Array(residual.points);
  for (const name of names) {
    const carried = residual.terms[name].applyTransposed(fields.get(name)!, 2);
    for (let point = 0; point < alpha.length; point++) {
      alpha[point] += carried[2 * point];
      beta[point] += carried[2 * point + 1];
    }
  }
  return { alpha, beta, groups };
}
