import { InvalidInputError } from '../../common/errors.js';
import { crossProduct } from '../../solvers/dense/tall-products.js';
import { addCombination, momentsOf, type SystemBasis, sideBySide } from './expert-bases.js';
import type { ReducedSystem } from './reduced-system.js';
import type { StencilResidual } from './residual.js';
import { blockTimesVector, setBlockColumns } from './row-blocks.js';
import { gatherCoefficients, rowChunks, scatterBlock } from './row-chunks.js';
import { stencilImages, stencilReach } from './stencil-images.js';

/**
 * The Ritz system of a linear residual R(u) = Au − f with a symmetric positive semidefinite A: Vᵀ R(c + Vω) = 0, the answer of
 * least energy ½uᵀAu − fᵀu in c + span V (Céa: also of least error in the energy norm). Rows and weights play no part.
 *
 *     Hλ = ω̄ with H = VᵀAV,   α = A Vλ,   β = Au − f
 *
 * @throws InvalidInputError for a residual that is not linear and symmetric
 */
export function ritzSystem(
  residual: StencilResidual,
  data: Float64Array,
  lifting: Float64Array,
  basis: SystemBasis,
): ReducedSystem {
  if (!(residual.linear && residual.symmetric)) {
    throw new InvalidInputError(
      "hard constraints: the norm 'ritz' needs a linear and symmetric stencil residual; use 'least-squares'",
    );
  }
  const { columns, experts } = basis;
  const unknowns = columns * experts.length;
  const reach = stencilReach(residual, data, basis);
  const all = Int32Array.from({ length: residual.equations }, (_, equation) => equation);
  const chunks = rowChunks([{ group: 0, rows: all }], [reach], (_, row) => row).map((chunk) => ({
    ...chunk,
    equations: chunk.rows,
    width: columns * chunk.experts.length,
  }));
  const images = stencilImages(residual, data, basis, reach, chunks, lifting);
  const matrix = new Float64Array(unknowns * unknowns);
  const values = chunks.map(({ rows, width }) => new Float64Array(rows.length * width));
  experts.forEach((_, expert) => {
    const fields = sideBySide(basis, [expert]);
    chunks.forEach(({ rows, experts: seen, width }, index) => {
      const at = seen.indexOf(expert);
      if (at >= 0) setBlockColumns(values[index], width, at * columns, fields, columns, rows);
    });
  });
  chunks.forEach(({ experts: seen, width }, index) => {
    if (width === 0) return;
    const product = crossProduct(values[index], width, images[index], width);
    scatterBlock(product, seen, columns, matrix, unknowns);
  });
  const start = residual.residual(lifting, data);
  const startGradient = momentsOf(basis, start);
  return {
    norm: 'ritz',
    basis,
    unknowns,
    rows: residual.equations,
    linear: true,
    at: (coefficients) => {
      const left = start.slice();
      chunks.forEach(({ rows, experts: seen, width }, index) => {
        const own = gatherCoefficients(coefficients, seen, columns);
        const part = blockTimesVector(images[index], width, own, rows.length);
        rows.forEach((row, at) => {
          left[row] += part[at];
        });
      });
      const gradient = momentsOf(basis, left);
      let energy = 0;
      for (let j = 0; j < unknowns; j++) energy += coefficients[j] * (gradient[j] + startGradient[j]);
      return {
        coefficients,
        objective: energy / 2,
        gradient: () => gradient,
        normal: () => matrix,
        curvature: () => undefined,
        adjoint: (lambda) => {
          const along = addCombination(basis, lambda, new Float64Array(basis.points));
          return {
            alpha: residual.vjp(lifting, data, along),
            beta: left,
            data: residual.dataVjp?.(lifting, data, along).map((value) => -value),
          };
        },
      };
    },
  };
}
