/** Porous medium with Freundlich sorption, and the coefficient of diffusion in it. */
export interface SorptionMedium {
  /** φ, part of the volume that is pores */
  readonly porosity: number;
  /** ρ_s, of the solid */
  readonly bulkDensity: number;
  /** k_f of Freundlich's isotherm */
  readonly freundlichCoefficient: number;
  /** n_f of Freundlich's isotherm */
  readonly freundlichExponent: number;
  /** D */
  readonly diffusivity: number;
  /** ε, added to u so that R stays finite at u = 0 */
  readonly regularisation: number;
}

/** The medium of PDEBench. Source: Takamoto et al., NeurIPS 2022, appendix on the diffusion–sorption equation. */
export const PDEBENCH_MEDIUM: SorptionMedium = {
  porosity: 0.29,
  bulkDensity: 2880,
  freundlichCoefficient: 3.5e-4,
  freundlichExponent: 0.874,
  diffusivity: 5e-4,
  regularisation: 1e-6,
};

/** R and its integral at one concentration. */
export interface Retardation {
  /** R(u) = 1 + A n (u + ε)^{n−1}, A = (1 − φ)/φ ρ_s k_f; constant below u = 0 */
  factor(u: number): number;
  /** R'(u) and R''(u) */
  derivative(u: number): number;
  secondDerivative(u: number): number;
  /**
   * M(u) = u + A (u + ε)^n, dissolved and sorbed together: M' = R, so that R u_t = M(u)_t; linear below u = 0. Given R(u),
   * it costs no power.
   */
  mass(u: number, factor?: number): number;
}

/** The retardation of a medium, u in units of the inflow's concentration. */
export function retardation(medium: SorptionMedium = PDEBENCH_MEDIUM): Retardation {
  const { porosity, bulkDensity, freundlichCoefficient, freundlichExponent: n, regularisation } = medium;
  const a = ((1 - porosity) / porosity) * bulkDensity * freundlichCoefficient;
  const atZero = 1 + a * n * regularisation ** (n - 1);
  const massAtZero = a * regularisation ** n;
  const factor = (u: number) => (u > 0 ? 1 + a * n * (u + regularisation) ** (n - 1) : atZero);
  return {
    factor,
    derivative: (u) => (u > 0 ? a * n * (n - 1) * (u + regularisation) ** (n - 2) : 0),
    secondDerivative: (u) => (u > 0 ? a * n * (n - 1) * (n - 2) * (u + regularisation) ** (n - 3) : 0),
    mass: (u, given = factor(u)) =>
      u > 0 ? u + ((given - 1) / n) * (u + regularisation) : massAtZero + atZero * u,
  };
}
