import type { TriangleSurface } from '../../geometry/index.js';

/** The box [0, a] × [0, b] × [0, c] as 12 triangles. */
export function boxSurface([a, b, c]: readonly [number, number, number]): TriangleSurface {
  return prismSurface(
    [
      [0, 0],
      [a, 0],
      [a, b],
      [0, b],
    ],
    c,
  );
}

/** A right prism over a star-shaped polygon (about the mean of its corners), counter-clockwise. */
export function prismSurface(
  polygon: readonly (readonly [number, number])[],
  height: number,
): TriangleSurface {
  const n = polygon.length;
  const centre = [0, 1].map((k) => polygon.reduce((sum, p) => sum + p[k], 0) / n);
  const points = [0, height].flatMap((z) => [...polygon.flatMap(([x, y]) => [x, y, z]), ...centre, z]);
  const [low, high] = [n, 2 * n + 1];
  const triangles: number[] = [];
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n;
    triangles.push(low, j, i, high, n + 1 + i, n + 1 + j);
    triangles.push(i, j, n + 1 + j, i, n + 1 + j, n + 1 + i);
  }
  return { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
}

export function regularPolygon(sides: number, radius: number): [number, number][] {
  return Array.from({ length: sides }, (_, i) => {
    const angle = (2 * Math.PI * i) / sides;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** A surface of quadrilaterals, split, over a grid that is periodic in both directions. */
export function torusSurface(major: number, minor: number, around: number, across: number): TriangleSurface {
  const points: number[] = [];
  for (let i = 0; i < around; i++)
    for (let j = 0; j < across; j++) {
      const [u, v] = [(2 * Math.PI * i) / around, (2 * Math.PI * j) / across];
      const r = major + minor * Math.cos(v);
      points.push(r * Math.cos(u), r * Math.sin(u), minor * Math.sin(v));
    }
  const triangles: number[] = [];
  for (let i = 0; i < around; i++)
    for (let j = 0; j < across; j++) {
      const at = (di: number, dj: number) => ((i + di) % around) * across + ((j + dj) % across);
      triangles.push(at(0, 0), at(1, 0), at(1, 1), at(0, 0), at(1, 1), at(0, 1));
    }
  return { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
}

/** Two surfaces as one, with no regard to where they meet. */
export function joinSurfaces(a: TriangleSurface, b: TriangleSurface): TriangleSurface {
  const offset = a.points.length / 3;
  return {
    points: Float64Array.of(...a.points, ...b.points),
    triangles: Int32Array.of(...a.triangles, ...b.triangles.map((p) => p + offset)),
  };
}
