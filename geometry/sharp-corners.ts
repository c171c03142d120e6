import type { NormalisedPolygon } from './polygon-geometry.js';
import type { PolygonTriangulation } from './polygon-triangulation.js';

const SHARP_ANGLE = Math.PI / 3 - 1e-9;
const COSINE_OF_SHARP = Math.cos(SHARP_ANGLE);

/** Where sides meet at less than 60° with the domain between them. */
export interface SharpCorners {
  /** `[corner]` 1 or 0 */
  readonly sharp: Uint8Array;
  /** `[corner]` sides that meet there */
  readonly sidesAt: readonly (readonly number[])[];
}

export function sharpCorners(polygon: NormalisedPolygon): SharpCorners {
  const { coordinates: p } = polygon;
  const sharp = new Uint8Array(p.length / 2);
  const around = sidesAtCorners(polygon);
  around.forEach((sides, corner) => {
    sides.forEach((from, i) => {
      const to = sides[(i + 1) % sides.length];
      if (from.domainFollows && turn(from.end, to.end, corner) < SHARP_ANGLE) sharp[corner] = 1;
    });
  });
  return { sharp, sidesAt: around.map((sides) => sides.map(({ side }) => side)) };

  /** Angle by which one direction turns counter-clockwise into another, above 0; 2π or less */
  function turn(end: number, nextEnd: number, corner: number): number {
    const [wx, wy] = [p[2 * end] - p[2 * corner], p[2 * end + 1] - p[2 * corner + 1]];
    const [ux, uy] = [p[2 * nextEnd] - p[2 * corner], p[2 * nextEnd + 1] - p[2 * corner + 1]];
    const angle = Math.atan2(wx * uy - wy * ux, wx * ux + wy * uy);
    return angle > 0 ? angle : angle + 2 * Math.PI;
  }
}

/** `[corner]` the other ends of its sides, counter-clockwise, and whether the domain lies between a side and the following one */
function sidesAtCorners(polygon: NormalisedPolygon) {
  const { coordinates: p, sideStart, sideEnd, sidePatch } = polygon;
  const around: { side: number; end: number; angle: number; domainFollows: boolean }[][] = Array.from(
    { length: p.length / 2 },
    () => [],
  );
  const add = (side: number, corner: number, end: number, domainFollows: boolean) => {
    const angle = Math.atan2(p[2 * end + 1] - p[2 * corner + 1], p[2 * end] - p[2 * corner]);
    around[corner].push({ side, end, angle, domainFollows });
  };
  for (let s = 0; s < sideStart.length; s++) {
    add(s, sideStart[s], sideEnd[s], true);
    // seen from its end, a side of a ring has the domain on the clockwise side
    add(s, sideEnd[s], sideStart[s], sidePatch[s] < 0);
  }
  for (const sides of around) sides.sort((a, b) => a.angle - b.angle);
  return around;
}

/** Whether two vertices lie on two sides that meet in a sharp angle, at equal distances from its corner. */
export function joinsSharpSides(
  mesh: PolygonTriangulation,
  u: number,
  v: number,
  { sharp, sidesAt }: SharpCorners,
): boolean {
  const { x, y } = mesh.triangulation;
  const { coordinates, sideStart, sideEnd } = mesh.polygon;
  if (mesh.vertexSide[u] < 0 || mesh.vertexSide[v] < 0) return false;
  const sidesOf = (w: number) =>
    mesh.vertexCorner[w] >= 0 ? sidesAt[mesh.vertexCorner[w]] : [mesh.vertexSide[w]];
  const ends = (w: number) => sidesOf(w).flatMap((side) => [sideStart[side], sideEnd[side]]);
  const endsOfV = ends(v);
  return ends(u).some((corner) => {
    if (!sharp[corner] || !endsOfV.includes(corner)) return false;
    const [cx, cy] = [coordinates[2 * corner], coordinates[2 * corner + 1]];
    const [ux, uy, vx, vy] = [x[u] - cx, y[u] - cy, x[v] - cx, y[v] - cy];
    const [fromU, fromV] = [Math.hypot(ux, uy), Math.hypot(vx, vy)];
    return (
      fromU > 0 &&
      Math.abs(fromU - fromV) <= 1e-6 * fromU &&
      ux * vx + uy * vy > COSINE_OF_SHARP * fromU * fromV
    );
  });
}
