import { advectiveTransport } from './advective-transport.js';
import { conservativeAdvection } from './conservative-advection.js';
import { checkPeriodicGrid, type PeriodicSolver, periodicSolver } from './periodic-solver.js';
import { extremes, periodicShape, refuseNonPeriodic } from './periodic-state.js';
import { refuseUnderResolved } from './resolution.js';
import { STEPPING_DEFAULT, type Stepping } from './sub-steps.js';

export interface BurgersSpectralOptions {
  /** ν > 0 */
  viscosity: number;
  /** Points along each axis, even and a product of 2, 3 and 5: a number in 1D, a list in 1D to 3D */
  points: number | readonly number[];
  /** Period, the same along every axis or one for each */
  length?: number | readonly number[];
  stepping?: Stepping;
  /**
   * What to do with a state whose upper wave numbers hold too much energy: refuse it, tell `onUnderResolved`, or go on.
   * A judge of learned steppers, whose states carry noise at every wave number, needs `'allow'`.
   */
  underResolved?: 'refuse' | 'report' | 'allow';
  onUnderResolved?: (message: string) => void;
}

export const BURGERS_SPECTRAL_DEFAULTS = {
  length: 1,
  stepping: STEPPING_DEFAULT,
  underResolved: 'refuse',
} as const;

/**
 * A viscous Burgers solver on a periodic grid. States are `[trajectory][component][points…]`, any number of
 * trajectories at once, float64 out whatever came in. A trajectory's answer does not depend on its neighbours.
 */
export interface BurgersSpectral extends PeriodicSolver {
  readonly viscosity: number;
  readonly points: readonly number[];
  readonly length: readonly number[];
  readonly components: number;
}

/**
 * Fourier pseudo-spectral in space, dealiased by the 2/3 rule, ETDRK4 in time ({@link etdrk4}):
 *
 *     1D:     u_t + (u²/2)_x = ν u_xx
 *     2D, 3D: u_t + (u·∇)u = ν Δu, one component per axis, advective form
 *
 * Spectral accuracy while shocks are resolved, mass conserved to round-off in 1D; wave numbers at or above N/3, which
 * no product reaches, decay by viscosity alone.
 *
 * @throws InvalidInputError for grids, viscosities or steps that cannot work, non-finite or non-periodic data
 * @throws UnderResolvedError where the upper 40 % of the kept wave numbers hold more than 1e-10 of the energy
 */
export function burgersSpectral(options: BurgersSpectralOptions): BurgersSpectral {
  const settings = { ...BURGERS_SPECTRAL_DEFAULTS, ...options };
  const { viscosity, stepping, underResolved, onUnderResolved } = settings;
  const points = typeof settings.points === 'number' ? [settings.points] : [...settings.points];
  const length =
    typeof settings.length === 'number' ? points.map(() => settings.length as number) : [...settings.length];
  checkPeriodicGrid(
    'burgersSpectral',
    { points, length, viscosity, stepping },
    { from: 1, to: 3, inviscid: 'burgersFiniteVolumes takes 0' },
  );
  const shape = periodicShape(points);
  const spacing = Math.min(...points.map((count, axis) => length[axis] / count));
  const report = underResolved === 'report' ? (onUnderResolved ?? (() => {})) : undefined;
  const solver = periodicSolver({
    name: 'burgersSpectral',
    shape,
    length,
    viscosity,
    stepping,
    problem: (trajectories) =>
      points.length === 1
        ? conservativeAdvection(points[0], length[0], viscosity, trajectories)
        : advectiveTransport(points, length, viscosity, trajectories),
    speed: (state, trajectory) => extremes(state, trajectory, shape).speed,
    ...(underResolved === 'allow'
      ? {}
      : {
          checkState: (name, state, trajectory) => refuseNonPeriodic(name, state, trajectory, shape),
          checkTail: (name, state, trajectory, tailShare) => {
            const { range } = extremes(state, trajectory, shape);
            refuseUnderResolved(name, trajectory, tailShare, { viscosity, spacing, range }, report);
          },
        }),
  });
  return { viscosity, points, length, components: shape.components, ...solver };
}
