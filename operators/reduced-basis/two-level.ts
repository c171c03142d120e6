import { BLOCK_WIDTH, putField, takeField } from '../../solvers/block-multiply.js';
import type { CoarseSpace, Preconditioner } from '../../solvers/index.js';
import { type AnswerSpace, answerThrough } from './answer-space.js';
import type { ResidualCorrection } from './projection.js';

/** Of an answer that is to be symmetric in b; see docs/reduced-basis.md for what it costs and saves. */
export const AROUND_DEFAULTS: ResidualCorrection = { damping: 0.1, reach: 2, place: 'around' };

/** Q = ΦM⁻¹Φᵀ, the projection without corrections, as the coarse space of deflated conjugate gradients. */
export function basisSpace(space: AnswerSpace): CoarseSpace {
  const plain: AnswerSpace = { ...space, options: { ...space.options, correction: 'none' } };
  return {
    name: 'reduced basis',
    matrix: space.operator.matrix,
    correct(r, z) {
      z.set(answerThrough(plain, [r]).fields[0]);
    },
  };
}

/**
 * The answer operator V as a preconditioner: I − VB = S(I − P)S with S the correction's polynomial and P the projection, both
 * self-adjoint in the energy product, so that V is symmetric positive definite and the spectrum of VB lies in (0, 1].
 * A correction that is not `around` the projection is replaced by {@link AROUND_DEFAULTS}.
 */
export function twoLevelPreconditioner(space: AnswerSpace): Preconditioner {
  const { correction } = space.options;
  const around = correction !== 'none' && correction.place === 'around' ? correction : AROUND_DEFAULTS;
  const symmetric: AnswerSpace = { ...space, options: { ...space.options, correction: around } };
  const { rows } = space.basis;
  return {
    name: 'reduced basis V-cycle',
    apply(r, z) {
      z.set(answerThrough(symmetric, [r]).fields[0]);
    },
    applyBlock(r, z) {
      const loads = Array.from({ length: BLOCK_WIDTH }, (_, s) => {
        const load = new Float64Array(rows);
        takeField(r, s, load);
        return load;
      });
      answerThrough(symmetric, loads).fields.forEach((field, s) => {
        putField(z, s, field);
      });
    },
  };
}
