import { InvalidInputError } from '../../common/errors.js';

export interface TravellingShockOptions {
  viscosity: number;
  /** (u(−∞) + u(∞))/2, the speed of the shock */
  mean: number;
  /** u(−∞) − u(∞) > 0 */
  jump: number;
  /** Place of the shock at t = 0 */
  position?: number;
}

/** u = ū − (Δu/2) tanh(Δu (x − x_s − ūt)/4ν), an exact solution of u_t + u u_x = ν u_xx on the line. */
export function travellingShock({ viscosity, mean, jump, position = 0 }: TravellingShockOptions) {
  if (!(viscosity > 0) || !(jump > 0)) {
    throw new InvalidInputError(
      `travellingShock: viscosity and jump must be positive, got ${viscosity} and ${jump}`,
    );
  }
  return (x: number, time: number) =>
    mean - (jump / 2) * Math.tanh((jump * (x - position - mean * time)) / (4 * viscosity));
}

/** One wave A cos(k·x + δ) of the potential below, with k in radians per unit length. */
export interface PotentialWave {
  readonly amplitude: number;
  readonly wave: readonly number[];
  readonly phase: number;
}

/**
 * An exact irrotational solution of u_t + (u·∇)u = νΔu in any dimension by the vector Cole–Hopf transformation:
 *
 *     u = −2ν ∇φ/φ,   φ = 1 + Σ_m A_m e^{−ν|k_m|² t} cos(k_m·x + δ_m),   Σ |A_m| < 1
 *
 * @returns u(x, t), one component per axis
 */
export function potentialFlow(viscosity: number, waves: readonly PotentialWave[]) {
  const sum = waves.reduce((total, { amplitude }) => total + Math.abs(amplitude), 0);
  if (!(viscosity > 0) || !(sum < 1)) {
    throw new InvalidInputError(
      `potentialFlow: viscosity must be positive and the amplitudes must sum to less than 1, got ${viscosity} and ${sum}`,
    );
  }
  return (x: readonly number[], time: number): number[] => {
    let phi = 1;
    const gradient = x.map(() => 0);
    for (const { amplitude, wave, phase } of waves) {
      const square = wave.reduce((total, k) => total + k * k, 0);
      const angle = wave.reduce((total, k, axis) => total + k * x[axis], phase);
      const height = amplitude * Math.exp(-viscosity * square * time);
      phi += height * Math.cos(angle);
      for (let axis = 0; axis < gradient.length; axis++)
        gradient[axis] -= height * wave[axis] * Math.sin(angle);
    }
    return gradient.map((slope) => (-2 * viscosity * slope) / phi);
  };
}
