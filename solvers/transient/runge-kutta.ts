/**
 * A diagonally implicit Runge–Kutta method whose last stage is the new state. Stage i solves
 *
 *     k_i = f(t + c_i Δt, u + Δt Σ_{j<i} a_ij k_j + d Δt k_i)
 */
export interface ImplicitMethod {
  readonly name: string;
  readonly order: number;
  /** c */
  readonly nodes: readonly number[];
  /** a below the diagonal, `[stage][earlier stage]` */
  readonly couplings: readonly (readonly number[])[];
  /** d, the diagonal of all implicit stages */
  readonly diagonal: number;
  /** The first stage is the last of the step before, and needs no solve. */
  readonly firstStageExplicit: boolean;
  /** b, which is the last row of a with its d */
  readonly weights: readonly number[];
  /** b − b̂ of an embedded method one order higher; none where there is no estimate */
  readonly errorWeights?: readonly number[];
}

const GAMMA = 2 - Math.SQRT2;
const D = GAMMA / 2;
const W = Math.SQRT2 / 4;

export const METHODS = {
  /**
   * Trapezoidal rule to t + γΔt, then BDF2 to t + Δt, γ = 2 − √2: order 2, L-stable, an embedded estimate of order 3, one
   * matrix for both stages (Bank et al. 1985; Hosea & Shampine 1996).
   */
  'tr-bdf2': {
    name: 'TR-BDF2',
    order: 2,
    nodes: [0, GAMMA, 1],
    couplings: [[], [D], [W, W]],
    diagonal: D,
    firstStageExplicit: true,
    weights: [W, W, D],
    errorWeights: [W - (1 - W) / 3, W - (3 * W + 1) / 3, D - D / 3],
  },
  /** Order 1, L-stable; keeps maxima and signs on meshes whose matrix is an M-matrix, at any step. */
  'backward-euler': {
    name: 'backward Euler',
    order: 1,
    nodes: [1],
    couplings: [[]],
    diagonal: 1,
    firstStageExplicit: false,
    weights: [1],
  },
} as const satisfies Record<string, ImplicitMethod>;

export type TransientMethodName = keyof typeof METHODS;

/** Their names. */
export const TRANSIENT_METHODS = Object.keys(METHODS) as [TransientMethodName, ...TransientMethodName[]];
