import { deferredCorrection } from './deferred-correction.js';
import { type DiscreteSystem, imageOf, residualOf } from './discrete-system.js';
import { innerSolve, type SolveLimits, type SolveState } from './inner-solve.js';
import { removeVolumeMean } from './neumann-projection.js';
import { norm } from './vectors.js';

/** Where even the accelerated correction stalls above this relative residual, half of it is tried. */
const LIMITED_ABOVE = 1e-6;
/** Times that a solve goes on to a quarter of its target for the sake of the heat balance. */
const BALANCE_ATTEMPTS = 3;
/** Least share tried. */
const LEAST_SHARE = 0.25;

export interface SystemSolution {
  readonly state: SolveState;
  /** s of the system solved: less than asked for only where the correction had to be limited */
  readonly correctionShare: number;
}

/**
 * Solves B u = b + s c(u) to ‖r‖ ≤ target, improving `u` in place; the last entry of the history is the true residual.
 * The last step is the one along constants that makes Σr = 0.
 */
export async function solveSystem(
  given: DiscreteSystem,
  u: Float64Array,
  limits: SolveLimits,
): Promise<SystemSolution> {
  let system = given;
  const state: SolveState = {
    status: 'converged',
    reason: 'the start meets the tolerance',
    iterations: 0,
    corrections: 0,
    residualHistory: [norm(residualOf(system, u))],
    energyError: null,
  };
  await iterate(system, u, state, limits);
  while (mustLimit(system, state, limits.scale)) {
    system = { ...system, correctionShare: system.correctionShare / 2 };
    await iterate(system, u, state, limits);
    state.reason += `; limited to ${system.correctionShare} of the non-orthogonal correction, which did not converge: improve the mesh`;
  }
  for (let attempt = 1; !balance(system, u, limits.target) && attempt <= BALANCE_ATTEMPTS; attempt++) {
    const { status, reason } = state;
    if (status !== 'converged') break;
    await iterate(system, u, state, { ...limits, target: limits.target / 4 ** attempt });
    Object.assign(state, { status, reason });
  }
  state.residualHistory[state.residualHistory.length - 1] = norm(residualOf(system, u));
  return { state, correctionShare: system.correctionShare };
}

function iterate(
  system: DiscreteSystem,
  u: Float64Array,
  state: SolveState,
  limits: SolveLimits,
): Promise<void> {
  return (system.correctionShare === 0 ? plainSolve : deferredCorrection)(system, u, state, limits);
}

/** Conjugate gradients on B u = b, again from the true residual should that miss the target. */
async function plainSolve(
  system: DiscreteSystem,
  u: Float64Array,
  state: SolveState,
  limits: SolveLimits,
): Promise<void> {
  let r = residualOf(system, u);
  let residualNorm = norm(r);
  while (residualNorm > limits.target) {
    const inner = await innerSolve(
      system,
      r,
      residualNorm,
      0.999 * (limits.target / residualNorm),
      state,
      limits,
    );
    for (let i = 0; i < u.length; i++) u[i] += inner.solution[i];
    const before = residualNorm;
    r = residualOf(system, u);
    residualNorm = norm(r);
    if (inner.iterations > 0 && inner.energyError !== null) {
      // of a run that goes on from another the estimate is coarse: the error falls about as ‖r‖ does
      const continued = (state.energyError ?? Number.POSITIVE_INFINITY) * (residualNorm / before);
      state.energyError = Math.min(continued, inner.energyError);
    }
    if (residualNorm <= limits.target) {
      state.status = 'converged';
      state.reason = 'the true residual meets the tolerance';
    } else if (inner.status === 'converged' && !(residualNorm < 0.5 * before)) {
      state.status = 'stagnated';
      state.reason = 'the true residual no longer falls: the tolerance is below round-off';
    }
    if (state.status !== 'converged') return;
  }
}

function mustLimit(system: DiscreteSystem, state: SolveState, scale: number): boolean {
  const reached = state.residualHistory[state.residualHistory.length - 1];
  return (
    state.status === 'stagnated' && reached > LIMITED_ABOVE * scale && system.correctionShare > LEAST_SHARE
  );
}

/**
 * u ← u + α with Σ(r − α A1) = 0, unless that takes the residual above the target; where constants are free, removes the
 * mean. Says whether it was done.
 */
function balance(system: DiscreteSystem, u: Float64Array, target: number): boolean {
  const { operator } = system;
  if (operator.singular) {
    removeVolumeMean(u, operator.mesh.cellVolumes);
    return true;
  }
  const image = imageOf(system, new Float64Array(u.length).fill(1));
  const r = residualOf(system, u);
  const step = total(r) / total(image);
  let squared = 0;
  for (let i = 0; i < r.length; i++) squared += (r[i] - step * image[i]) ** 2;
  if (!(Math.sqrt(squared) <= Math.max(target, norm(r)))) return false;
  for (let i = 0; i < u.length; i++) u[i] += step;
  return true;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
