import { type BoundaryShape, VERTEX_KINDS } from './boundary-shape.js';

/** Value of a function that is negative inside, in lattice coordinates */
export type LatticeFunction = (x: number, y: number, z: number) => number;

const STEP = 1e-4;
const NEWTON_STEPS = 12;
const ACCURACY = 1e-10;
const LONGEST_MOVE = 0.5;

/** The shape given by the zero level of a function: vertices on it are drawn along the gradient. */
export function functionShape(value: LatticeFunction, onSurface: Uint8Array): BoundaryShape {
  const kinds = onSurface.map((on) => (on ? VERTEX_KINDS.surface : VERTEX_KINDS.interior));
  return {
    kinds,
    moved: () => {},
    restrict: (v, place) => kinds[v] === VERTEX_KINDS.interior || drawToZero(value, place),
  };
}

/** Newton's iteration x ← x − f ∇f/|∇f|²; false if it does not arrive. */
function drawToZero(value: LatticeFunction, place: Float64Array): boolean {
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { distance, gradient } = distanceToZero(value, place[0], place[1], place[2]);
    if (Math.abs(distance) < ACCURACY) return true;
    if (Number.isNaN(distance)) return false;
    const move = Math.max(-LONGEST_MOVE, Math.min(LONGEST_MOVE, distance));
    for (let k = 0; k < 3; k++) place[k] -= move * gradient[k];
  }
  return Math.abs(distanceToZero(value, place[0], place[1], place[2]).distance) < 1e4 * ACCURACY;
}

/**
 * Length of the straight way from a point to where Newton's iteration ends on the zero level; where the gradient varies, as near
 * a saddle, the first step alone says too much. Infinite if it does not arrive.
 */
export function pathToZero(value: LatticeFunction, x: number, y: number, z: number): number {
  const place = Float64Array.of(x, y, z);
  if (!drawToZero(value, place)) return Infinity;
  return Math.hypot(place[0] - x, place[1] - y, place[2] - z);
}

/** First-order signed distance f/|∇f| to the zero level, and the direction ∇f/|∇f| (central differences). */
export function distanceToZero(value: LatticeFunction, x: number, y: number, z: number) {
  const gx = value(x + STEP, y, z) - value(x - STEP, y, z);
  const gy = value(x, y + STEP, z) - value(x, y - STEP, z);
  const gz = value(x, y, z + STEP) - value(x, y, z - STEP);
  const length = Math.sqrt(gx * gx + gy * gy + gz * gz);
  return {
    distance: (value(x, y, z) * 2 * STEP) / length,
    gradient: [gx / length, gy / length, gz / length],
  };
}

/** Fraction of the way from a (inside) to b (outside) at which a function changes sign, by the Illinois form of regula falsi. */
export function zeroBetween(value: LatticeFunction, a: readonly number[], b: readonly number[]): number {
  const at = (t: number) =>
    value(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2]));
  let [low, high, atLow, atHigh] = [0, 1, at(0), at(1)];
  let side = 0;
  for (let step = 0; step < 60 && high - low > 1e-12; step++) {
    const t = (low * atHigh - high * atLow) / (atHigh - atLow);
    const here = at(t);
    if (here === 0) return t;
    if (here < 0) {
      low = t;
      atLow = here;
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      high = t;
      atHigh = here;
      if (side === 1) atLow /= 2;
      side = 1;
    }
    if (Math.abs(here) < 1e-14 * Math.max(Math.abs(atLow), Math.abs(atHigh))) break;
  }
  return Math.abs(atLow) < Math.abs(atHigh) ? low : high;
}
