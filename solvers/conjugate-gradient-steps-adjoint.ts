import { type StepRecord, type StepsOptions, takeSteps } from './conjugate-gradient-steps.js';
import { removeRowSum, removeVolumeMean } from './neumann-projection.js';
import type { Preconditioner } from './preconditioner.js';
import { multiply, requireRows, type SparseMatrix } from './sparse-matrix.js';
import { dot } from './vectors.js';

export interface DifferentiableSteps {
  /** ũ, `[row]`, the bytes of `conjugateGradientSteps` */
  readonly result: Float64Array;
  /** (∂ũ/∂guess)ᵀ c, `[row]`, exact: α and β depend on the guess. */
  adjoint(cotangent: Float64Array): Float64Array;
}

/**
 * {@link conjugateGradientSteps} with its reverse mode. A step is, with M symmetric,
 *
 *     z = M⁻¹r,  ρ = rᵀz,  β = ρ/ρ₋,  p = z + βp₋,  q = Ap,  α = ρ/pᵀq,  x₊ = x + αp,  r₊ = r − αq
 *
 * and backwards, a bar marking the cotangent and x̄ the same in all steps,
 *
 *     ᾱ = x̄ᵀp − r̄₊ᵀq,  p̄ = αx̄ + β₊p̄₊ − (2αᾱ/pᵀq) q − αA r̄₊,  β̄ = p̄ᵀp₋,
 *     ρ̄ = ᾱ/pᵀq + β̄/ρ₋ − β̄₊β₊/ρ,  r̄ = r̄₊ + M⁻¹p̄ + 2ρ̄z
 *
 * so that a step backwards costs what a step forwards does; z, p and q of every step are kept. Where constants are in
 * the kernel the projections of the steps are transposed with them.
 *
 * @throws InvalidInputError on wrong lengths
 */
export function differentiableSteps(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  guess: Float64Array,
  steps: number,
  preconditioner: Preconditioner,
  options: Pick<StepsOptions, 'singular'> = {},
): DifferentiableSteps {
  requireRows('solvers.differentiableSteps', 'rightHandSide', matrix, rightHandSide);
  requireRows('solvers.differentiableSteps', 'guess', matrix, guess);
  const records: StepRecord[] = [];
  const result = guess.slice();
  takeSteps({ matrix, rightHandSide, preconditioner, ...options }, result, steps, (step) => {
    records.push({ ...step, z: step.z.slice(), p: step.p.slice(), q: step.q.slice() });
  });
  const volumes = options.singular?.volumes;
  return {
    result,
    adjoint(cotangent) {
      requireRows('solvers.differentiableSteps', 'cotangent', matrix, cotangent);
      return backwards(matrix, preconditioner, volumes, records, cotangent);
    },
  };
}

function backwards(
  matrix: SparseMatrix,
  preconditioner: Preconditioner,
  volumes: Float64Array | undefined,
  records: readonly StepRecord[],
  xBar: Float64Array,
): Float64Array {
  const n = matrix.rows;
  const rBar = new Float64Array(n);
  const pBar = new Float64Array(n);
  const image = new Float64Array(n);
  const preconditioned = new Float64Array(n);
  // what the step after it adds to ρ̄
  let later = 0;
  for (let k = records.length - 1; k >= 0; k--) {
    const { z, p, q, rho, beta, alpha } = records[k];
    const next = records[k + 1];
    const curvature = rho / alpha;
    const alphaBar = dot(xBar, p) - dot(rBar, q);
    multiply(matrix, rBar, image);
    const carried = next ? next.beta : 0;
    const along = (-2 * alpha * alphaBar) / curvature;
    for (let i = 0; i < n; i++) {
      pBar[i] = alpha * (xBar[i] - image[i]) + carried * pBar[i] + along * q[i];
    }
    let rhoBar = alphaBar / curvature + later;
    later = 0;
    if (k > 0) {
      const before = records[k - 1];
      const betaBar = dot(pBar, before.p);
      rhoBar += betaBar / before.rho;
      later = (-betaBar * beta) / before.rho;
    }
    image.set(pBar);
    if (volumes) removeRowSum(image, volumes);
    preconditioner.apply(image, preconditioned);
    for (let i = 0; i < n; i++) rBar[i] += preconditioned[i];
    if (volumes) removeVolumeMean(rBar, volumes);
    for (let i = 0; i < n; i++) rBar[i] += 2 * rhoBar * z[i];
  }
  // r = b − Ax at the start
  multiply(matrix, rBar, image);
  const guessBar = xBar.map((value, i) => value - image[i]);
  if (volumes) removeRowSum(guessBar, volumes);
  return guessBar;
}
