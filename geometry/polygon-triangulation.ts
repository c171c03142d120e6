import { markInside, recoverEdge } from './constrained-edges.js';
import type { NormalisedPolygon } from './polygon-geometry.js';
import { Triangulation } from './triangulation.js';

/** A constrained Delaunay triangulation of a polygon, and which of its vertices lie on which side. */
export interface PolygonTriangulation {
  readonly polygon: NormalisedPolygon;
  readonly triangulation: Triangulation;
  /** `[vertex]` side the vertex lies on (for a corner the side that starts there), −1 for interior vertices */
  readonly vertexSide: number[];
  /** `[vertex]` position on its side, 0 at the start and below 1 */
  readonly vertexParameter: number[];
}

/** Triangulates a polygon whose sides are divided evenly into pieces about as long as the cell size. */
export function triangulatePolygon(polygon: NormalisedPolygon, cellSize: number): PolygonTriangulation {
  const triangulation = new Triangulation();
  const mesh: PolygonTriangulation = {
    polygon,
    triangulation,
    vertexSide: new Array(triangulation.vertexCount).fill(-1),
    vertexParameter: new Array(triangulation.vertexCount).fill(0),
  };
  const sideCount = polygon.sideEnd.length;
  const chains: number[][] = [];
  for (let side = 0; side < sideCount; side++) {
    const pieces = Math.max(1, Math.round(sideLength(polygon, side) / cellSize));
    chains.push(Array.from({ length: pieces }, (_, i) => insertOnSide(mesh, side, i / pieces)));
  }
  for (let side = 0; side < sideCount; side++) {
    const chain = [...chains[side], chains[polygon.sideEnd[side]][0]];
    for (let i = 1; i < chain.length; i++) recoverEdge(triangulation, chain[i - 1], chain[i], side);
  }
  markInside(triangulation);
  return mesh;
}

export function sideLength(polygon: NormalisedPolygon, side: number): number {
  const { coordinates: p, sideEnd } = polygon;
  const end = sideEnd[side];
  return Math.hypot(p[2 * end] - p[2 * side], p[2 * end + 1] - p[2 * side + 1]);
}

/** Dimensionless position at parameter t of a side; exactly on the side where it is parallel to an axis. */
export function pointOnSide(polygon: NormalisedPolygon, side: number, t: number): [number, number] {
  const { coordinates: p, sideEnd } = polygon;
  const end = sideEnd[side];
  return [interpolate(p[2 * side], p[2 * end], t), interpolate(p[2 * side + 1], p[2 * end + 1], t)];
}

export function interpolate(from: number, to: number, t: number): number {
  return from === to ? from : (1 - t) * from + t * to;
}

function insertOnSide(mesh: PolygonTriangulation, side: number, t: number): number {
  const v = mesh.triangulation.insert(...pointOnSide(mesh.polygon, side, t));
  mesh.vertexSide[v] = side;
  mesh.vertexParameter[v] = t;
  return v;
}

/** Parameter, on the given side, of a vertex that lies on it. */
export function parameterOnSide(mesh: PolygonTriangulation, vertex: number, side: number): number {
  return mesh.vertexSide[vertex] === side ? mesh.vertexParameter[vertex] : 1;
}

/** Inserts an interior vertex. */
export function insertInside(mesh: PolygonTriangulation, x: number, y: number): number {
  const v = mesh.triangulation.insert(x, y);
  mesh.vertexSide[v] ??= -1;
  mesh.vertexParameter[v] ??= 0;
  return v;
}
