import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import {
  CORNER_REMOVED_SQUARE_DEFAULTS,
  type CubeWithCylindricalHoleOptions,
  cornerRemovedSquare,
  cubeWithCylindricalHole,
  type GenerateMeshOptions,
  generateMesh,
  generateTetrahedra,
  type Mesh,
  type PolygonGeometry,
  plateWithHoles,
  type TetrahedraInSurfaceOptions,
} from '../geometry/index.js';
import { turnAxes } from './turn-axes.js';

/** Triangles in a polygon. */
export interface PolygonMeshRequest {
  readonly geometry: PolygonGeometry;
  readonly options: GenerateMeshOptions;
}

/** Prisms in a cube with a cylindrical hole along one of its axes, by default z. */
export interface CubeMeshRequest {
  readonly kind: 'cube-with-cylindrical-hole';
  readonly options: CubeWithCylindricalHoleOptions & { readonly axis?: 'x' | 'y' | 'z' };
}

/** Tetrahedra in a closed surface. */
export interface SurfaceMeshRequest {
  readonly kind: 'surface';
  readonly options: TetrahedraInSurfaceOptions;
}

/** One mesh to generate, as plain data. */
export type MeshRequest = PolygonMeshRequest | CubeMeshRequest | SurfaceMeshRequest;

/** The mesh of a request, generated on the calling thread. */
export function meshOf(request: MeshRequest): Mesh {
  if (!('kind' in request)) return generateMesh(request.geometry, request.options);
  if (request.kind === 'surface') return generateTetrahedra(request.options).mesh;
  const { axis = 'z', ...options } = request.options;
  return turnAxes(cubeWithCylindricalHole(options), axis);
}

interface MeshListOptions {
  count: number;
  seed: number;
  /** Cells aimed at. */
  cellCount?: number;
  side?: number;
}

export interface CornerRemovedMeshesOptions extends MeshListOptions {
  /** Corners removed from each square, 0 to 4. */
  corners: number;
}

export const CORNER_REMOVED_MESHES_DEFAULTS = {
  cellCount: 1000,
  side: CORNER_REMOVED_SQUARE_DEFAULTS.side,
} as const;

/**
 * Requests for `count` squares with `corners` removed rectangles of random sizes (see {@link cornerRemovedSquare});
 * mesh i depends on the seed, the number of corners and i alone.
 */
export function cornerRemovedMeshes(options: CornerRemovedMeshesOptions): PolygonMeshRequest[] {
  const { corners, count, seed, cellCount, side } = { ...CORNER_REMOVED_MESHES_DEFAULTS, ...options };
  return requests('cornerRemovedMeshes', count, (index) => ({
    geometry: cornerRemovedSquare({ corners, side, seed: combineSeeds(seed, corners, index) }),
    options: { cellCount },
  }));
}

export interface PlateWithHolesMeshesOptions extends MeshListOptions {
  /** Fewest and most holes of a plate */
  holes?: readonly [number, number];
  /** Smallest and largest radius of a hole, as fractions of the side */
  radius?: readonly [number, number];
}

export const PLATE_WITH_HOLES_MESHES_DEFAULTS = {
  cellCount: 1000,
  side: CORNER_REMOVED_SQUARE_DEFAULTS.side,
  holes: [1, 4],
  radius: [0.05, 0.12],
} as const;

/** Polygons that stand for the holes have sides of about one cell, and at least this many. */
const FEWEST_HOLE_SIDES = 12;

/**
 * Requests for `count` square plates with a random number of circular holes of random sizes and places (see
 * {@link plateWithHoles}); mesh i depends on the seed and i alone.
 */
export function plateWithHolesMeshes(options: PlateWithHolesMeshesOptions): PolygonMeshRequest[] {
  const { count, seed, cellCount, side, holes, radius } = { ...PLATE_WITH_HOLES_MESHES_DEFAULTS, ...options };
  if (!(holes.every(Number.isInteger) && holes[0] >= 0 && holes[0] <= holes[1])) {
    throw new InvalidInputError(
      `plateWithHolesMeshes: holes must be [fewest, most] with 0 ≤ fewest ≤ most, got [${holes}]`,
    );
  }
  // edge of an equilateral triangle of which cellCount fill the square, over the side
  const cellSize = Math.sqrt(4 / Math.sqrt(3) / cellCount);
  const sides = Math.max(FEWEST_HOLE_SIDES, Math.ceil((Math.PI * (radius[0] + radius[1])) / cellSize));
  return requests('plateWithHolesMeshes', count, (index) => {
    const own = combineSeeds(seed, index);
    const drawn = createRandom(combineSeeds(own, 1)).integer(holes[0], holes[1]);
    return {
      geometry: plateWithHoles({ holes: drawn, seed: own, width: side, height: side, radius, sides }),
      options: { cellCount },
    };
  });
}

export interface CubeWithHoleMeshesOptions extends MeshListOptions {
  /** Smallest and largest radius of the hole, as fractions of the side */
  radius?: readonly [number, number];
}

export const CUBE_WITH_HOLE_MESHES_DEFAULTS = { cellCount: 9000 } as const;

/**
 * Requests for `count` cubes with a cylindrical hole of random radius and place through them (see
 * {@link cubeWithCylindricalHole}), along a random axis; mesh i depends on the seed and i alone.
 */
export function cubeWithHoleMeshes(options: CubeWithHoleMeshesOptions): CubeMeshRequest[] {
  const { count, seed, ...given } = { ...CUBE_WITH_HOLE_MESHES_DEFAULTS, ...options };
  return requests('cubeWithHoleMeshes', count, (index) => {
    const own = combineSeeds(seed, index);
    const axis = (['x', 'y', 'z'] as const)[createRandom(combineSeeds(own, 1)).integer(0, 2)];
    return { kind: 'cube-with-cylindrical-hole', options: { ...given, seed: own, axis } };
  });
}

function requests<T extends MeshRequest>(caller: string, count: number, request: (index: number) => T): T[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(`${caller}: count must be a positive integer, got ${count}`);
  }
  return Array.from({ length: count }, (_, index) => request(index));
}
