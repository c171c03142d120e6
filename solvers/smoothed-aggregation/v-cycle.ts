import { BLOCK_WIDTH, putField, takeField } from '../block-multiply.js';
import {
  addBlockProlonged,
  backwardBlockSweep,
  forwardBlockSweepFromZero,
  restrictBlockResidual,
} from './block-sweeps.js';
import type { Hierarchy } from './hierarchy.js';
import {
  addProlonged,
  backwardSweep,
  backwardSweepWithImage,
  forwardSweepFromZero,
  restrictResidual,
} from './sweeps.js';

/** z = M⁻¹r, and A z into `image` where it is given. */
export type Cycle = (r: Float64Array, z: Float64Array, image?: Float64Array) => void;

/**
 * V(1,1): a forward Gauss–Seidel sweep going down, a backward one coming up, so that M is symmetric; positive definite,
 * since I − M⁻¹A is a product E*E in the energy inner product whatever the coarse spaces.
 *
 * Two sweeps each way (PyAMG's default) take fewer iterations, but read the matrix five times instead of two: here, from
 * zero, the forward sweep and the residual after it read the matrix once between them, and the backward sweep gives A z.
 */
export function vCycle({ levels, coarsest, coarseSolve }: Hierarchy): Cycle {
  const depth = levels.length;
  const { b, x } = levelVectors(levels, coarsest.rows, 1);
  return (r, z, image) => {
    b[0] = r;
    x[0] = z;
    for (let k = 0; k < depth; k++) {
      const { matrix, prolongator } = levels[k];
      forwardSweepFromZero(matrix, b[k], x[k]);
      restrictResidual(matrix, prolongator, x[k], b[k + 1]);
    }
    coarseSolve(b[depth], x[depth]);
    for (let k = depth - 1; k >= 0; k--) {
      const { matrix, prolongator } = levels[k];
      addProlonged(prolongator, x[k + 1], x[k]);
      if (k === 0 && image) backwardSweepWithImage(matrix, r, z, image);
      else backwardSweep(matrix, b[k], x[k]);
    }
  };
}

/** {@link vCycle} on {@link BLOCK_WIDTH} fields side by side, `[row][field]`. */
export function blockVCycle({ levels, coarsest, coarseSolve }: Hierarchy): Cycle {
  const depth = levels.length;
  const { b, x } = levelVectors(levels, coarsest.rows, BLOCK_WIDTH);
  const one = new Float64Array(coarsest.rows);
  const answer = new Float64Array(coarsest.rows);
  const solveFields = (right: Float64Array, left: Float64Array) => {
    for (let field = 0; field < BLOCK_WIDTH; field++) {
      takeField(right, field, one);
      coarseSolve(one, answer);
      putField(left, field, answer);
    }
  };
  return (r, z) => {
    b[0] = r;
    x[0] = z;
    for (let k = 0; k < depth; k++) {
      const { matrix, prolongator } = levels[k];
      forwardBlockSweepFromZero(matrix, b[k], x[k]);
      restrictBlockResidual(matrix, prolongator, x[k], b[k + 1]);
    }
    solveFields(b[depth], x[depth]);
    for (let k = depth - 1; k >= 0; k--) {
      const { matrix, prolongator } = levels[k];
      addBlockProlonged(prolongator, x[k + 1], x[k]);
      backwardBlockSweep(matrix, b[k], x[k]);
    }
  };
}

/** Right-hand side and solution of every level below the finest, which has the caller's. */
function levelVectors(levels: Hierarchy['levels'], coarsestRows: number, width: number) {
  const sizes = [0, ...levels.slice(1).map((level) => level.matrix.rows), coarsestRows];
  // a hierarchy without levels is the coarsest matrix alone
  const vectors = () => (levels.length === 0 ? [0] : sizes).map((rows) => new Float64Array(rows * width));
  return { b: vectors() as Float64Array[], x: vectors() as Float64Array[] };
}
