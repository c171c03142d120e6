import { GeometryError } from '../common/errors.js';
import { next } from './half-edges.js';
import { contains } from './polygon-checks.js';
import { DEFAULT_REGION } from './polygon-geometry.js';
import type { PolygonTriangulation } from './polygon-triangulation.js';

/**
 * Region of every triangle of the domain, as an index into the names; −1 outside. A region is named by a point in it, else
 * by the smallest closed interface around it. Names are in the order of the geometry, the default one first.
 *
 * @throws GeometryError if a point lies outside the domain or on an interface, or one region gets two names
 */
export function labelRegions(mesh: PolygonTriangulation): { regions: Int32Array; names: string[] } {
  const { component, first } = components(mesh);
  const named = nameByPoints(mesh, component, first.length);
  const nameOf = first.map((t, c) => named[c] ?? nameByRings(mesh, t));
  const listed = [DEFAULT_REGION, ...mesh.polygon.regionNames];
  const names = listed.filter((name, i) => nameOf.includes(name) && listed.indexOf(name) === i);
  const regionOf = nameOf.map((name) => names.indexOf(name));
  return { regions: component.map((c) => (c < 0 ? -1 : regionOf[c])), names };
}

/** Parts of the domain that no side divides, and the first triangle of each */
function components(mesh: PolygonTriangulation) {
  const { triangleCount, twin, sideOf, inside } = mesh.triangulation;
  const component = new Int32Array(triangleCount).fill(-1);
  const first: number[] = [];
  const stack: number[] = [];
  for (let start = 0; start < triangleCount; start++) {
    if (component[start] >= 0 || inside[start] === 0) continue;
    component[start] = first.push(start) - 1;
    stack.push(start);
    while (stack.length > 0) {
      const t = stack.pop()!;
      for (let e = 3 * t; e < 3 * t + 3; e++) {
        const neighbour = (twin[e] / 3) | 0;
        if (sideOf[e] >= 0 || component[neighbour] >= 0) continue;
        component[neighbour] = component[start];
        stack.push(neighbour);
      }
    }
  }
  return { component, first };
}

function nameByPoints(mesh: PolygonTriangulation, component: Int32Array, count: number) {
  const { triangulation, polygon } = mesh;
  const names = new Array<string | undefined>(count);
  for (const { name, point } of polygon.regionPoints) {
    const [x, y] = point;
    const where = () =>
      `(${polygon.origin[0] + polygon.extent * x}, ${polygon.origin[1] + polygon.extent * y})`;
    if (!polygon.rings.every((ring, r) => contains(ring, 0, ring.length / 2, x, y) === (r === 0)))
      throw new GeometryError(
        `generateMesh: the point ${where()} of region "${name}" lies outside the domain or on its boundary.`,
      );
    const at = triangulation.locate(x, y);
    const edge =
      at.kind === 'edge' ? at.edge : at.kind === 'vertex' ? triangulation.vertexEdge[at.vertex] : -1;
    const onSide =
      at.kind === 'vertex' ? mesh.vertexSide[at.vertex] >= 0 : edge >= 0 && triangulation.sideOf[edge] >= 0;
    if (onSide)
      throw new GeometryError(
        `generateMesh: the point ${where()} of region "${name}" lies on an interface; move it inside the region.`,
      );
    const c = component[at.kind === 'triangle' ? at.triangle : (edge / 3) | 0];
    if (names[c] !== undefined && names[c] !== name)
      throw new GeometryError(
        `generateMesh: regions "${names[c]}" and "${name}" are not separated by an interface.`,
      );
    names[c] = name;
  }
  return names;
}

function nameByRings({ triangulation, polygon }: PolygonTriangulation, t: number): string {
  const { x, y, vertexOf } = triangulation;
  const centre = (values: Float64Array) =>
    (values[vertexOf[3 * t]] + values[vertexOf[3 * t + 1]] + values[vertexOf[next(3 * t + 1)]]) / 3;
  const [cx, cy] = [centre(x), centre(y)];
  const ring = polygon.regionRings.find(({ coordinates }) =>
    contains(coordinates, 0, coordinates.length / 2, cx, cy),
  );
  return ring?.name ?? DEFAULT_REGION;
}
