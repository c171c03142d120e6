import { blockValues, type ControlSpace } from './control-space.js';

/** The cost of control Σ_controls cost · mean over faces of (v − r)², r without control, as ½ dᵀHd with d = p − reference. */
export interface SquareCost {
  /** H, row-major `[parameter][parameter]` */
  readonly hessian: Float64Array;
}

export function squareCost({ count, blocks }: ControlSpace): SquareCost {
  const hessian = new Float64Array(count * count);
  for (const { first, shapes, shares, cost } of blocks) {
    shapes.forEach((a, i) => {
      shapes.forEach((b, j) => {
        const product = shares.reduce((sum, share, f) => sum + share * a[f] * b[f], 0);
        hessian[(first + i) * count + first + j] = 2 * cost * product;
      });
    });
  }
  return { hessian };
}

export function squareCostAt(
  { count, reference }: ControlSpace,
  { hessian }: SquareCost,
  p: Float64Array,
): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      value += 0.5 * hessian[i * count + j] * (p[i] - reference[i]) * (p[j] - reference[j]);
    }
  }
  return value;
}

/** Σ_controls cost · mean over faces of |v − r|, and a subgradient of it. */
export function absoluteCostAt(
  { count, reference, blocks }: ControlSpace,
  p: Float64Array,
): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(count);
  const difference = p.map((value, j) => value - reference[j]);
  let value = 0;
  for (const block of blocks) {
    const { first, shapes, shares, cost } = block;
    blockValues(block, difference).forEach((distance, f) => {
      value += cost * shares[f] * Math.abs(distance);
      shapes.forEach((shape, j) => {
        gradient[first + j] += cost * shares[f] * Math.sign(distance) * shape[f];
      });
    });
  }
  return { value, gradient };
}
