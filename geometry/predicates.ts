import { incircle, orient2d } from 'robust-predicates';

/** Twice the signed area of the triangle abc: positive if counter-clockwise; the sign is exact. */
export function orientation(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return -orient2d(ax, ay, bx, by, cx, cy); // robust-predicates has y pointing down
}

/** Positive if d lies inside the circle through the counter-clockwise triangle abc; the sign is exact. */
export const inCircle = incircle;
