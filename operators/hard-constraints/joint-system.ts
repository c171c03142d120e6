import type { Equalities } from './equality-solve.js';
import type { ReducedSystem, SystemState } from './reduced-system.js';
import type { RidgeTerm } from './ridge.js';

/**
 * Systems that are solved at once because laws tie them together; most often a single one. Unknowns lie behind one another,
 * the matrix of Φ is block-diagonal.
 */
export interface JointSystem {
  readonly systems: readonly ReducedSystem[];
  /** Of every system. */
  readonly ridges: readonly (RidgeTerm | undefined)[];
  readonly equalities?: Equalities;
}

/** All systems at given coefficients; Φ with the ridges. */
export interface JointState {
  readonly coefficients: Float64Array;
  readonly states: readonly SystemState[];
  readonly objective: number;
}

export const unknownsOf = ({ systems }: JointSystem): number =>
  systems.reduce((sum, { unknowns }) => sum + unknowns, 0);

export function jointState({ systems, ridges }: JointSystem, coefficients: Float64Array): JointState {
  let objective = 0;
  const states = parts(systems, coefficients).map((own, index) => {
    const state = systems[index].at(own);
    objective += state.objective + ridgeEnergy(ridges[index], own);
    return state;
  });
  return { coefficients, states, objective };
}

/** G, with Λω. */
export function jointGradient({ ridges }: JointSystem, { states, coefficients }: JointState): Float64Array {
  const gradient = new Float64Array(coefficients.length);
  let first = 0;
  states.forEach((state, index) => {
    const own = gradient.subarray(first, first + state.coefficients.length);
    own.set(state.gradient());
    const ridge = ridges[index];
    if (ridge) addProduct(ridge.matrix, state.coefficients, own);
    first += own.length;
  });
  return gradient;
}

/** A + Λ, or with `curvature` the Hessian H = A + S + Λ. */
export function jointMatrix(
  { ridges }: JointSystem,
  { states, coefficients }: JointState,
  part: 'gauss-newton' | 'full',
): Float64Array {
  const n = coefficients.length;
  const matrix = new Float64Array(n * n);
  let first = 0;
  states.forEach((state, index) => {
    const own = state.coefficients.length;
    const terms = [
      state.normal(),
      ridges[index]?.matrix,
      part === 'full' ? state.curvature() : undefined,
    ].filter((term) => term !== undefined);
    for (const term of terms) {
      for (let i = 0; i < own; i++) {
        for (let j = 0; j < own; j++) matrix[(first + i) * n + first + j] += term[i * own + j];
      }
    }
    first += own;
  });
  return matrix;
}

/** A vector of all unknowns by system. */
export function parts(systems: readonly ReducedSystem[], vector: Float64Array): Float64Array[] {
  let first = 0;
  return systems.map(({ unknowns }) => {
    first += unknowns;
    return vector.subarray(first - unknowns, first);
  });
}

function ridgeEnergy(ridge: RidgeTerm | undefined, x: Float64Array): number {
  if (!ridge) return 0;
  const product = addProduct(ridge.matrix, x, new Float64Array(x.length));
  return product.reduce((sum, value, j) => sum + value * x[j], 0) / 2;
}

function addProduct(matrix: Float64Array, x: Float64Array, out: Float64Array): Float64Array {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * x[j];
    out[i] += sum;
  }
  return out;
}
