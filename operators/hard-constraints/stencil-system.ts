import { crossProduct, gramMatrix, transposedProduct } from '../../solvers/dense/tall-products.js';
import { addCombination, type Reach, type SystemBasis, sideBySide } from './expert-bases.js';
import { once } from './once.js';
import type { SystemRows } from './pointwise-chunks.js';
import type { GroupCotangent, ReducedSystem, SystemAdjoint, SystemState } from './reduced-system.js';
import type { StencilResidual } from './residual.js';
import { blockTimesVector, scaleRows } from './row-blocks.js';
import { gatherCoefficients, type RowChunk, rowChunks, scatterBlock, scatterMoments } from './row-chunks.js';
import { stencilImages, stencilReach } from './stencil-images.js';

interface StencilChunk extends RowChunk {
  /** N for every expert. */
  readonly width: number;
  /** `[row]` */
  readonly equations: Int32Array;
  /** s, `[row]` */
  readonly weights: Float64Array;
}

interface StencilSystem {
  readonly residual: StencilResidual;
  readonly data: Float64Array;
  readonly lifting: Float64Array;
  readonly basis: SystemBasis;
  readonly unknowns: number;
  readonly reach: Reach;
  readonly chunks: readonly StencilChunk[];
  /** J of every chunk at a state of a nonlinear residual, or of all states of a linear one. */
  jacobians(u: () => Float64Array): readonly Float64Array[];
  /** ρ of every chunk where ω = 0, for a linear residual. */
  readonly start: readonly Float64Array[];
}

/** The least-squares system of interface B for one basis. */
export function stencilSystem(
  residual: StencilResidual,
  data: Float64Array,
  lifting: Float64Array,
  { basis, selected }: SystemRows,
): ReducedSystem {
  const reach = stencilReach(residual, data, basis);
  const ofGroups = residual.rows.map(() => reach);
  const chunks = rowChunks(selected, ofGroups, (group, row) => residual.rows[group].equations[row]).map(
    (chunk) => {
      const { equations, weights } = residual.rows[chunk.group];
      return {
        ...chunk,
        width: basis.columns * chunk.experts.length,
        equations: chunk.rows.map((row) => equations[row]),
        weights: Float64Array.from(chunk.rows, (row) =>
          typeof weights === 'number' ? weights : weights[row],
        ),
      };
    },
  );
  const weighted = (u: Float64Array): Float64Array[] => {
    const images = stencilImages(residual, data, basis, reach, chunks, u);
    images.forEach((image, index) => {
      scaleRows(image, chunks[index].width, chunks[index].weights, image, 'set');
    });
    return images;
  };
  const constant = residual.linear ? weighted(lifting) : undefined;
  const unknowns = basis.columns * basis.experts.length;
  const system: StencilSystem = {
    residual,
    data,
    lifting,
    basis,
    unknowns,
    reach,
    chunks,
    jacobians: (u) => constant ?? weighted(u()),
    start: residual.linear ? rowsOf(chunks, residual.residual(lifting, data)) : [],
  };
  return {
    norm: 'least-squares',
    basis,
    unknowns,
    rows: chunks.reduce((sum, { rows }) => sum + rows.length, 0),
    linear: residual.linear,
    at: (coefficients) => stateAt(system, coefficients),
  };
}

/** ρ of every chunk. */
const rowsOf = (chunks: readonly StencilChunk[], values: Float64Array): Float64Array[] =>
  chunks.map(({ equations, weights }) => weights.map((weight, row) => weight * values[equations[row]]));

function stateAt(system: StencilSystem, coefficients: Float64Array): SystemState {
  const { residual, data, lifting, basis, chunks, unknowns } = system;
  const { columns } = basis;
  const u = once(() => addCombination(basis, coefficients, lifting.slice()));
  const rho = residual.linear
    ? linearRows(system, coefficients)
    : rowsOf(chunks, residual.residual(u(), data));
  const jacobian = once(() => system.jacobians(u));
  let objective = 0;
  for (const part of rho) for (const value of part) objective += value * value;
  return {
    coefficients,
    objective: objective / 2,
    gradient: () => {
      const gradient = new Float64Array(unknowns);
      jacobian().forEach((own, index) => {
        const { experts, width } = chunks[index];
        if (width === 0) return;
        scatterMoments(transposedProduct(own, width, rho[index]), experts, columns, gradient);
      });
      return gradient;
    },
    normal: once(() => {
      const matrix = new Float64Array(unknowns * unknowns);
      jacobian().forEach((own, index) => {
        const { experts, width } = chunks[index];
        if (width === 0) return;
        scatterBlock(gramMatrix(own, width), experts, columns, matrix, unknowns);
      });
      return matrix;
    }),
    curvature: once(() => (residual.linear ? undefined : curvature(system, u(), scattered(system, rho)))),
    adjoint: (lambda) => adjointOf(system, u(), rho, jacobian(), lambda),
  };
}

/** ρ₀ + J ω */
function linearRows({ chunks, basis, start, lifting, jacobians }: StencilSystem, coefficients: Float64Array) {
  return jacobians(() => lifting).map((jacobian, index) => {
    const { experts, width } = chunks[index];
    const own = gatherCoefficients(coefficients, experts, basis.columns);
    return blockTimesVector(jacobian, width, own, start[index].length).map(
      (value, row) => start[index][row] + value,
    );
  });
}

/** s ⊙ z of all rows, summed at their equations. */
function scattered({ residual, chunks }: StencilSystem, z: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(residual.equations);
  chunks.forEach(({ equations, weights }, index) => {
    for (let row = 0; row < equations.length; row++) result[equations[row]] += weights[row] * z[index][row];
  });
  return result;
}

/** S_kk′ = V_kᵀ hvp(u, s⊙ρ, V_k′) */
function curvature({ residual, data, basis, unknowns }: StencilSystem, u: Float64Array, z: Float64Array) {
  const { columns, experts } = basis;
  const matrix = new Float64Array(unknowns * unknowns);
  experts.forEach((_, second) => {
    const image = residual.hvp(u, data, z, sideBySide(basis, [second]), columns);
    experts.forEach(({ points, values }, first) => {
      const here = new Float64Array(points.length * columns);
      points.forEach((point, at) => {
        here.set(image.subarray(point * columns, (point + 1) * columns), at * columns);
      });
      const block = crossProduct(values, columns, here, columns);
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < columns; j++) {
          const value = block[i * columns + j] / 2;
          matrix[(first * columns + i) * unknowns + second * columns + j] += value;
          matrix[(second * columns + j) * unknowns + first * columns + i] += value;
        }
      }
    });
  });
  return matrix;
}

/** α = vjp(u, s⊙p) + hvp(u, s⊙ρ, Vλ), β = vjp(u, s⊙ρ), ȳ = −R_yᵀ(s⊙p) − ∂_y⟨s⊙ρ, R_u Vλ⟩ */
function adjointOf(
  system: StencilSystem,
  u: Float64Array,
  rho: readonly Float64Array[],
  jacobians: readonly Float64Array[],
  lambda: Float64Array,
): SystemAdjoint {
  const { residual, data, basis, chunks } = system;
  const p = jacobians.map((jacobian, index) => {
    const { experts, width } = chunks[index];
    const own = gatherCoefficients(lambda, experts, basis.columns);
    return blockTimesVector(jacobian, width, own, rho[index].length);
  });
  const [weightedP, weightedRho] = [scattered(system, p), scattered(system, rho)];
  const alpha = residual.vjp(u, data, weightedP).slice();
  const beta = residual.vjp(u, data, weightedRho);
  const along = addCombination(basis, lambda, new Float64Array(basis.points));
  if (!residual.linear) {
    const bent = residual.hvp(u, data, weightedRho, along, 1);
    for (let point = 0; point < alpha.length; point++) alpha[point] += bent[point];
  }
  let ofData: Float64Array | undefined;
  if (residual.dataVjp) {
    const direct = residual.dataVjp(u, data, weightedP);
    const indirect = residual.dataHvp?.(u, data, weightedRho, along);
    ofData = direct.map((value, at) => -value - (indirect?.[at] ?? 0));
  }
  return { alpha, beta, groups: groupCotangents(system, p, rho), data: ofData };
}

function groupCotangents(
  { residual, chunks }: StencilSystem,
  p: readonly Float64Array[],
  rho: readonly Float64Array[],
): GroupCotangent[] {
  const groups = residual.rows.map(({ points }) => ({
    weights: new Float64Array(points.length),
    target: new Float64Array(points.length),
  }));
  chunks.forEach(({ group, rows, weights }, index) => {
    rows.forEach((row, at) => {
      const weight = weights[at];
      groups[group].target[row] += weight * p[index][at];
      groups[group].weights[row] += weight === 0 ? 0 : (-2 * p[index][at] * rho[index][at]) / weight;
    });
  });
  return groups;
}
