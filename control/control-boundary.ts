import type { PoissonProblem } from '../solvers/index.js';
import { controlSession } from './control-session.js';
import type { ControlOptions } from './options.js';
import type { ControlPlan } from './plan.js';

/**
 * Finds boundary temperatures, fluxes or heat transfer coefficients p that keep a part within temperature limits at least
 * cost, or serve another objective best:
 *
 *     min_p  max_s or E_s [ J(u_s(p)) ] + cost(p)    −∇·(κ∇u_s) + c u_s = q_s,  max u_s ≤ T,  low ≤ p ≤ high,  budgets
 *
 * Whatever method proposes a plan, the fields that the verdict rests on are solved for, to a computed residual; where a
 * surrogate was too optimistic or too careful, solver-corrected steps follow. `infeasible` is a proof, from a combination of
 * temperatures that no admissible controls bring below the limit. Bounds are never violated.
 *
 * Units in SI, temperatures in K or °C throughout; per metre of depth in 2D.
 *
 * @throws InvalidInputError for controls, goals or options that do not fit the problem, naming what is wrong
 * @throws IllPosedProblemError where no temperature is fixed anywhere
 * @throws the signal's reason when it aborts
 */
export async function controlBoundary(
  problem: PoissonProblem,
  options: ControlOptions,
): Promise<ControlPlan> {
  const { controls, surrogate, limit, objective, budgets, loadCases, robust, ...settings } = options;
  const session = controlSession(problem, { controls, surrogate, ...settings });
  try {
    return await session.plan({ limit, objective, budgets, loadCases, robust }, settings);
  } finally {
    await session.dispose();
  }
}
