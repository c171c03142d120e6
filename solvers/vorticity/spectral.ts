import { InvalidInputError } from '../../common/errors.js';
import { checkPeriodicGrid, type PeriodicSolver, periodicSolver } from '../burgers/periodic-solver.js';
import { refuseNonPeriodic } from '../burgers/periodic-state.js';
import { UnderResolvedError } from '../burgers/resolution.js';
import { STEPPING_DEFAULT, type Stepping } from '../burgers/sub-steps.js';
import { biotSavart } from './fourier-multiplier.js';
import { vorticityTransport } from './vorticity-transport.js';

export interface VorticitySpectralOptions {
  /** ν > 0 */
  viscosity: number;
  /** Points along x and y, even and products of 2, 3 and 5: one number for both or each */
  points: number | readonly [x: number, y: number];
  /** Periods, one for both axes or each */
  length?: number | readonly [x: number, y: number];
  stepping?: Stepping;
  /** What to do with a state whose upper wave numbers hold too much enstrophy */
  underResolved?: 'refuse' | 'report' | 'allow';
  onUnderResolved?: (message: string) => void;
}

export const VORTICITY_SPECTRAL_DEFAULTS = {
  length: 1,
  stepping: STEPPING_DEFAULT,
  underResolved: 'refuse',
} as const;

/**
 * Share of the enstrophy that the upper 40 % of the kept wave numbers may hold. Decaying flows on 64² points at ν = 1e-4 differed from
 * those on 128² by 0.8, 0.5 and 0.1 % where that share was 2e-3, 1.5e-3 and 5e-4.
 */
export const TAIL_ENSTROPHY_LIMIT = 1e-5;

/** A solver of plane incompressible flow; states are vorticities `[trajectory][x][y]`, any number at once. */
export interface VorticitySpectral extends PeriodicSolver {
  readonly viscosity: number;
  readonly points: readonly [x: number, y: number];
  readonly length: readonly [x: number, y: number];
  /** `[u, v]` of one vorticity, each `[x][y]`; their means are 0 */
  velocity(vorticity: ArrayLike<number>): [u: Float64Array, v: Float64Array];
  /** ½ ∫ |u|² and ½ ∫ w² per area, of one vorticity */
  integrals(vorticity: ArrayLike<number>): { energy: number; enstrophy: number };
}

/**
 * Incompressible flow in a periodic plane by its vorticity w = ∂v/∂x − ∂u/∂y, without forcing:
 *
 *     w_t + u·∇w = νΔw,   ∇·u = 0
 *
 * Fourier pseudo-spectral in space, dealiased by the 2/3 rule ({@link vorticityTransport}), ETDRK4 in time.
 *
 * Source: Canuto et al., Spectral Methods in Fluid Dynamics (1988), ch. 7; the time stepping is that of `burgersSpectral`.
 * @throws InvalidInputError for grids, viscosities or steps that cannot work, for states that are not finite or have a mean:
 *   no periodic velocity has one
 * @throws UnderResolvedError where the upper 40 % of the kept wave numbers hold more than 1e-5 of the enstrophy
 */
export function vorticitySpectral(options: VorticitySpectralOptions): VorticitySpectral {
  const settings = { ...VORTICITY_SPECTRAL_DEFAULTS, ...options };
  const { viscosity, stepping, underResolved, onUnderResolved } = settings;
  const points = pairOf(settings.points);
  const length = pairOf(settings.length);
  checkPeriodicGrid('vorticitySpectral', { points, length, viscosity, stepping }, { from: 2, to: 2 });
  const size = points[0] * points[1];
  const shape = { points, components: 1, size };
  const law = biotSavart(points, length);
  const report = underResolved === 'report' ? (onUnderResolved ?? (() => {})) : undefined;
  const velocity = (vorticity: ArrayLike<number>): [Float64Array, Float64Array] => {
    const w = Float64Array.from(vorticity);
    if (w.length !== size) {
      throw new InvalidInputError(
        `vorticitySpectral.velocity: expected ${points.join(' × ')} values, got ${w.length}`,
      );
    }
    return [law.u.apply(w, 1), law.v.apply(w, 1)];
  };
  const solver = periodicSolver({
    name: 'vorticitySpectral',
    shape,
    length,
    viscosity,
    stepping,
    problem: (trajectories) => vorticityTransport(points, length, viscosity, trajectories),
    speed(state, trajectory) {
      const [u, v] = velocity(state.subarray(trajectory * size, (trajectory + 1) * size));
      return Math.max(...[u, v].map((component) => component.reduce((m, x) => Math.max(m, Math.abs(x)), 0)));
    },
    checkState(name, state, trajectory) {
      refuseMean(name, state.subarray(trajectory * size, (trajectory + 1) * size), trajectory);
      if (underResolved !== 'allow') refuseNonPeriodic(name, state, trajectory, shape);
    },
    ...(underResolved === 'allow'
      ? {}
      : {
          checkTail(name, _, trajectory, tailShare) {
            if (tailShare <= TAIL_ENSTROPHY_LIMIT) return;
            const message =
              `${name}: trajectory ${trajectory} is under-resolved: the upper 40 % of the wave numbers hold ` +
              `${tailShare.toExponential(1)} of its enstrophy (limit ${TAIL_ENSTROPHY_LIMIT}); ` +
              'double the points or raise the viscosity';
            if (!report) throw new UnderResolvedError(message, trajectory);
            report(message);
          },
        }),
  });
  return {
    viscosity,
    points,
    length,
    ...solver,
    velocity,
    integrals(vorticity) {
      const [u, v] = velocity(vorticity);
      let [energy, enstrophy] = [0, 0];
      for (let i = 0; i < size; i++) {
        energy += u[i] * u[i] + v[i] * v[i];
        enstrophy += vorticity[i] * vorticity[i];
      }
      return { energy: energy / (2 * size), enstrophy: enstrophy / (2 * size) };
    },
  };
}

const pairOf = (value: number | readonly [number, number]): [number, number] =>
  typeof value === 'number' ? [value, value] : [value[0], value[1]];

/** What single precision leaves of a mean, as a part of the root mean square */
const MEAN_LIMIT = 1e-5;

function refuseMean(name: string, state: Float64Array | Float32Array, trajectory: number): void {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < state.length; i++) {
    sum += state[i];
    squares += state[i] * state[i];
  }
  const mean = sum / state.length;
  if (Math.abs(mean) > MEAN_LIMIT * Math.sqrt(squares / state.length)) {
    throw new InvalidInputError(
      `${name}: trajectory ${trajectory} has a mean vorticity of ${mean.toPrecision(3)}, which no periodic velocity has; ` +
        'subtract it',
    );
  }
}
