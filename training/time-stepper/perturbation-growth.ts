import { gram, largestEigenpair, matrixNormBound } from '../../operators/index.js';

/** One step of a trajectory: J(x), and a set J̄ + E, ‖E‖₂ ≤ spread, that holds the Jacobian at all states near x. */
export interface StepTangent {
  readonly jacobian: Float64Array;
  readonly middle: Float64Array;
  readonly spread: number;
  readonly upper: number;
}

/**
 * How much a perturbation of the first state can have grown after n steps, n = 0 … number of steps:
 *
 *     lower_n = ‖J(x_{n−1}) ⋯ J(x_0)‖₂,
 *     upper_n = ‖Φ(n, 0)‖₂ + Σ_{k<n} ‖Φ(n, k + 1)‖₂ spread_k upper_k,      Φ(n, k) = J̄_{n−1} ⋯ J̄_k,
 *
 * or upper_{n−1} times the bound of step n − 1 where that is less: products of norms forget that what one step stretches the next
 * one need not. Takes n²/2 matrix products.
 */
export function perturbationGrowth(
  steps: readonly StepTangent[],
  size: number,
): { lower: Float64Array; upper: Float64Array } {
  const lower = new Float64Array(steps.length + 1).fill(1);
  const upper = new Float64Array(steps.length + 1).fill(1);
  /** Φ(n, k) at k */
  let propagators: Float64Array[] = [];
  let product: Float64Array | undefined;
  steps.forEach(({ jacobian, middle, upper: bound }, step) => {
    product = product ? multiplySquare(jacobian, product, size) : jacobian;
    lower[step + 1] = Math.sqrt(largestEigenpair(gram(product, size, size), size).value);
    propagators = [...propagators.map((before) => multiplySquare(middle, before, size)), middle];
    const norms = propagators.map((propagator) => matrixNormBound(propagator, size, size));
    let sum = norms[0];
    for (let k = 0; k <= step; k++) sum += (norms[k + 1] ?? 1) * steps[k].spread * upper[k];
    upper[step + 1] = Math.min(sum, bound * upper[step]);
  });
  return { lower, upper };
}

/** A B of square matrices. */
function multiplySquare(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0, at = i * n, from = k * n; j < n; j++, at++, from++) c[at] += factor * b[from];
    }
  }
  return c;
}
