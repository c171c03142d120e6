import type { HostArray } from '../../runtime/index.js';
import type { JacobianField } from './stepper-jacobian.js';

export interface ZoneOptions {
  /** Length of the periodic axis. */
  length?: number;
  /** |u_x| below which a point is smooth, and above which it belongs to a shock. */
  smoothBelow?: number;
  shockAbove?: number;
}

export const ZONE_DEFAULTS = { length: 1, smoothBelow: 3, shockAbove: 10 } as const;

export interface JacobianZones {
  /** Mean q̂ in smooth parts and at shocks */
  readonly smooth: number;
  readonly shock: number;
  /** Means of s there, and its correlation with log(|u_x| + 0.1), where a tolerance was learned */
  readonly tolerance?: { readonly smooth: number; readonly shock: number; readonly correlation: number };
}

/** A Jacobian field of states `[batch, points, 1]` by the steepness of the states, |u_x| from central differences. */
export function jacobianZones(
  { rowNorms, tolerance }: JacobianField,
  states: HostArray,
  options: ZoneOptions = {},
): JacobianZones {
  const { length, smoothBelow, shockAbove } = { ...ZONE_DEFAULTS, ...options };
  const [batch, points] = states.shape;
  const slopes = new Float64Array(batch * points);
  for (let row = 0; row < batch; row++) {
    const at = (i: number) => states.data[row * points + ((i + points) % points)];
    for (let i = 0; i < points; i++) {
      slopes[row * points + i] = (Math.abs(at(i + 1) - at(i - 1)) * points) / (2 * length);
    }
  }
  const mean = (values: Float32Array, inside: (slope: number) => boolean) => {
    let [sum, count] = [0, 0];
    slopes.forEach((slope, i) => {
      if (!inside(slope)) return;
      sum += values[i];
      count++;
    });
    return sum / count;
  };
  const zones = (values: Float32Array) => ({
    smooth: mean(values, (slope) => slope < smoothBelow),
    shock: mean(values, (slope) => slope > shockAbove),
  });
  return {
    ...zones(rowNorms),
    ...(tolerance
      ? {
          tolerance: {
            ...zones(tolerance),
            correlation: correlation(
              tolerance,
              slopes.map((slope) => Math.log(slope + 0.1)),
            ),
          },
        }
      : {}),
  };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const count = a.length;
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < count; i++) {
    sumA += a[i] / count;
    sumB += b[i] / count;
  }
  let [both, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    both += (a[i] - sumA) * (b[i] - sumB);
    squareA += (a[i] - sumA) ** 2;
    squareB += (b[i] - sumB) ** 2;
  }
  return both / Math.sqrt(squareA * squareB);
}
