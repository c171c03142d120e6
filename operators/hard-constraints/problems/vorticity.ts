import { InvalidInputError } from '../../../common/errors.js';
import { biotSavart, fourierMultiplier } from '../../../solvers/index.js';
import type {
  ConstraintFamily,
  LinearFieldOperator,
  PointwiseFunction,
  PointwiseResidual,
} from '../residual.js';
import { alongAxis, composed, onBlocks, pointwiseFactors } from './along-axis.js';
import { secondOrderDifferences } from './difference-matrices.js';
import { squared } from './pointwise-functions.js';
import { framewise, pointsOfFrames, repeatedInTime, spaceTimeCoordinates } from './space-time-grid.js';

export interface VorticityConstraintOptions {
  /** Points along x and y of the periodic unit square, even and products of 2, 3 and 5 */
  readonly points: number;
  readonly frames: number;
  /** Time between frames */
  readonly interval: number;
  readonly viscosity: number;
  /** Size of a basis field of size 1 in the vorticity at the end */
  readonly scale: number;
  /** `squared` minimises ‖F ⊙ F‖², as the released code of PI-HC-MoE does; for comparisons. */
  readonly rows: 'plain' | 'squared';
}

export const VORTICITY_CONSTRAINT_DEFAULTS: VorticityConstraintOptions = {
  points: 64,
  frames: 32,
  interval: 5 / 31,
  viscosity: 1e-4,
  scale: 1,
  rows: 'plain',
};

/** Vorticity at time 0, `[x][y]`. */
export interface VorticitySample {
  readonly initial: ArrayLike<number>;
}

/** g = w_t + u w_x + v w_y − ν Δw of the terms (w_t, u, w_x, v, w_y, Δw): a quadratic polynomial in the coefficients. */
const vorticityRate = (viscosity: number): PointwiseFunction => ({
  value([wt, u, wx, v, wy, laplacian], _, out) {
    for (let row = 0; row < out.length; row++) {
      out[row] = wt[row] + u[row] * wx[row] + v[row] * wy[row] - viscosity * laplacian[row];
    }
  },
  first([, u, wx, v, wy], _, [ofWt, ofU, ofWx, ofV, ofWy, ofLaplacian]) {
    ofWt.fill(1);
    ofU.set(wx);
    ofWx.set(u);
    ofV.set(wy);
    ofWy.set(v);
    ofLaplacian.fill(-viscosity);
  },
  pairs: [
    [1, 2],
    [3, 4],
  ],
  second(_, __, [first, second]) {
    first.fill(1);
    second.fill(1);
  },
});

/**
 * Plane incompressible flow by its vorticity in space and time, w_t + u·∇w = νΔw on the periodic unit square, `[frame][x][y]`: rows
 * `equation` at every point of frames 1 and later. Space by Fourier's derivatives and Biot and Savart's law of each frame, time by
 * differences of second order; ‖ρ‖² is the mean square of the duration times the residual.
 *
 * The initial state and a mean of 0 are exact: w = w₀ + s (t/T) (b − its mean over the square) ω. The velocity is that of one expert's whole
 * field, or, for coupled experts, of the assembled one.
 *
 * @throws InvalidInputError for sizes that cannot work and samples of another size
 */
export function vorticityConstraint(
  options: Partial<VorticityConstraintOptions> = {},
): ConstraintFamily<VorticitySample> {
  const complete = { ...VORTICITY_CONSTRAINT_DEFAULTS, ...options };
  const { points, frames, interval, viscosity, scale, rows: form } = complete;
  if (!(points >= 4 && frames >= 3 && interval > 0 && viscosity > 0 && scale > 0)) {
    throw new InvalidInputError(
      'vorticityConstraint: expected at least 4 points and 3 frames, positive interval, viscosity and scale, ' +
        `got ${JSON.stringify(complete)}`,
    );
  }
  const size = points * points;
  const grid = [frames, points, points];
  const plane = [points, points];
  const everyFrame = (operator: LinearFieldOperator) => onBlocks(frames, operator);
  const multiplier = (factor: Parameters<typeof fourierMultiplier>[2]) =>
    everyFrame(fourierMultiplier(plane, [1, 1], factor));
  const { u, v } = biotSavart(plane, [1, 1]);
  const rate = vorticityRate(viscosity);
  const residual: PointwiseResidual = {
    kind: 'pointwise',
    points: frames * size,
    terms: {
      w_t: alongAxis(grid, 0, secondOrderDifferences(frames, interval)),
      u: everyFrame(u),
      w_x: multiplier((kx) => ({ im: kx })),
      v: everyFrame(v),
      w_y: multiplier((_, ky) => ({ im: ky })),
      laplacian: multiplier((kx, ky) => ({ re: -kx * kx - ky * ky })),
    },
    rows: [
      {
        name: 'equation',
        points: pointsOfFrames(frames, size, 1),
        weights: ((frames - 1) * interval) / Math.sqrt((frames - 1) * size),
        scope: 'own',
        sampling: 'drawn',
        terms: ['w_t', 'u', 'w_x', 'v', 'w_y', 'laplacian'],
        g: form === 'squared' ? squared(rate, 6) : rate,
      },
    ],
    linear: false,
  };
  const growth = pointwiseFactors(framewise(frames, size, (frame) => (scale * frame) / (frames - 1)));
  const envelope = composed(growth, everyFrame(meanFree(size)));
  const axis = Float64Array.from({ length: points }, (_, i) => i / points);
  const coordinates = spaceTimeCoordinates(
    Float64Array.from({ length: frames }, (_, frame) => frame * interval),
    [axis, axis],
  );
  return {
    name: 'vorticity',
    options: complete,
    problem({ initial }) {
      if (initial.length !== size) {
        throw new InvalidInputError(
          `vorticityConstraint: a sample should have ${points} × ${points} values, got ${initial.length}`,
        );
      }
      return {
        residual,
        envelope,
        lifting: repeatedInTime(initial, frames),
        coordinates,
        dimension: 3,
        grid,
      };
    },
  };
}

/** x less its mean, of fields of a size. */
function meanFree(size: number): LinearFieldOperator {
  const run = (x: Float64Array, columns: number): Float64Array => {
    const out = x.slice();
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let at = column; at < x.length; at += columns) sum += x[at];
      for (let at = column; at < x.length; at += columns) out[at] -= sum / size;
    }
    return out;
  };
  return { apply: run, applyTransposed: run };
}
