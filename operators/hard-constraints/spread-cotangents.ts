import type { SolutionParts } from './constraint-cotangents.js';
import type { ExpertSystem } from './constraint-systems.js';
import type { JointState } from './joint-system.js';

/** Factors of V̄_k = left ω_kᵀ + right λ_kᵀ. */
interface Factors {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Cotangents of one solve, before they reach the network's basis. */
export interface SolveFactors {
  /** Of the basis that a system's rows see, of every system. */
  readonly own: readonly Factors[];
  /** Of the basis as it enters u, alike for all experts but for their windows. */
  readonly output: Factors;
  readonly lambdas: readonly Float64Array[];
}

/** Adds Σ_k (Eᵀ left_k) ω_kᵀ + (Eᵀ right_k) λ_kᵀ, seen through windows where the rows' basis was, to b̄. */
export function spreadOverBasis(
  { problem, systems, columns, options }: SolutionParts,
  { experts }: ExpertSystem,
  { states }: JointState,
  { own, output, lambdas }: SolveFactors,
  basis: Float64Array,
): void {
  const { windows } = systems.partition;
  const back = ({ left, right }: Factors): Factors => {
    if (!problem.envelope) return { left, right };
    const carry = (field: Float64Array) => problem.envelope!.applyTransposed(field, 1);
    return { left: carry(left), right: carry(right) };
  };
  if (options.mode === 'coupled') {
    // rows and u see the same basis, V_k = E(χ_k ⊙ b)
    const { left, right } = back({
      left: added(own[0].left, output.left),
      right: added(own[0].right, output.right),
    });
    experts.forEach((expert, at) => {
      const { points, weights } = windows[expert];
      const omega = states[0].coefficients.subarray(at * columns, (at + 1) * columns);
      const lambda = lambdas[0].subarray(at * columns, (at + 1) * columns);
      points.forEach((point, index) => {
        const scale = weights[index];
        addOuter(basis, point * columns, scale * left[point], omega, scale * right[point], lambda);
      });
    });
    return;
  }
  experts.forEach((expert, at) => {
    const { left, right } = back({
      left: addedWithin(own[at].left, output.left, windows[expert]),
      right: addedWithin(own[at].right, output.right, windows[expert]),
    });
    const { coefficients } = states[at];
    for (let point = 0; point < left.length; point++) {
      if (left[point] === 0 && right[point] === 0) continue;
      addOuter(basis, point * columns, left[point], coefficients, right[point], lambdas[at]);
    }
  });
}

const added = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, point) => value + b[point]);

function addedWithin(
  field: Float64Array,
  more: Float64Array,
  window: { readonly points: Int32Array; readonly weights: Float64Array },
): Float64Array {
  const result = field.slice();
  window.points.forEach((point, at) => {
    result[point] += window.weights[at] * more[point];
  });
  return result;
}

function addOuter(
  basis: Float64Array,
  at: number,
  left: number,
  omega: Float64Array,
  right: number,
  lambda: Float64Array,
): void {
  for (let j = 0; j < omega.length; j++) basis[at + j] += left * omega[j] + right * lambda[j];
}
