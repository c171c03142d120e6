import { equalityFactor } from './equality-solve.js';
import { type JointState, type JointSystem, jointMatrix, parts } from './joint-system.js';
import type { SystemAdjoint } from './reduced-system.js';

/**
 * The Hessian behind a gradient: `full`, H = JᵀJ + S, or without S: exact only where rows vanish or are linear. `fallback` is the
 * latter where H is singular and indefinite.
 */
export type AdjointHessian = 'full' | 'gauss-newton' | 'fallback';

/** With the ridge's own α and β, which concern the basis but not c. */
export interface RidgedAdjoint extends SystemAdjoint {
  readonly ridge?: { readonly alpha: Float64Array; readonly beta: Float64Array };
}

export interface SolveAdjoint {
  /** λ of every system */
  readonly lambdas: readonly Float64Array[];
  /** ζ of the equalities */
  readonly multipliers: Float64Array;
  /** Of every system. */
  readonly systems: readonly RidgedAdjoint[];
  readonly hessian: AdjointHessian;
}

/**
 * Carries ω̄ through a solve that ended at a stationary point: [H Eᵀ; E 0][λ; ζ] = [ω̄; 0]. H may be indefinite where the point is
 * no minimum; the gradient is then that of the stationary point.
 */
export function solveAdjoint(
  system: JointSystem,
  state: JointState,
  cotangent: Float64Array,
  hessian: 'full' | 'gauss-newton',
): SolveAdjoint {
  const n = cotangent.length;
  const factorOf = (part: 'full' | 'gauss-newton') =>
    equalityFactor(jointMatrix(system, state, part), n, system.equalities);
  const wanted = factorOf(hessian);
  const { x, multipliers } = (wanted ?? factorOf('gauss-newton')!).solve(cotangent);
  const lambdas = parts(system.systems, x);
  return {
    lambdas,
    multipliers,
    systems: directCotangents(system, state, lambdas),
    hessian: wanted ? hessian : 'fallback',
  };
}

/** α and β of every system at given λ. */
export function directCotangents(
  { ridges }: JointSystem,
  { states }: JointState,
  lambdas: readonly Float64Array[],
): RidgedAdjoint[] {
  return states.map((state, index) => {
    const adjoint = state.adjoint(lambdas[index]);
    const alpha = ridges[index]?.field(lambdas[index]);
    const beta = ridges[index]?.field(state.coefficients);
    return alpha && beta ? { ...adjoint, ridge: { alpha, beta } } : adjoint;
  });
}
