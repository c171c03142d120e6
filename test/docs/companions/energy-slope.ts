import { ok } from 'node:assert/strict';

type Answer = { data: ArrayLike<number> };
/** Σ sin² x and its gradient sin 2x */
export function check({ energy, slope }: { energy: Answer; slope: Answer }) {
  const points = [0, 1, 2, 3, 4, 5];
  ok(Math.abs(energy.data[0] - points.reduce((sum, x) => sum + Math.sin(x) ** 2, 0)) < 1e-5);
  for (const [i, x] of points.entries()) ok(Math.abs(slope.data[i] - Math.sin(2 * x)) < 1e-5);
}
