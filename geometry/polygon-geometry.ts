import { GeometryError } from '../common/errors.js';
import { boundingBox } from './bounding-box.js';
import {
  checkCrossings,
  checkDistinctVertices,
  checkNesting,
  checkNotCollinear,
  ringName,
} from './polygon-checks.js';

/** A closed polygon. Either winding is accepted. Side i runs from vertex i to vertex i + 1 (the last one back to vertex 0). */
export interface PolygonRing {
  /** `[vertex][x, y]`, without repeating the first vertex at the end */
  readonly vertices: readonly (readonly [number, number])[];
  /** Patch name of every side, or one name for all of them. Sides with equal names form one patch. */
  readonly patches: readonly string[] | string;
}

/** A bounded region of the plane: inside `outer` and outside every hole. Rings touch neither themselves nor each other. */
export interface PolygonGeometry {
  readonly outer: PolygonRing;
  readonly holes?: readonly PolygonRing[];
}

/**
 * A checked region in dimensionless coordinates, (x − origin)/extent rounded to multiples of 2⁻⁴⁰, so that the same
 * part in other units or at another place gives the same numbers, hence the same mesh.
 */
export interface NormalisedPolygon {
  readonly origin: readonly [number, number];
  /** Longest side of the bounding box, in the user's unit */
  readonly extent: number;
  /** `[vertex][2]`, ring by ring; the domain lies to the left of every side */
  readonly coordinates: Float64Array;
  /** `[vertex][2]` as given by the user */
  readonly original: Float64Array;
  /** `[side]` vertex where it ends; it starts at the vertex of the same index */
  readonly sideEnd: Int32Array;
  /** `[side]` index into patchNames */
  readonly sidePatch: Int32Array;
  /** Distinct names in the order of their first side */
  readonly patchNames: readonly string[];
  /** Dimensionless area */
  readonly area: number;
}

const RESOLUTION = 2 ** 40;

/** Rounds a dimensionless length to the resolution of {@link NormalisedPolygon}. */
export function roundToResolution(value: number): number {
  return Math.round(value * RESOLUTION) / RESOLUTION;
}

/**
 * Checks a region and makes it dimensionless.
 *
 * @throws GeometryError if a coordinate is not finite, two consecutive vertices coincide, the area is zero, sides cross
 * or touch, or a hole is outside the outer polygon or inside another hole
 */
export function normalisePolygon(geometry: PolygonGeometry): NormalisedPolygon {
  const rings = [geometry.outer, ...(geometry.holes ?? [])];
  rings.forEach((ring, index) => {
    checkRing(ring, ringName(index));
  });
  const { origin, extent } = originAndExtent(geometry.outer);

  const vertexCount = rings.reduce((sum, ring) => sum + ring.vertices.length, 0);
  const coordinates = new Float64Array(2 * vertexCount);
  const original = new Float64Array(2 * vertexCount);
  const sideEnd = new Int32Array(vertexCount);
  const sidePatch = new Int32Array(vertexCount);
  const sideRing = new Int32Array(vertexCount);
  const patchIndex = new Map<string, number>();
  let area = 0;
  let start = 0;
  rings.forEach((ring, r) => {
    const size = ring.vertices.length;
    const scaled = ring.vertices.map(([x, y]) => [
      roundToResolution((x - origin[0]) / extent),
      roundToResolution((y - origin[1]) / extent),
    ]);
    const signed = signedArea(scaled);
    checkNotCollinear(scaled, 4 / RESOLUTION, ringName(r));
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
      sideRing[v] = r;
      const name = typeof ring.patches === 'string' ? ring.patches : ring.patches[side];
      if (!patchIndex.has(name)) patchIndex.set(name, patchIndex.size);
      sidePatch[v] = patchIndex.get(name)!;
    }
    start += size;
  });
  checkDistinctVertices(coordinates, original, sideEnd, sideRing);
  checkCrossings(coordinates, original, sideEnd, sideRing);
  checkNesting(coordinates, sideRing, rings.length);
  return {
    origin,
    extent,
    coordinates,
    original,
    sideEnd,
    sidePatch,
    patchNames: [...patchIndex.keys()],
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
