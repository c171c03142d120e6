import type { PoissonOperator } from '../../solvers/index.js';
import { diagonal } from '../../solvers/index.js';
import { multiplyPanels, PANEL, type Panels, panelCount } from './panels.js';

/** ω of damped Jacobi: D⁻¹B has its spectrum in [0, 2], the upper half is damped by a third or better. */
const DAMPING = 2 / 3;

/** S^k X with S = I − ω D⁻¹B, as in smoothed aggregation. */
export function smooth(operator: PoissonOperator, x: Panels, steps: number): Panels {
  const inverse = inverseDiagonal(operator, steps);
  let smoothed = x;
  for (let step = 0; step < steps; step++) {
    smoothed = subtractScaled(smoothed, multiplyPanels(operator.matrix, smoothed), inverse);
  }
  return smoothed;
}

/** (Sᵀ)^k X with Sᵀ = I − ω B D⁻¹: the adjoint of {@link smooth}. */
export function smoothTransposed(operator: PoissonOperator, x: Panels, steps: number): Panels {
  const inverse = inverseDiagonal(operator, steps);
  let smoothed = x;
  for (let step = 0; step < steps; step++) {
    const scaled = { ...smoothed, values: scaleRows(smoothed, inverse) };
    smoothed = subtractScaled(smoothed, multiplyPanels(operator.matrix, scaled), null);
  }
  return smoothed;
}

const inverseDiagonal = (operator: PoissonOperator, steps: number): Float64Array =>
  steps > 0 ? diagonal(operator.matrix).map((value) => 1 / value) : new Float64Array(0);

/** x − ω diag(weights) y, weights 1 for null; allocated anew, because x may be the caller's. */
function subtractScaled(x: Panels, y: Panels, weights: Float64Array | null): Panels {
  const values = weights ? scaleRows(y, weights) : y.values;
  for (let i = 0; i < values.length; i++) values[i] = x.values[i] - DAMPING * values[i];
  return { ...x, values };
}

function scaleRows({ rows, columns, values }: Panels, weights: Float64Array): Float64Array {
  const scaled = new Float64Array(values.length);
  for (let panel = 0, at = 0; panel < panelCount(columns); panel++) {
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < PANEL; k++, at++) scaled[at] = weights[row] * values[at];
    }
  }
  return scaled;
}
