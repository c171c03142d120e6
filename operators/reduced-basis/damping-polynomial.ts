import { InvalidInputError } from '../../common/errors.js';
import type { SparseMatrix } from '../../solvers/index.js';

/**
 * A smoother in the units of the basis instead of the grid's: a polynomial q(D⁻¹B) with q(0) = 1 that keeps at most
 * `damping` of every wave shorter than those that r fields on N cells can hold.
 */
export interface WaveDamping {
  /** Largest |q| beyond the basis, in (0, 1). */
  readonly damping: number;
  /**
   * Where "beyond" starts: λ_max (r/N)^{2/d} / reach. By Weyl's law the r-th eigenvalue of N grows as (r/N)^{2/d}, so that
   * 1 starts at about the r-th and 2 at half of it.
   */
  readonly reach: number;
}

/** Damped-Jacobi steps, or a polynomial whose degree grows with the mesh as (N/r)^{1/d}. */
export type Smoothing = number | WaveDamping;

/** q of the iteration s ← keep_k s − gain_k A x, x ← x + s, k = 0 …, from s = 0: x becomes q(A) x, q(0) = 1. */
export interface Polynomial {
  readonly keep: readonly number[];
  readonly gain: readonly number[];
}

/** ω of damped Jacobi: D⁻¹B has its spectrum in [0, 2], the upper half is damped to a third or better. */
const JACOBI_DAMPING = 2 / 3;
/** λ_max over the lower end of the damped interval is never taken below this: a basis of nearly N fields needs no more. */
const LEAST_RATIO = 1.5;

/** The mesh as far as a polynomial depends on it. */
export interface WaveRange {
  /** N */
  readonly cells: number;
  readonly dimension: number;
  /** A bound of the eigenvalues of D⁻¹B */
  readonly largest: number;
}

/**
 * The polynomial of a smoothing for r basis fields: Jacobi's (1 − ωλ)^k, or Chebyshev's of least degree n with
 * max |q| = 1/T_n(θ/δ) ≤ `damping` on [λ_max/ρ, λ_max], ρ = reach (N/r)^{2/d} (Saad, Iterative Methods, algorithm 12.1).
 *
 * @throws InvalidInputError for steps, damping or reach out of range
 */
export function dampingPolynomial(smoothing: Smoothing, rank: number, range: WaveRange): Polynomial {
  if (typeof smoothing === 'number') {
    if (!Number.isInteger(smoothing) || smoothing < 0) {
      throw new InvalidInputError(
        `dampingPolynomial: smoothing must be a whole number of steps or { damping, reach }, got ${smoothing}`,
      );
    }
    const steps = Array.from({ length: smoothing });
    return { keep: steps.map(() => 0), gain: steps.map(() => JACOBI_DAMPING) };
  }
  const { damping, reach } = smoothing;
  if (!(damping > 0 && damping < 1 && reach > 0)) {
    throw new InvalidInputError(
      `dampingPolynomial: expected damping in (0, 1) and reach > 0, got ${damping} and ${reach}`,
    );
  }
  const ratio = Math.max(LEAST_RATIO, (reach * range.largest) / firstEigenvalueBeyond(rank, range));
  const theta = (range.largest * (1 + 1 / ratio)) / 2;
  const delta = (range.largest * (1 - 1 / ratio)) / 2;
  const sigma = theta / delta;
  const degree = Math.ceil(Math.acosh(1 / damping) / Math.acosh(sigma) - 1e-9);
  const keep = [0];
  const gain = [1 / theta];
  for (let k = 1, rho = 1 / sigma; k < degree; k++) {
    const next = 1 / (2 * sigma - rho);
    keep.push(next * rho);
    gain.push((2 * next) / delta);
    rho = next;
  }
  return { keep, gain };
}

/** λ_r = λ_max (r/N)^{2/d} of D⁻¹B: about where the longest waves begin that r fields cannot hold. */
export function firstEigenvalueBeyond(rank: number, { cells, dimension, largest }: WaveRange): number {
  return largest * (rank / cells) ** (2 / dimension);
}

/** Gershgorin's bound of λ_max(D⁻¹B), 2 for two-point fluxes. */
export function largestScaledEigenvalue(matrix: SparseMatrix, diagonalEntries: Float64Array): number {
  let bound = 0;
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0;
    for (let entry = matrix.rowOffsets[row]; entry < matrix.rowOffsets[row + 1]; entry++) {
      sum += Math.abs(matrix.values[entry]);
    }
    bound = Math.max(bound, sum / diagonalEntries[row]);
  }
  return bound;
}
