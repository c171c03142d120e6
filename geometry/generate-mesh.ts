import { GeometryError, InvalidInputError } from '../common/errors.js';
import { divideEvenly, divideGraded } from './divide-side.js';
import { seedFrontal } from './frontal-seeds.js';
import { seedLattice } from './lattice-seeds.js';
import type { LocalRefinement } from './local-refinement.js';
import type { Mesh } from './mesh.js';
import { meshFromTriangulation } from './mesh-from-triangulation.js';
import { normalisePolygon } from './normalise-polygon.js';
import { type NormalisedPolygon, type PolygonGeometry, roundToResolution } from './polygon-geometry.js';
import { type PolygonTriangulation, triangulatePolygon } from './polygon-triangulation.js';
import { refineAngles } from './refine-angles.js';
import type { SizeFunction } from './size-field.js';
import { smoothVertices } from './smooth-vertices.js';
import { type CellSize, wantedSize } from './wanted-size.js';

export interface GenerateMeshOptions {
  /**
   * Edge length aimed at, in the unit of the coordinates, or a function of position that gives it. Give this or `cellCount`.
   * The function is asked all over the bounding box; values that cannot be used are passed over outside the domain.
   */
  readonly cellSize?: CellSize;
  /** Number of triangles aimed at, met within about 5 % unless the shape or its refinements need more */
  readonly cellCount?: number;
  /** Places where cells are smaller */
  readonly refine?: readonly LocalRefinement[];
  /** Largest change of the edge length over a distance, where it varies: 0.2 makes neighbours differ by about a fifth. */
  readonly gradation?: number;
  /** Smallest angle in degrees, at most 30; where sides meet at sharper corners these stay as they are. */
  readonly minimumAngle?: number;
  /** Limit above which the generator gives up */
  readonly maximumCells?: number;
}

export const GENERATE_MESH_DEFAULTS = { minimumAngle: 25, maximumCells: 1_000_000, gradation: 0.2 } as const;

type Limits = Required<Pick<GenerateMeshOptions, 'minimumAngle' | 'maximumCells' | 'gradation' | 'refine'>>;

/** Points of the lattice keep this distance, in cell sizes, from the boundary. */
const CLEARANCE = 0.6;
const SMOOTHING_PASSES = 12;
const GRADED_SMOOTHING_PASSES = 6;
const FINAL_PASSES = 4;
/** Final passes may bring larger angles down to this, in degrees. */
const KEPT_ANGLE = 32;
const COUNT_TOLERANCE = 0.03;

/**
 * Triangle mesh of a polygon with holes and interior interfaces. The sides are divided evenly, the interior is filled from
 * an equilateral lattice, connected by constrained Delaunay triangulation, smoothed towards equal triangles and refined where
 * angles are too small. Where the size varies, sides are divided by ∫ds/h and the interior is filled from the sides inwards.
 * Deterministic; the mesh of the same part in another unit is the same mesh, scaled.
 *
 * Every side of the polygon becomes boundary faces of the patch it names, every interface internal faces of its name in
 * `mesh.interfaces`; a geometry with interfaces or named regions gives `cellRegions` and `regionNames`.
 *
 * @throws GeometryError if the geometry is not valid (see PolygonGeometry) or needs more than `maximumCells`
 * @throws InvalidInputError if an option is out of range or the size is not positive somewhere in the domain
 */
export function generateMesh(geometry: PolygonGeometry, options: GenerateMeshOptions): Mesh {
  const { cellSize, cellCount, ...given } = options;
  const limits: Limits = { refine: [], ...GENERATE_MESH_DEFAULTS, ...given };
  checkOptions(options, limits);
  const polygon = normalisePolygon(geometry);
  if (cellSize !== undefined) return meshFromTriangulation(triangulate(polygon, cellSize, limits));

  let trial = sizeForCount(polygon, cellCount!);
  let best: { mesh: PolygonTriangulation; error: number } | undefined;
  for (let attempt = 0; attempt < 8; attempt++) {
    trial = roundToResolution(trial);
    const mesh = triangulate(polygon, trial * polygon.extent, limits);
    const count = countInside(mesh);
    const error = Math.abs(count / cellCount! - 1);
    if (best === undefined || error < best.error) best = { mesh, error };
    if (error <= COUNT_TOLERANCE) break;
    trial *= Math.sqrt(count / cellCount!);
  }
  return meshFromTriangulation(best!.mesh);
}

function checkOptions(
  { cellSize, cellCount }: GenerateMeshOptions,
  { minimumAngle, gradation }: Limits,
): void {
  if (!(minimumAngle >= 0 && minimumAngle <= 30))
    throw new InvalidInputError(
      `generateMesh: minimumAngle must lie between 0 and 30 degrees, got ${minimumAngle}.`,
    );
  if (!(gradation > 0 && gradation <= 1))
    throw new InvalidInputError(
      `generateMesh: gradation must lie above 0 and not above 1, got ${gradation}.`,
    );
  if ((cellSize === undefined) === (cellCount === undefined))
    throw new InvalidInputError('generateMesh: give either cellSize or cellCount.');
  const size = cellSize ?? cellCount!;
  if (typeof size !== 'function' && !(size > 0 && Number.isFinite(size)))
    throw new InvalidInputError(
      `generateMesh: ${cellSize === undefined ? 'cellCount' : 'cellSize'} must be positive, got ${size}.`,
    );
}

/** Edge length of the equilateral triangle with the area of a cell. */
function sizeForCount(polygon: NormalisedPolygon, cellCount: number): number {
  return Math.sqrt((4 * polygon.area) / (Math.sqrt(3) * cellCount));
}

function triangulate(polygon: NormalisedPolygon, cellSize: CellSize, limits: Limits): PolygonTriangulation {
  return typeof cellSize === 'number' && limits.refine.length === 0
    ? triangulateUniformly(polygon, roundToResolution(cellSize / polygon.extent), limits)
    : triangulateGraded(polygon, wantedSize(polygon, cellSize, limits), limits);
}

function triangulateUniformly(
  polygon: NormalisedPolygon,
  cellSize: number,
  limits: Limits,
): PolygonTriangulation {
  const expected = (4 * polygon.area) / (Math.sqrt(3) * cellSize ** 2);
  if (!(expected <= limits.maximumCells))
    throw new GeometryError(
      `generateMesh: this cell size needs about ${expected.toExponential(1)} cells, more than maximumCells = ${limits.maximumCells}; choose larger cells or raise it.`,
    );
  const mesh = triangulatePolygon(polygon, (side) => divideEvenly(polygon, side, cellSize));
  seedLattice(mesh, cellSize, CLEARANCE);
  smoothVertices(mesh, { passes: SMOOTHING_PASSES });
  refineAngles(mesh, limits);
  smoothVertices(mesh, {
    passes: FINAL_PASSES,
    keepAngles: { floor: KEPT_ANGLE, minimum: limits.minimumAngle },
  });
  return mesh;
}

function triangulateGraded(
  polygon: NormalisedPolygon,
  size: SizeFunction,
  limits: Limits,
): PolygonTriangulation {
  const mesh = triangulatePolygon(polygon, (side) => divideGraded(polygon, side, size));
  seedFrontal(mesh, size, limits.maximumCells);
  smoothVertices(mesh, { passes: GRADED_SMOOTHING_PASSES, size });
  refineAngles(mesh, { ...limits, size });
  smoothVertices(mesh, {
    passes: FINAL_PASSES,
    keepAngles: { floor: KEPT_ANGLE, minimum: limits.minimumAngle },
    size,
  });
  return mesh;
}

function countInside(mesh: PolygonTriangulation): number {
  const { inside, triangleCount } = mesh.triangulation;
  let count = 0;
  for (let t = 0; t < triangleCount; t++) count += inside[t];
  return count;
}
