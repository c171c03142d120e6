import { InvalidInputError } from '../../../common/errors.js';
import type { ConstraintFamily, LinearLaw, PointwiseFunction, PointwiseResidual } from '../residual.js';
import { IDENTITY } from '../residual.js';
import { alongAxis, pointwiseFactors } from './along-axis.js';
import {
  ringFirstDifferences,
  ringSecondDifferences,
  secondOrderDifferences,
} from './difference-matrices.js';
import { framewise, pointsOfFrames, repeatedInTime, spaceTimeCoordinates } from './space-time-grid.js';

export interface BurgersSpaceTimeOptions {
  readonly points: number;
  readonly frames: number;
  /** Time between frames */
  readonly interval: number;
  readonly viscosity: number;
  /** Period */
  readonly length: number;
}

export const BURGERS_SPACE_TIME_DEFAULTS: BurgersSpaceTimeOptions = {
  points: 128,
  frames: 51,
  interval: 0.02,
  viscosity: 0.005,
  length: 1,
};

/** The state at time 0, one value a point. */
export interface BurgersSample {
  readonly initial: ArrayLike<number>;
}

/** g = u_t + u u_x − ν u_xx of the terms (u, u_t, u_x, u_xx). */
const burgersRate = (viscosity: number): PointwiseFunction => ({
  value([u, ut, ux, uxx], _, out) {
    for (let row = 0; row < out.length; row++) out[row] = ut[row] + u[row] * ux[row] - viscosity * uxx[row];
  },
  first([u, , ux], _, [ofU, ofUt, ofUx, ofUxx]) {
    ofU.set(ux);
    ofUt.fill(1);
    ofUx.set(u);
    ofUxx.fill(-viscosity);
  },
  pairs: [[0, 2]],
  second(_, __, [mixed]) {
    mixed.fill(1);
  },
});

/**
 * Viscous Burgers in space and time by collocation, u_t + u u_x = ν u_xx on a ring, `[frame][point]`: rows `equation` at every point of
 * frames 1 and later, weights such that ‖ρ‖² is the mean square of the duration times the residual. The initial state is exact: the basis
 * takes part with t/T. Laws: every frame has the mass of the first.
 *
 * @throws InvalidInputError for sizes that cannot work and samples of another size
 */
export function burgersSpaceTimeConstraint(
  options: Partial<BurgersSpaceTimeOptions> = {},
): ConstraintFamily<BurgersSample> {
  const complete = { ...BURGERS_SPACE_TIME_DEFAULTS, ...options };
  const { points, frames, interval, viscosity, length } = complete;
  if (!(points >= 4 && frames >= 3 && interval > 0 && viscosity >= 0 && length > 0)) {
    throw new InvalidInputError(
      'burgersSpaceTimeConstraint: expected at least 4 points and 3 frames, positive interval and length, and a viscosity from 0, ' +
        `got ${JSON.stringify(complete)}`,
    );
  }
  const grid = [frames, points];
  const spacing = length / points;
  const rows = (frames - 1) * points;
  const residual: PointwiseResidual = {
    kind: 'pointwise',
    points: frames * points,
    terms: {
      u: IDENTITY,
      u_t: alongAxis(grid, 0, secondOrderDifferences(frames, interval)),
      u_x: alongAxis(grid, 1, ringFirstDifferences(points, spacing)),
      u_xx: alongAxis(grid, 1, ringSecondDifferences(points, spacing)),
    },
    rows: [
      {
        name: 'equation',
        points: pointsOfFrames(frames, points, 1),
        weights: ((frames - 1) * interval) / Math.sqrt(rows),
        scope: 'own',
        sampling: 'drawn',
        terms: ['u', 'u_t', 'u_x', 'u_xx'],
        g: burgersRate(viscosity),
      },
    ],
    linear: false,
  };
  const envelope = pointwiseFactors(framewise(frames, points, (frame) => frame / (frames - 1)));
  const coordinates = spaceTimeCoordinates(
    Float64Array.from({ length: frames }, (_, frame) => frame * interval),
    [Float64Array.from({ length: points }, (_, i) => i * spacing)],
  );
  return {
    name: 'burgers-space-time',
    options: complete,
    problem({ initial }) {
      if (initial.length !== points) {
        throw new InvalidInputError(
          `burgersSpaceTimeConstraint: a sample should have ${points} initial values, got ${initial.length}`,
        );
      }
      return {
        residual,
        envelope,
        lifting: repeatedInTime(initial, frames),
        laws: Array.from({ length: frames - 1 }, (_, i) => massLaw(initial, spacing, (i + 1) * points)),
        coordinates,
        dimension: 2,
        grid,
      };
    },
  };
}

/** Σ u Δx over the points from `first` on, equal to that of a state. */
export function massLaw(state: ArrayLike<number>, spacing: number, first: number): LinearLaw {
  const { length } = state;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += state[i];
  return {
    points: Int32Array.from({ length }, (_, i) => first + i),
    coefficients: new Float64Array(length).fill(spacing),
    value: sum * spacing,
  };
}
