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
 * g = (M(u) − M(u′))/Δt − θ (L u + d) − (1 − θ) (L u′ + d) of the terms (u, u′, L u, L u′), u′ one frame before and d the inflow's
 * share by point: a step in time of the conservation law that the solver steps.
 */
export function sorptionBalance(
  { factor, derivative, mass }: Retardation,
  interval: number,
  implicitness: number,
  inflow: (point: number) => number,
): PointwiseFunction {
  return {
    value([u, before, flow, flowBefore], points, out) {
      for (let row = 0; row < out.length; row++) {
        const rate = (mass(u[row]) - mass(before[row])) / interval;
        const flows = implicitness * flow[row] + (1 - implicitness) * flowBefore[row];
        out[row] = rate - flows - inflow(points[row]);
      }
    },
    first([u, before], _, [ofU, ofBefore, ofFlow, ofFlowBefore]) {
      for (let row = 0; row < ofU.length; row++) {
        ofU[row] = factor(u[row]) / interval;
        ofBefore[row] = -factor(before[row]) / interval;
      }
      ofFlow.fill(-implicitness);
      ofFlowBefore.fill(implicitness - 1);
    },
    pairs: [
      [0, 0],
      [1, 1],
    ],
    second([u, before], _, [ofU, ofBefore]) {
      for (let row = 0; row < ofU.length; row++) {
        ofU[row] = derivative(u[row]) / interval;
        ofBefore[row] = -derivative(before[row]) / interval;
      }
    },
  };
}
