/** Where {@link closestOnTriangle} leaves the point it found; one object, as the search runs millions of times. */
export const nearest = { x: 0, y: 0, z: 0 };

/** Squared distance from (x, y, z) to a triangle, by the region of its plane the point lies over (Ericson, "Real-Time Collision Detection", §5.1.5). */
export function closestOnTriangle(
  points: Float64Array,
  triangles: Int32Array,
  t: number,
  x: number,
  y: number,
  z: number,
): number {
  const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
  const [ax, ay, az] = [points[a], points[a + 1], points[a + 2]];
  const [ux, uy, uz] = [points[b] - ax, points[b + 1] - ay, points[b + 2] - az];
  const [vx, vy, vz] = [points[c] - ax, points[c + 1] - ay, points[c + 2] - az];
  const [px, py, pz] = [x - ax, y - ay, z - az];
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = ux * vx + uy * vy + uz * vz;
  const vv = vx * vx + vy * vy + vz * vz;
  const pu = px * ux + py * uy + pz * uz;
  const pv = px * vx + py * vy + pz * vz;
  let s = vv * pu - uv * pv;
  let r = uu * pv - uv * pu;
  const determinant = uu * vv - uv * uv;
  if (s >= 0 && r >= 0 && s + r <= determinant) {
    s /= determinant;
    r /= determinant;
  } else {
    // outside: the closest point lies on one of the sides
    let best = Infinity;
    let [bestS, bestR] = [0, 0];
    const consider = (ss: number, rr: number) => {
      const dx = px - ss * ux - rr * vx;
      const dy = py - ss * uy - rr * vy;
      const dz = pz - ss * uz - rr * vz;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared < best) {
        best = squared;
        bestS = ss;
        bestR = rr;
      }
    };
    consider(clamp(pu / uu), 0);
    consider(0, clamp(pv / vv));
    const w = clamp((uu - uv - pu + pv) / (uu - 2 * uv + vv)); // from b to c
    consider(1 - w, w);
    s = bestS;
    r = bestR;
  }
  nearest.x = ax + s * ux + r * vx;
  nearest.y = ay + s * uy + r * vy;
  nearest.z = az + s * uz + r * vz;
  return (x - nearest.x) ** 2 + (y - nearest.y) ** 2 + (z - nearest.z) ** 2;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Parameter at which a segment crosses a triangle (Möller and Trumbore), a little rounding at the rim allowed. */
export function segmentCrossing(
  points: Float64Array,
  triangles: Int32Array,
  t: number,
  from: readonly number[],
  to: readonly number[],
): number | undefined {
  const slack = 1e-9;
  const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
  const [ux, uy, uz] = [points[b] - points[a], points[b + 1] - points[a + 1], points[b + 2] - points[a + 2]];
  const [vx, vy, vz] = [points[c] - points[a], points[c + 1] - points[a + 1], points[c + 2] - points[a + 2]];
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [hx, hy, hz] = [dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx];
  const determinant = ux * hx + uy * hy + uz * hz;
  if (determinant === 0) return undefined;
  const [px, py, pz] = [from[0] - points[a], from[1] - points[a + 1], from[2] - points[a + 2]];
  const s = (px * hx + py * hy + pz * hz) / determinant;
  if (s < -slack || s > 1 + slack) return undefined;
  const [qx, qy, qz] = [py * uz - pz * uy, pz * ux - px * uz, px * uy - py * ux];
  const r = (dx * qx + dy * qy + dz * qz) / determinant;
  if (r < -slack || s + r > 1 + slack) return undefined;
  const at = (vx * qx + vy * qy + vz * qz) / determinant;
  return at >= -slack && at <= 1 + slack ? clamp(at) : undefined;
}
