import { InvalidInputError } from '../common/errors.js';
import { createRandom } from '../common/random.js';
import { inverseOfDiagonal, type Preconditioner } from './preconditioner.js';
import { multiply, type SparseMatrix } from './sparse-matrix.js';
import { norm } from './vectors.js';

export interface ChebyshevOptions {
  /** Steps of the iteration, so products with A, in one application */
  readonly degree?: number;
  /** The polynomial is small on [λ_max/ratio, λ_max] of D⁻¹A. */
  readonly ratio?: number;
}

export const CHEBYSHEV_DEFAULTS = { degree: 4, ratio: 30 } as const;

const POWER_STEPS = 12;
/** The estimate of λ_max from below, and what it may lack. */
const SAFETY = 1.1;

/**
 * M⁻¹ = p(D⁻¹A) D⁻¹: `degree` steps of Chebyshev's iteration from zero (Saad, Iterative Methods, algorithm 12.1), with
 * 1 − λp(λ) the shifted polynomial of smallest maximum on [λ_max/ratio, λ_max]. Made of products alone, it does not
 * depend on the order of rows. λ_max(D⁻¹A) is at most Gershgorin's bound and is estimated by power iteration.
 *
 * @throws InvalidInputError on options out of range or a diagonal that is not positive
 */
export function chebyshev(matrix: SparseMatrix, options: ChebyshevOptions = {}): Preconditioner {
  const degree = options.degree ?? CHEBYSHEV_DEFAULTS.degree;
  const ratio = options.ratio ?? CHEBYSHEV_DEFAULTS.ratio;
  if (!(Number.isInteger(degree) && degree >= 1)) {
    throw new InvalidInputError(`solvers.chebyshev: expected an integer degree >= 1, got ${degree}`);
  }
  if (!(ratio > 1)) throw new InvalidInputError(`solvers.chebyshev: expected ratio > 1, got ${ratio}`);
  const inverse = inverseOfDiagonal('solvers.chebyshev', matrix);
  const largest = largestEigenvalue(matrix, inverse);
  const theta = 0.5 * (largest + largest / ratio);
  const delta = 0.5 * (largest - largest / ratio);
  const sigma = theta / delta;
  const n = matrix.rows;
  const step = new Float64Array(n);
  const image = new Float64Array(n);
  return {
    name: 'chebyshev',
    apply(r, z) {
      let rho = 1 / sigma;
      for (let i = 0; i < n; i++) {
        const value = (inverse[i] * r[i]) / theta;
        step[i] = value;
        z[i] = value;
      }
      for (let k = 1; k < degree; k++) {
        const next = 1 / (2 * sigma - rho);
        const keep = next * rho;
        const gain = (2 * next) / delta;
        multiply(matrix, z, image);
        for (let i = 0; i < n; i++) {
          const value = keep * step[i] + gain * inverse[i] * (r[i] - image[i]);
          step[i] = value;
          z[i] += value;
        }
        rho = next;
      }
    },
  };
}

/** λ_max(D⁻¹A), not above Gershgorin's bound and, from power iteration, seldom below the truth. */
function largestEigenvalue(matrix: SparseMatrix, inverse: Float64Array): number {
  const { rows, rowOffsets, values } = matrix;
  let bound = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) sum += Math.abs(values[entry]);
    bound = Math.max(bound, sum * inverse[row]);
  }
  const random = createRandom(1);
  let x = Float64Array.from({ length: rows }, () => random.normal());
  let image = new Float64Array(rows);
  let estimate = 0;
  for (let k = 0; k < POWER_STEPS; k++) {
    const scale = 1 / norm(x);
    for (let i = 0; i < rows; i++) x[i] *= scale;
    multiply(matrix, x, image);
    for (let i = 0; i < rows; i++) image[i] *= inverse[i];
    estimate = norm(image);
    [x, image] = [image, x];
  }
  return Math.min(bound, SAFETY * estimate);
}
