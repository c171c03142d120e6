import { GeometryError } from '../common/errors.js';
import { markInside, recoverEdge } from './constrained-edges.js';
import type { NormalisedPolygon } from './polygon-geometry.js';
import { Triangulation } from './triangulation.js';

/** A constrained Delaunay triangulation of a polygon, and which of its vertices lie on which side. */
export interface PolygonTriangulation {
  readonly polygon: NormalisedPolygon;
  readonly triangulation: Triangulation;
  /** `[vertex]` side the vertex lies on (for a corner one of those that meet there), −1 for interior vertices */
  readonly vertexSide: number[];
  /** `[vertex]` position on its side, 0 at the start and below 1 */
  readonly vertexParameter: number[];
  /** `[vertex]` corner of the polygon at the vertex, or −1 */
  readonly vertexCorner: number[];
}

/**
 * Triangulates a polygon whose sides are divided at the given parameters, ascending between 0 and 1.
 *
 * @throws GeometryError if an interface leaves the domain, or sides come too close to be told apart
 */
export function triangulatePolygon(
  polygon: NormalisedPolygon,
  divide: (side: number) => readonly number[],
): PolygonTriangulation {
  const triangulation = new Triangulation();
  const unknown = () => new Array<number>(triangulation.vertexCount).fill(-1);
  const mesh: PolygonTriangulation = {
    polygon,
    triangulation,
    vertexSide: unknown(),
    vertexParameter: unknown(),
    vertexCorner: unknown(),
  };
  const { sideStart, sideEnd, sidePatch, coordinates } = polygon;
  const vertexAt = new Int32Array(coordinates.length / 2).fill(-1);
  const cornerVertex = (corner: number, side: number, parameter: number) => {
    if (vertexAt[corner] < 0) {
      const v = triangulation.insert(coordinates[2 * corner], coordinates[2 * corner + 1]);
      placeOnSide(mesh, v, side, parameter);
      mesh.vertexCorner[v] = corner;
      vertexAt[corner] = v;
    }
    return vertexAt[corner];
  };
  const chains = Array.from(sideStart, (start, side) => [
    cornerVertex(start, side, 0),
    ...divide(side).map((t) => {
      const v = triangulation.insert(...pointOnSide(polygon, side, t));
      placeOnSide(mesh, v, side, t);
      return v;
    }),
  ]);
  chains.forEach((chain, side) => {
    chain.push(cornerVertex(sideEnd[side], side, 1));
  });
  chains.forEach((chain, side) => {
    for (let i = 1; i < chain.length; i++) recoverEdge(triangulation, chain[i - 1], chain[i], side);
  });
  markInside(triangulation, sidePatch);
  checkInterfacesInside(mesh);
  return mesh;
}

function placeOnSide(mesh: PolygonTriangulation, v: number, side: number, parameter: number): void {
  mesh.vertexSide[v] = side;
  mesh.vertexParameter[v] = parameter;
  mesh.vertexCorner[v] = -1;
}

function checkInterfacesInside({ polygon, triangulation }: PolygonTriangulation): void {
  const { sideOf, inside, triangleCount } = triangulation;
  const { sideInterface, interfaceNames, sideStart, original } = polygon;
  for (let e = 0; e < 3 * triangleCount; e++) {
    if (sideOf[e] < 0 || sideInterface[sideOf[e]] < 0 || inside[(e / 3) | 0] === 1) continue;
    const corner = sideStart[sideOf[e]];
    throw new GeometryError(
      `generateMesh: interface "${interfaceNames[sideInterface[sideOf[e]]]}" leaves the domain near (${original[2 * corner]}, ${original[2 * corner + 1]}); end it at the boundary.`,
    );
  }
}

export function sideLength(polygon: NormalisedPolygon, side: number): number {
  const { coordinates: p, sideStart, sideEnd } = polygon;
  const [start, end] = [sideStart[side], sideEnd[side]];
  return Math.hypot(p[2 * end] - p[2 * start], p[2 * end + 1] - p[2 * start + 1]);
}

/** Dimensionless position at parameter t of a side; exactly on the side where it is parallel to an axis. */
export function pointOnSide(polygon: NormalisedPolygon, side: number, t: number): [number, number] {
  const { coordinates: p, sideStart, sideEnd } = polygon;
  const [start, end] = [sideStart[side], sideEnd[side]];
  return [interpolate(p[2 * start], p[2 * end], t), interpolate(p[2 * start + 1], p[2 * end + 1], t)];
}

export function interpolate(from: number, to: number, t: number): number {
  return from === to ? from : (1 - t) * from + t * to;
}

/** Parameter, on the given side, of a vertex that lies on it. */
export function parameterOnSide(mesh: PolygonTriangulation, vertex: number, side: number): number {
  const corner = mesh.vertexCorner[vertex];
  if (corner >= 0) return corner === mesh.polygon.sideStart[side] ? 0 : 1;
  return mesh.vertexParameter[vertex];
}

/** Inserts a vertex on the half-edge of a side, at a parameter of it. */
export function splitSide(mesh: PolygonTriangulation, e: number, t: number, x: number, y: number): void {
  const side = mesh.triangulation.sideOf[e];
  placeOnSide(mesh, mesh.triangulation.splitEdge(e, x, y), side, t);
}

/** Inserts an interior vertex; `near` is a triangle to begin the search at. */
export function insertInside(mesh: PolygonTriangulation, x: number, y: number, near?: number): number {
  const { triangulation } = mesh;
  const v = triangulation.insert(x, y, triangulation.locate(x, y, near));
  mesh.vertexSide[v] ??= -1;
  mesh.vertexParameter[v] ??= -1;
  mesh.vertexCorner[v] ??= -1;
  return v;
}
