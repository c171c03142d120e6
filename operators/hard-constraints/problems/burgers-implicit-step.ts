import { InvalidInputError } from '../../../common/errors.js';
import type { ConstraintFamily, StencilResidual } from '../residual.js';
import { massLaw } from './burgers-space-time.js';

export interface BurgersImplicitStepOptions {
  readonly cells: number;
  /** Δt */
  readonly interval: number;
  readonly viscosity: number;
  /** Period */
  readonly length: number;
  /** θ from ½ to 1: the share of the fluxes at the step's end */
  readonly implicitness: number;
}

export const BURGERS_IMPLICIT_STEP_DEFAULTS: BurgersImplicitStepOptions = {
  cells: 128,
  interval: 0.02,
  viscosity: 0.005,
  length: 1,
  implicitness: 1,
};

/** uⁿ, the cell means before the step. */
export interface BurgersStepSample {
  readonly before: ArrayLike<number>;
}

/**
 * One implicit step of viscous Burgers by finite volumes on a ring, rows `balance`, one a cell:
 *
 *     R = (u − uⁿ)/Δt + θ f(u) + (1 − θ) f(uⁿ),   f_i = (F_{i+½} − F_{i−½})/Δx,
 *     F_{i+½} = ¼(u_i² + u_{i+1}²) − ν(u_{i+1} − u_i)/Δx
 *
 * uⁿ is data y and lifting c at once: without a basis, the state stays. Weights Δt/√cells make ‖ρ‖² a mean square in units of u. Law: the mass
 * is that of uⁿ.
 *
 * @throws InvalidInputError for sizes that cannot work and samples of another size
 */
export function burgersImplicitStepConstraint(
  options: Partial<BurgersImplicitStepOptions> = {},
): ConstraintFamily<BurgersStepSample> {
  const complete = { ...BURGERS_IMPLICIT_STEP_DEFAULTS, ...options };
  const { cells, interval, viscosity, length, implicitness } = complete;
  const fine = implicitness >= 0.5 && implicitness <= 1;
  if (!(cells >= 3 && interval > 0 && viscosity >= 0 && length > 0 && fine)) {
    throw new InvalidInputError(
      'burgersImplicitStepConstraint: expected at least 3 cells, positive interval and length, a viscosity from 0 and an implicitness from ½ to 1, ' +
        `got ${JSON.stringify(complete)}`,
    );
  }
  const spacing = length / cells;
  const residual: StencilResidual = {
    ...burgersStep(complete),
    rows: [
      {
        name: 'balance',
        points: Int32Array.from({ length: cells }, (_, cell) => cell),
        equations: Int32Array.from({ length: cells }, (_, cell) => cell),
        weights: interval / Math.sqrt(cells),
        scope: 'own',
        sampling: 'drawn',
      },
    ],
  };
  const coordinates = Float64Array.from({ length: cells }, (_, cell) => (cell + 0.5) * spacing);
  return {
    name: 'burgers-implicit-step',
    options: complete,
    problem({ before }) {
      if (before.length !== cells) {
        throw new InvalidInputError(
          `burgersImplicitStepConstraint: a sample should have ${cells} cell means, got ${before.length}`,
        );
      }
      const state = Float64Array.from(before);
      return {
        residual,
        data: state,
        lifting: state.slice(),
        laws: [massLaw(state, spacing, 0)],
        measures: new Float64Array(cells).fill(spacing),
        coordinates,
        dimension: 1,
        grid: [cells],
      };
    },
  };
}

function burgersStep({
  cells,
  interval,
  viscosity,
  length,
  implicitness,
}: BurgersImplicitStepOptions): Omit<StencilResidual, 'rows'> {
  const spacing = length / cells;
  const diffusive = viscosity / spacing;
  /** −(F_{i+½} − F_{i−½})/Δx by face, of a flux between a cell and the next */
  const next = (cell: number) => (cell + 1 < cells ? cell + 1 : 0);
  const addDivergence = (u: Float64Array, factor: number, out: Float64Array) => {
    for (let cell = 0; cell < cells; cell++) {
      const [a, b] = [u[cell], u[next(cell)]];
      const flux = (factor * (0.25 * (a * a + b * b) - diffusive * (b - a))) / spacing;
      out[cell] += flux;
      out[next(cell)] -= flux;
    }
  };
  /** f'(u)ᵀ z times a factor */
  const addPulledBack = (u: Float64Array, z: Float64Array, factor: number, out: Float64Array) => {
    for (let cell = 0; cell < cells; cell++) {
      const face = (factor * (z[cell] - z[next(cell)])) / spacing;
      out[cell] += (0.5 * u[cell] + diffusive) * face;
      out[next(cell)] += (0.5 * u[next(cell)] - diffusive) * face;
    }
  };
  return {
    kind: 'stencil',
    points: cells,
    equations: cells,
    linear: false,
    symmetric: false,
    residual(u, y) {
      const out = u.map((value, cell) => (value - y[cell]) / interval);
      addDivergence(u, implicitness, out);
      if (implicitness < 1) addDivergence(y, 1 - implicitness, out);
      return out;
    },
    jvp(u, _, du, columns) {
      const out = du.map((value) => value / interval);
      for (let cell = 0; cell < cells; cell++) {
        const other = next(cell);
        const [a, b] = [0.5 * u[cell] + diffusive, 0.5 * u[other] - diffusive];
        for (let column = 0; column < columns; column++) {
          const [here, there] = [cell * columns + column, other * columns + column];
          const flux = (implicitness * (a * du[here] + b * du[there])) / spacing;
          out[here] += flux;
          out[there] -= flux;
        }
      }
      return out;
    },
    vjp(u, _, z) {
      const out = z.map((value) => value / interval);
      addPulledBack(u, z, implicitness, out);
      return out;
    },
    hvp(_, __, z, du, columns) {
      const out = new Float64Array(du.length);
      for (let cell = 0; cell < cells; cell++) {
        const face = (0.5 * implicitness * (z[cell] - z[next(cell)])) / spacing;
        for (let column = 0; column < columns; column++) {
          const [here, there] = [cell * columns + column, next(cell) * columns + column];
          out[here] += du[here] * face;
          out[there] += du[there] * face;
        }
      }
      return out;
    },
    dataVjp(_, y, z) {
      const out = z.map((value) => -value / interval);
      if (implicitness < 1) addPulledBack(y, z, 1 - implicitness, out);
      return out;
    },
  };
}
