import type { SystemBasis } from './expert-bases.js';

/** Cotangents of what a row group is given, `[row of the group]`, zero in rows that took no part. */
export interface GroupCotangent {
  readonly weights: Float64Array;
  readonly target: Float64Array;
}

/**
 * What a solve passes back to fields. With H λ = ω̄ and p = Jλ, a system whose answer is u = c + Σ_k V_k ω_k gives
 *
 *     V̄_k = (ū − α) ω_kᵀ − β λ_kᵀ,   c̄ = ū − α
 */
export interface SystemAdjoint {
  /** α, `[point]` */
  readonly alpha: Float64Array;
  /** β = ∂Φ/∂u, `[point]`; it does not depend on λ */
  readonly beta: Float64Array;
  /** Of every row group; none where rows are not weighted. */
  readonly groups?: readonly GroupCotangent[];
  /** ȳ of a stencil residual that says how it depends on y. */
  readonly data?: Float64Array;
}

/** A system at given coefficients ω, `[expert][N]`. Arrays that it gives are not to be written to. */
export interface SystemState {
  readonly coefficients: Float64Array;
  /** Φ(ω): ½‖ρ‖², or the energy of a Ritz system up to a constant. Not finite where a row is not. */
  readonly objective: number;
  /** G = Jᵀρ, of a Ritz system VᵀR. */
  gradient(): Float64Array;
  /** A = JᵀJ, full and row-major, of a Ritz system Vᵀ R_u V. */
  normal(): Float64Array;
  /** S = Σ_i ρ_i ∇²ρ_i, what the Hessian H = JᵀJ + S has beyond Gauss and Newton; undefined for linear rows. */
  curvature(): Float64Array | undefined;
  adjoint(lambda: Float64Array): SystemAdjoint;
}

/** Φ as a function of the coefficients alone. */
export interface ReducedSystem {
  readonly norm: 'least-squares' | 'ritz';
  readonly basis: SystemBasis;
  readonly unknowns: number;
  readonly rows: number;
  /** Φ is quadratic. */
  readonly linear: boolean;
  at(coefficients: Float64Array): SystemState;
}
