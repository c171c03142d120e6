/** Coefficients of conjugate gradients since their last start: all that the energy error needs to be estimated from. */
export interface EnergyRecord {
  /** α_k */
  readonly steps: number[];
  /** β_k; β_0 = 0 */
  readonly ratios: number[];
  /** r_kᵀz_k */
  readonly products: number[];
}

/** Bounds of ‖x* − x_k‖_A, the energy norm. */
export interface EnergyErrorBounds {
  /** k, some steps back: what these steps have gained since is the lower bound */
  readonly iteration: number;
  readonly lower: number;
  readonly upper: number;
  /** Upper bound at the last iterate */
  readonly lastUpper: number;
}

/** Steps back of the iterate that bounds are given for. */
const DELAY = 4;
/** μ as a part of the smallest Ritz value, which lies above λ_min and falls to it: see {@link energyErrorBounds}. */
const RITZ_MARGIN = 0.5;

/**
 * ‖e_k‖_A² of conjugate gradients from their coefficients, with a delay of d steps and ρ = rᵀz:
 *
 *     lower²  Σ_{j=k}^{k+d−1} α_j ρ_j                                     (Gauss; Hestenes & Stiefel 1952)
 *     upper²  the same + (γ_{k+d−1} − α_{k+d−1}) ρ_{k+d−1}                 (Gauss–Radau; Golub & Meurant 1997)
 *     γ_0 = 1/μ,  γ_{j+1} = (γ_j − α_j)/(μ (γ_j − α_j) + β_{j+1})         (Meurant & Tichý 2013)
 *
 * The upper one is a bound for every μ ≤ λ_min(M⁻¹A). Where `smallestEigenvalue` is not given, μ is half the smallest
 * Ritz value of the coefficients: an estimate, which a V-cycle's few iterations made a bound in every test, while with
 * Jacobi or IC(0) it can be too small in the first half of the iteration, before the slowest parts have shown.
 */
export function energyErrorBounds(
  record: EnergyRecord,
  smallestEigenvalue?: number,
): EnergyErrorBounds | null {
  const { steps, ratios, products } = record;
  const count = steps.length;
  if (count === 0) return null;
  const mu = smallestEigenvalue ?? RITZ_MARGIN * smallestRitzValue(record);
  let gamma = 1 / mu;
  for (let k = 1; k < count; k++) {
    const rest = gamma - steps[k - 1];
    gamma = rest / (mu * rest + ratios[k]);
  }
  const remaining = Math.max(0, (gamma - steps[count - 1]) * products[count - 1]);
  const iteration = Math.max(0, count - DELAY);
  let gained = 0;
  for (let k = iteration; k < count; k++) gained += steps[k] * products[k];
  return {
    iteration,
    lower: Math.sqrt(gained),
    upper: Math.sqrt(gained + remaining),
    lastUpper: Math.sqrt(remaining),
  };
}

/** Steps over which the energy error of the iterate before them is summed. */
const DECAY_STEPS = 5;

/**
 * ‖e_{k−d}‖_A² = Σ_{j=k−d}^{k−1} α_j r_jᵀz_j + ‖e_k‖_A²: the sum over the last d steps is a lower bound of the error d
 * steps ago; the error now is extrapolated from two such sums as a geometric decay (Strakoš & Tichý 2002 for the sum).
 */
export function energyErrorEstimate(energies: readonly number[]): number | null {
  const d = Math.min(DECAY_STEPS, Math.floor(energies.length / 2));
  if (d === 0) return energies.length === 0 ? null : Math.sqrt(energies[0]);
  let recent = 0;
  let before = 0;
  for (let k = 1; k <= d; k++) {
    recent += energies[energies.length - k];
    before += energies[energies.length - d - k];
  }
  const decay = Math.min(recent / before, 0.9);
  return Math.sqrt((recent * decay) / (1 - decay));
}

/**
 * Smallest eigenvalue of the Lanczos matrix T (diagonal 1/α_k + β_k/α_{k−1}, beside it √β_k/α_{k−1}), to 2 %: T − μ is
 * positive definite exactly below it, which the signs of its pivots tell; bisected on the scale of the logarithm.
 */
function smallestRitzValue({ steps, ratios }: EnergyRecord): number {
  const definite = (mu: number) => {
    let pivot = 1 / steps[0] - mu;
    for (let k = 1; k < steps.length && pivot > 0; k++) {
      const coupling = ratios[k] / steps[k - 1];
      pivot = 1 / steps[k] + coupling - mu - coupling / (steps[k - 1] * pivot);
    }
    return pivot > 0;
  };
  let above = 1 / steps[0];
  let below = 0.5 * above;
  while (!definite(below) && below > 1e-30 * above) below *= 0.5;
  above = Math.min(above, 2 * below);
  while (above > 1.02 * below) {
    const middle = Math.sqrt(above * below);
    if (definite(middle)) below = middle;
    else above = middle;
  }
  return below;
}
