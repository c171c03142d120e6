import { GeometryError, InvalidInputError } from '../common/errors.js';
import { seedLattice } from './lattice-seeds.js';
import type { Mesh } from './mesh.js';
import { meshFromTriangulation } from './mesh-from-triangulation.js';
import { normalisePolygon } from './normalise-polygon.js';
import { type NormalisedPolygon, type PolygonGeometry, roundToResolution } from './polygon-geometry.js';
import { type PolygonTriangulation, sideLength, triangulatePolygon } from './polygon-triangulation.js';
import { refineAngles } from './refine-angles.js';
import { smoothVertices } from './smooth-vertices.js';

export interface GenerateMeshOptions {
  /** Edge length aimed at, in the unit of the coordinates. Give this or `cellCount`. */
  readonly cellSize?: number;
  /** Number of triangles aimed at, met within about 5 % unless the shape itself needs more */
  readonly cellCount?: number;
  /** Smallest angle in degrees, at most 30; corners of the polygon that are sharper stay as they are. */
  readonly minimumAngle?: number;
  /** Limit above which the generator gives up */
  readonly maximumCells?: number;
}

export const GENERATE_MESH_DEFAULTS = { minimumAngle: 25, maximumCells: 1_000_000 } as const;

/** Points of the lattice keep this distance, in cell sizes, from the boundary. */
const CLEARANCE = 0.6;
const SMOOTHING_PASSES = 12;
const FINAL_PASSES = 4;
const COUNT_TOLERANCE = 0.03;

/**
 * Triangle mesh of a polygon with holes. The sides are divided evenly, the interior is filled from an equilateral
 * lattice, connected by constrained Delaunay triangulation, smoothed towards equal triangles and refined where angles
 * are too small. Deterministic; the mesh of the same part in another unit is the same mesh, scaled.
 *
 * Every side of the polygon becomes boundary faces of the patch it names.
 *
 * @throws GeometryError if the geometry is not a valid region (see PolygonGeometry) or needs more than `maximumCells`
 * @throws InvalidInputError if an option is out of range
 */
export function generateMesh(geometry: PolygonGeometry, options: GenerateMeshOptions): Mesh {
  const { cellSize, cellCount, minimumAngle, maximumCells } = { ...GENERATE_MESH_DEFAULTS, ...options };
  if (!(minimumAngle >= 0 && minimumAngle <= 30))
    throw new InvalidInputError(
      `generateMesh: minimumAngle must lie between 0 and 30 degrees, got ${minimumAngle}.`,
    );
  if ((cellSize === undefined) === (cellCount === undefined))
    throw new InvalidInputError('generateMesh: give either cellSize or cellCount.');
  const size = cellSize ?? cellCount!;
  if (!(size > 0 && Number.isFinite(size)))
    throw new InvalidInputError(
      `generateMesh: ${cellSize === undefined ? 'cellCount' : 'cellSize'} must be positive, got ${size}.`,
    );
  const polygon = normalisePolygon(geometry);
  const limits = { minimumAngle, maximumCells };
  if (cellSize !== undefined)
    return meshFromTriangulation(triangulate(polygon, roundToResolution(cellSize / polygon.extent), limits));

  let trial = roundToResolution(sizeForCount(polygon, cellCount!));
  let best: { mesh: PolygonTriangulation; error: number } | undefined;
  for (let attempt = 0; attempt < 8; attempt++) {
    const mesh = triangulate(polygon, trial, limits);
    const count = countInside(mesh);
    const error = Math.abs(count / cellCount! - 1);
    if (best === undefined || error < best.error) best = { mesh, error };
    if (error <= COUNT_TOLERANCE) break;
    trial = roundToResolution(trial * Math.sqrt(count / cellCount!));
  }
  return meshFromTriangulation(best!.mesh);
}

/** Edge length of the equilateral triangle with the area of a cell. */
function sizeForCount(polygon: NormalisedPolygon, cellCount: number): number {
  return Math.sqrt((4 * polygon.area) / (Math.sqrt(3) * cellCount));
}

function triangulate(
  polygon: NormalisedPolygon,
  cellSize: number,
  limits: { minimumAngle: number; maximumCells: number },
): PolygonTriangulation {
  const expected = (4 * polygon.area) / (Math.sqrt(3) * cellSize ** 2);
  if (!(expected <= limits.maximumCells))
    throw new GeometryError(
      `generateMesh: this cell size needs about ${expected.toExponential(1)} cells, more than maximumCells = ${limits.maximumCells}; choose larger cells or raise it.`,
    );
  const mesh = triangulatePolygon(polygon, (side) => {
    const pieces = Math.max(1, Math.round(sideLength(polygon, side) / cellSize));
    return Array.from({ length: pieces - 1 }, (_, i) => (i + 1) / pieces);
  });
  seedLattice(mesh, cellSize, CLEARANCE);
  smoothVertices(mesh, SMOOTHING_PASSES);
  refineAngles(mesh, limits);
  smoothVertices(mesh, FINAL_PASSES, 32);
  return mesh;
}

function countInside(mesh: PolygonTriangulation): number {
  const { inside, triangleCount } = mesh.triangulation;
  let count = 0;
  for (let t = 0; t < triangleCount; t++) count += inside[t];
  return count;
}
