import { InvalidInputError } from '../../common/errors.js';

export interface ColeHopfOptions {
  viscosity: number;
  time: number;
  /** Points at which u is wanted */
  x: ArrayLike<number>;
  /** u₀ without its mean ū */
  initial: (x: number) => number;
  /** Ψ with Ψ' = `initial`: the primitive, known in closed form for sums of sines */
  primitive: (x: number) => number;
  /** ū */
  mean?: number;
  /** max |u₀ − ū|; bounds how far information travels */
  amplitude: number;
  /** Nodes of the trapezoidal rule for each x */
  nodes?: number;
}

export const COLE_HOPF_DEFAULTS = { mean: 0, nodes: 4000 } as const;

/**
 * The exact solution of u_t + u u_x = ν u_xx on the line or, for periodic data, on the circle:
 *
 *     u(x, t) = ū + ∫ ũ₀(y) K dy / ∫ K dy,   K = exp(−Ψ(y)/2ν − (x − ūt − y)²/4νt)
 *
 * by the trapezoidal rule on |x − ūt − y| ≤ max|ũ₀| t + 9 √(2νt), exponents taken relative to the largest, so that any
 * viscosity down to about 1e-3 (for data of order one) keeps full accuracy.
 * Source: Cole, Quart. Appl. Math. 9 (1951) 225; Hopf, Comm. Pure Appl. Math. 3 (1950) 201.
 */
export function coleHopf(options: ColeHopfOptions): Float64Array {
  const { viscosity, time, x, initial, primitive, mean, amplitude, nodes } = {
    ...COLE_HOPF_DEFAULTS,
    ...options,
  };
  if (!(viscosity > 0) || !(time >= 0) || !(amplitude >= 0)) {
    throw new InvalidInputError(
      `coleHopf: viscosity must be positive, time and amplitude not negative, got ${viscosity}, ${time} and ${amplitude}`,
    );
  }
  if (time === 0) return Float64Array.from(x, (value) => mean + initial(value));
  const radius = amplitude * time + 9 * Math.sqrt(2 * viscosity * time);
  const exponents = new Float64Array(nodes + 1);
  return Float64Array.from(x, (point) => {
    const centre = point - mean * time;
    let largest = -Infinity;
    for (let node = 0; node <= nodes; node++) {
      const offset = radius * ((2 * node) / nodes - 1);
      const exponent =
        -primitive(centre + offset) / (2 * viscosity) - (offset * offset) / (4 * viscosity * time);
      exponents[node] = exponent;
      if (exponent > largest) largest = exponent;
    }
    let [numerator, denominator] = [0, 0];
    for (let node = 0; node <= nodes; node++) {
      const weight = Math.exp(exponents[node] - largest);
      numerator += weight * initial(centre + radius * ((2 * node) / nodes - 1));
      denominator += weight;
    }
    return mean + numerator / denominator;
  });
}
