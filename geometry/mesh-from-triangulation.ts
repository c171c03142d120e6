import { createMesh } from './create-mesh.js';
import { next } from './half-edges.js';
import { labelRegions } from './label-regions.js';
import type { Mesh } from './mesh.js';
import { interpolate, type PolygonTriangulation } from './polygon-triangulation.js';

/** The triangles inside the domain as a mesh in the user's coordinates; corners get exactly the coordinates given. */
export function meshFromTriangulation(mesh: PolygonTriangulation): Mesh {
  const { triangulation, polygon } = mesh;
  const { vertexOf, inside, sideOf, triangleCount, vertexCount } = triangulation;
  const { sidePatch, patchNames, sideInterface, interfaceNames } = polygon;
  const labels = polygon.divided ? labelRegions(mesh) : undefined;
  const pointOf = new Int32Array(vertexCount).fill(-1);
  const vertexAt: number[] = [];
  const cells: number[][] = [];
  const cellRegions: number[] = [];
  for (let t = 0; t < triangleCount; t++) {
    if (inside[t] === 0) continue;
    const cell: number[] = [];
    for (let e = 3 * t; e < 3 * t + 3; e++) {
      const v = vertexOf[e];
      if (pointOf[v] < 0) pointOf[v] = vertexAt.push(v) - 1;
      cell.push(pointOf[v]);
    }
    cells.push(cell);
    if (labels) cellRegions.push(labels.regions[t]);
  }
  const sideOfEdge = new Map<number, number>();
  const key = (a: number, b: number) => a * vertexAt.length + b;
  for (let e = 0; e < 3 * triangleCount; e++)
    if (sideOf[e] >= 0 && inside[(e / 3) | 0] === 1)
      sideOfEdge.set(key(pointOf[vertexOf[e]], pointOf[vertexOf[next(e)]]), sideOf[e]);
  const points = new Float64Array(2 * vertexAt.length);
  vertexAt.forEach((v, p) => {
    points.set(userPosition(mesh, v), 2 * p);
  });
  return createMesh({
    points,
    cells,
    patchOfFace: (a, b) => patchNames[sidePatch[sideOfEdge.get(key(a, b))!]],
    patchOrder: patchNames,
    ...(labels && {
      cellRegions,
      regionNames: labels.names,
      interfaceOfFace: (a, b) => interfaceNames[sideInterface[sideOfEdge.get(key(a, b)) ?? -1]],
    }),
  });
}

function userPosition(mesh: PolygonTriangulation, v: number): [number, number] {
  const { triangulation, polygon, vertexSide, vertexParameter, vertexCorner } = mesh;
  const { original, sideStart, sideEnd, origin, extent } = polygon;
  const [corner, side, t] = [vertexCorner[v], vertexSide[v], vertexParameter[v]];
  if (corner >= 0) return [original[2 * corner], original[2 * corner + 1]];
  if (side < 0) return [origin[0] + extent * triangulation.x[v], origin[1] + extent * triangulation.y[v]];
  const [start, end] = [sideStart[side], sideEnd[side]];
  return [
    interpolate(original[2 * start], original[2 * end], t),
    interpolate(original[2 * start + 1], original[2 * end + 1], t),
  ];
}
