import type { Retardation } from '../../../solvers/index.js';
import type { PointwiseFunction } from '../residual.js';

/** g = u_t − (D/R(u)) u_xx of the terms (u, u_t, u_xx): the equation as the paper writes its rows. */
export function sorptionRate(
  { factor, derivative, secondDerivative }: Retardation,
  d: number,
): PointwiseFunction {
  return {
    value([u, ut, uxx], _, out) {
      for (let row = 0; row < out.length; row++) out[row] = ut[row] - (d / factor(u[row])) * uxx[row];
    },
    first([u, , uxx], _, [ofU, ofUt, ofUxx]) {
      for (let row = 0; row < ofU.length; row++) {
        const r = factor(u[row]);
        ofU[row] = ((d * derivative(u[row])) / (r * r)) * uxx[row];
        ofUt[row] = 1;
        ofUxx[row] = -d / r;
      }
    },
    pairs: [
      [0, 0],
      [0, 2],
    ],
    second([u, , uxx], _, [twice, mixed]) {
      for (let row = 0; row < twice.length; row++) {
        const r = factor(u[row]);
        const first = derivative(u[row]);
        twice[row] = d * uxx[row] * (secondDerivative(u[row]) / r ** 2 - (2 * first * first) / r ** 3);
        mixed[row] = (d * first) / (r * r);
      }
    },
  };
}

/**
 * g = (a M(u) + b M(u′) + c M(u″))/Δt − L u − d of the terms (u, u′, u″, L u), u′ and u″ one and two frames before and d the inflow's share
 * by point: a step of backward differences for the conservation law that the solver steps. [a, b, c] may depend on the point.
 */
export function sorptionBalance(
  { factor, derivative, mass }: Retardation,
  interval: number,
  weightsAt: (point: number) => readonly [number, number, number],
  inflow: (point: number) => number,
): PointwiseFunction {
  const perTime = (f: (u: number) => number, v: readonly Float64Array[], points: Int32Array) => {
    return (term: number, row: number) => (weightsAt(points[row])[term] * f(v[term][row])) / interval;
  };
  return {
    value(v, points, out) {
      const held = perTime(mass, v, points);
      for (let row = 0; row < out.length; row++) {
        out[row] = held(0, row) + held(1, row) + held(2, row) - v[3][row] - inflow(points[row]);
      }
    },
    first(v, points, out) {
      const slope = perTime(factor, v, points);
      for (let term = 0; term < 3; term++) {
        for (let row = 0; row < points.length; row++) out[term][row] = slope(term, row);
      }
      out[3].fill(-1);
    },
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    second(v, points, out) {
      const bend = perTime(derivative, v, points);
      for (let term = 0; term < 3; term++) {
        for (let row = 0; row < points.length; row++) out[term][row] = bend(term, row);
      }
    },
  };
}
