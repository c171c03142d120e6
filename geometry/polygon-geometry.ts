/** A closed polygon. Either winding is accepted. Side i runs from vertex i to vertex i + 1 (the last one back to vertex 0). */
export interface PolygonRing {
  /** `[vertex][x, y]`, without repeating the first vertex at the end */
  readonly vertices: readonly (readonly [number, number])[];
  /** Patch name of every side, or one name for all of them. Sides with equal names form one patch. */
  readonly patches: readonly string[] | string;
}

/**
 * A line inside the domain that becomes faces of the mesh. Interfaces may meet, cross and share stretches (which
 * belong to the one listed first), end inside the domain, and touch the boundary or run along it, but not leave the domain.
 */
export interface PolygonInterface {
  /** Name of its faces in `mesh.interfaces`; interfaces with equal names form one. */
  readonly name: string;
  /** `[vertex][x, y]`; ends closer to the boundary or another interface than 1e-9 of the domain lie on it */
  readonly vertices: readonly (readonly [number, number])[];
  /** The last vertex is joined to the first. */
  readonly closed?: boolean;
  /** Region inside a closed interface. Where closed interfaces lie in each other, the one of the smallest area counts. */
  readonly region?: string;
}

/** Names the region around a point: the part of the domain that can be reached from it without crossing an interface. */
export interface RegionPoint {
  readonly name: string;
  readonly point: readonly [number, number];
}

/** A bounded region of the plane: inside `outer` and outside every hole. Rings touch neither themselves nor each other. */
export interface PolygonGeometry {
  readonly outer: PolygonRing;
  readonly holes?: readonly PolygonRing[];
  /** Lines that divide the domain into regions, such as materials */
  readonly interfaces?: readonly PolygonInterface[];
  /** Names of regions by a point in each; they go before the names given by closed interfaces. */
  readonly regions?: readonly RegionPoint[];
}

/** Name of the parts of a divided domain that no point and no closed interface names */
export const DEFAULT_REGION = 'domain';

/**
 * A checked geometry in dimensionless coordinates, (x − origin)/extent rounded to multiples of 2⁻⁴⁰, so that the same
 * part in other units or at another place gives the same numbers, hence the same mesh.
 * Its sides are those of the rings and of the interfaces, split where they meet.
 */
export interface NormalisedPolygon {
  readonly origin: readonly [number, number];
  /** Longest side of the bounding box, in the user's unit */
  readonly extent: number;
  /** `[corner][2]` */
  readonly coordinates: Float64Array;
  /** `[corner][2]` as given by the user */
  readonly original: Float64Array;
  /** `[side]` corners where it starts and ends; the domain lies to the left of every side of a ring */
  readonly sideStart: Int32Array;
  readonly sideEnd: Int32Array;
  /** `[side]` index into patchNames, −1 on an interface */
  readonly sidePatch: Int32Array;
  /** `[side]` index into interfaceNames, −1 on a ring */
  readonly sideInterface: Int32Array;
  /** Distinct names in the order of their first side */
  readonly patchNames: readonly string[];
  readonly interfaceNames: readonly string[];
  /** Whether the mesh has regions: there are interfaces or named points */
  readonly divided: boolean;
  /** Names given to regions, in the order of the geometry: those of interfaces, then those of points */
  readonly regionNames: readonly string[];
  /** Closed interfaces that name their inside, smallest area first; dimensionless */
  readonly regionRings: readonly { readonly name: string; readonly coordinates: Float64Array }[];
  /** Dimensionless */
  readonly regionPoints: readonly RegionPoint[];
  /** Dimensionless area */
  readonly area: number;
  /** `[ring][vertex][2]` dimensionless, the outer one first */
  readonly rings: readonly Float64Array[];
}

const RESOLUTION = 2 ** 40;

/** Rounds a dimensionless length to the resolution of {@link NormalisedPolygon}. */
export function roundToResolution(value: number): number {
  return Math.round(value * RESOLUTION) / RESOLUTION;
}

/** Distance below which vertices cannot be told from a line through them, dimensionless */
export const COLLINEAR = 4 / RESOLUTION;
