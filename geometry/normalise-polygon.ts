import { GeometryError } from '../common/errors.js';
import { boundingBox } from './bounding-box.js';
import { checkInterfaces, joinInterfaces } from './join-interfaces.js';
import {
  checkCrossings,
  checkDistinctVertices,
  checkNesting,
  checkNotCollinear,
  ringName,
} from './polygon-checks.js';
import {
  COLLINEAR,
  type NormalisedPolygon,
  type PolygonGeometry,
  type PolygonRing,
  roundToResolution,
} from './polygon-geometry.js';

/**
 * Checks a geometry and makes it dimensionless.
 *
 * @throws GeometryError if a coordinate is not finite, two consecutive vertices of a ring coincide, the area is zero,
 * sides of rings cross or touch, a hole is outside the outer polygon or inside another hole, or an interface or region
 * point is malformed
 */
export function normalisePolygon(geometry: PolygonGeometry): NormalisedPolygon {
  const given = [geometry.outer, ...(geometry.holes ?? [])];
  given.forEach((ring, index) => {
    checkRing(ring, ringName(index));
  });
  const interfaces = geometry.interfaces ?? [];
  const regions = geometry.regions ?? [];
  checkInterfaces(interfaces);
  for (const { name, point } of regions)
    if (typeof name !== 'string' || name === '' || point?.length !== 2 || !point.every(Number.isFinite))
      throw new GeometryError(
        `generateMesh: a region needs a name and a point of two finite numbers, got "${name}" at [${point}].`,
      );
  const { origin, extent } = originAndExtent(geometry.outer);
  const scale = ([x, y]: readonly [number, number]): [number, number] => [
    roundToResolution((x - origin[0]) / extent),
    roundToResolution((y - origin[1]) / extent),
  ];
  const { rings, ringOf, area, ...outline } = joinRings(given, scale);
  checkDistinctVertices(outline.coordinates, outline.original, outline.sideEnd, ringOf);
  checkCrossings(outline.coordinates, outline.original, outline.sideEnd, ringOf);
  checkNesting(outline.coordinates, ringOf, given.length);
  return {
    origin,
    extent,
    ...joinInterfaces(outline, interfaces, scale),
    patchNames: outline.patchNames,
    divided: interfaces.length + regions.length > 0,
    regionNames: [...interfaces.flatMap(({ region }) => region ?? []), ...regions.map(({ name }) => name)],
    regionRings: interfaces
      .filter(({ region }) => region !== undefined)
      .map(({ region, vertices }) => ({ name: region!, vertices: vertices.map(scale) }))
      .sort((a, b) => Math.abs(signedArea(a.vertices)) - Math.abs(signedArea(b.vertices)))
      .map(({ name, vertices }) => ({ name, coordinates: Float64Array.from(vertices.flat()) })),
    regionPoints: regions.map(({ name, point }) => ({ name, point: scale(point) })),
    area,
    rings,
  };
}

/** Corners and sides of all rings, the domain to the left. */
function joinRings(
  rings: readonly PolygonRing[],
  scale: (point: readonly [number, number]) => [number, number],
) {
  const vertexCount = rings.reduce((sum, ring) => sum + ring.vertices.length, 0);
  const coordinates = new Float64Array(2 * vertexCount);
  const original = new Float64Array(2 * vertexCount);
  const sideEnd = new Int32Array(vertexCount);
  const sidePatch = new Int32Array(vertexCount);
  const ringOf = new Int32Array(vertexCount);
  const patchIndex = new Map<string, number>();
  const scaledRings: Float64Array[] = [];
  let area = 0;
  let start = 0;
  rings.forEach((ring, r) => {
    const size = ring.vertices.length;
    const scaled = ring.vertices.map(scale);
    const signed = signedArea(scaled);
    checkNotCollinear(scaled, COLLINEAR, ringName(r));
    const reversed = signed > 0 !== (r === 0);
    area += r === 0 ? Math.abs(signed) : -Math.abs(signed);
    for (let i = 0; i < size; i++) {
      const from = reversed ? size - 1 - i : i;
      // side i of the reversed ring runs from vertex `from` to the one before it: it is side from − 1 of the given ring
      const side = reversed ? (from + size - 1) % size : from;
      const v = start + i;
      coordinates.set(scaled[from], 2 * v);
      original.set(ring.vertices[from], 2 * v);
      sideEnd[v] = start + ((i + 1) % size);
      ringOf[v] = r;
      const name = typeof ring.patches === 'string' ? ring.patches : ring.patches[side];
      if (!patchIndex.has(name)) patchIndex.set(name, patchIndex.size);
      sidePatch[v] = patchIndex.get(name)!;
    }
    scaledRings.push(coordinates.subarray(2 * start, 2 * (start + size)));
    start += size;
  });
  return {
    coordinates,
    original,
    sideEnd,
    sidePatch,
    patchNames: [...patchIndex.keys()],
    rings: scaledRings,
    ringOf,
    area,
  };
}

function checkRing(ring: PolygonRing, name: string): void {
  const { vertices, patches } = ring;
  if (!Array.isArray(vertices) || vertices.length < 3)
    throw new GeometryError(`generateMesh: ${name} needs at least 3 vertices, got ${vertices?.length}.`);
  vertices.forEach((vertex, i) => {
    if (vertex?.length !== 2 || !Number.isFinite(vertex[0]) || !Number.isFinite(vertex[1]))
      throw new GeometryError(
        `generateMesh: vertex ${i} of ${name} must be two finite numbers, got [${vertex}].`,
      );
  });
  if (typeof patches === 'string' ? patches === '' : patches?.length !== vertices.length)
    throw new GeometryError(
      `generateMesh: ${name} has ${vertices.length} sides and needs as many patch names, or one for all; got ${
        typeof patches === 'string' ? 'an empty name' : patches?.length
      }.`,
    );
  if (typeof patches !== 'string' && !patches.every((patch) => typeof patch === 'string' && patch !== ''))
    throw new GeometryError(`generateMesh: every patch name of ${name} must be a non-empty string.`);
}

function originAndExtent(ring: PolygonRing): { origin: [number, number]; extent: number } {
  const { low, longestSide: extent } = boundingBox(ring.vertices.flat(), 2);
  if (!(extent > 0))
    throw new GeometryError('generateMesh: the outer polygon has zero size: all its vertices coincide.');
  if (!Number.isFinite(extent) || extent < 1e-150 || extent > 1e150)
    throw new GeometryError(
      `generateMesh: the domain is ${extent} long; choose a unit in which lengths lie between 1e-150 and 1e150.`,
    );
  return { origin: [low[0], low[1]], extent };
}

function signedArea(vertices: readonly (readonly number[])[]): number {
  let twice = 0;
  for (let i = 0, j = vertices.length - 1; i < vertices.length; j = i++)
    twice += (vertices[j][0] - vertices[i][0]) * (vertices[j][1] + vertices[i][1]);
  return twice / 2;
}
