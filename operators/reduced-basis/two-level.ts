import { BLOCK_WIDTH, putField, takeField } from '../../solvers/block-multiply.js';
import type { CoarseSpace, Preconditioner } from '../../solvers/index.js';
import { type BasisProjection, projectFields, type ResidualCorrection } from './projection.js';

/** Of an answer that is to be symmetric in b; see docs/reduced-basis.md for what it costs and saves. */
export const AROUND_DEFAULTS: ResidualCorrection = { damping: 0.1, reach: 2, place: 'around' };

/** Q = ΦM⁻¹Φᵀ, the projection without corrections, as the coarse space of deflated conjugate gradients. */
export function basisSpace(projection: BasisProjection): CoarseSpace {
  const plain: BasisProjection = { ...projection, options: { ...projection.options, correction: 'none' } };
  return {
    name: 'reduced basis',
    matrix: projection.operator.matrix,
    correct(r, z) {
      z.set(projectFields(plain, [r]).fields[0]);
    },
  };
}

/**
 * The answer operator V as a preconditioner: I − VB = S(I − P)S with S the correction's polynomial and P the projection, both
 * self-adjoint in the energy product, so that V is symmetric positive definite and the spectrum of VB lies in (0, 1].
 * A correction that is not `around` the projection is replaced by {@link AROUND_DEFAULTS}.
 */
export function twoLevelPreconditioner(projection: BasisProjection): Preconditioner {
  const { correction } = projection.options;
  const around = correction !== 'none' && correction.place === 'around' ? correction : AROUND_DEFAULTS;
  const symmetric: BasisProjection = {
    ...projection,
    options: { ...projection.options, correction: around },
  };
  const { rows } = projection.basis;
  return {
    name: 'reduced basis V-cycle',
    apply(r, z) {
      z.set(projectFields(symmetric, [r]).fields[0]);
    },
    applyBlock(r, z) {
      const loads = Array.from({ length: BLOCK_WIDTH }, (_, s) => {
        const load = new Float64Array(rows);
        takeField(r, s, load);
        return load;
      });
      projectFields(symmetric, loads).fields.forEach((field, s) => {
        putField(z, s, field);
      });
    },
  };
}
