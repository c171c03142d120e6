import { GeometryError, InvalidInputError } from '../common/errors.js';
import { type BodyCentredLattice, bodyCentredLattice } from './body-centred-lattice.js';
import type { SharpEdgeDistances } from './boundary-error.js';
import { boundingBox } from './bounding-box.js';
import { createPolyhedralMesh } from './create-polyhedral-mesh.js';
import { CELL_SHAPES, type Mesh } from './mesh.js';
import type { Range } from './mesh-quality.js';
import { MeshingFailure } from './meshing-failure.js';
import { tetrahedraInFunction } from './tetrahedra-in-function.js';
import { type FilledPart, tetrahedraInSurface } from './tetrahedra-in-surface.js';
import { tetrahedronQuality } from './tetrahedron-smoother.js';
import { checkClosedSurface, type TriangleSurface } from './triangle-surface.js';

interface CommonOptions {
  /** Edge length aimed at, in the unit of the coordinates */
  readonly cellSize: number;
  /** Limit above which the generator gives up */
  readonly maximumCells?: number;
}

export interface TetrahedraInSurfaceOptions extends CommonOptions {
  readonly surface: TriangleSurface;
  /** Edges of the surface whose triangles differ in direction by more than this, in degrees, are kept as sharp edges. */
  readonly featureAngle?: number;
}

export interface TetrahedraInFunctionOptions extends CommonOptions {
  /** Continuous, negative inside the part, positive outside; distances need not be right, the zero level is */
  readonly signedDistance: (x: number, y: number, z: number) => number;
  /** Encloses the part */
  readonly boundingBox: { readonly low: readonly number[]; readonly high: readonly number[] };
}

export type GenerateTetrahedraOptions = TetrahedraInSurfaceOptions | TetrahedraInFunctionOptions;

export const GENERATE_TETRAHEDRA_DEFAULTS = { featureAngle: 40, maximumCells: 5_000_000 } as const;

/** A mesh of tetrahedra and how well it meets its part. */
export interface TetrahedralMesh {
  readonly mesh: Mesh;
  /** Distance of the boundary vertices and face centres from the surface, over the cell size */
  readonly boundaryError: Range;
  /** Largest distance of the vertices on sharp edges from them, and of the sharp edges from the mesh, over the cell size */
  readonly sharpEdgeError: SharpEdgeDistances;
}

/** Mean edge length of the lattice over its spacing: of 14 edges at a point, 8 have length √3/2 and 6 length 1. */
const MEAN_EDGE = (8 * (Math.sqrt(3) / 2) + 6) / 14;
/** Lattice tetrahedra have a volume of 1/12. */
const CELLS_PER_CUBE = 12;
/** Points of the lattice beyond which it no longer fits in memory with ease */
const MAXIMUM_LATTICE = 40_000_000;
/** Placings of the lattice to try, by the part of a spacing it is shifted: none is likely to hit a plane of a part exactly. */
const SHIFTS = [
  [0.31, 0.47, 0.71],
  [0.83, 0.13, 0.29],
  [0.59, 0.91, 0.03],
  [0.07, 0.67, 0.53],
  [0.43, 0.23, 0.89],
  [0.19, 0.79, 0.37],
  [0.73, 0.41, 0.17],
  [0.97, 0.57, 0.61],
];
/** sin² of the least dihedral angle, and of 180° minus the largest, that a mesh may have */
const WORST_ANGLE = Math.sin((5 * Math.PI) / 180) ** 2;

/**
 * Fills a closed surface, or the region where a function is negative, with nearly equal tetrahedra: isosurface stuffing on a
 * body-centred lattice, sharp edges and corners drawn onto paths of the boundary, and smoothing that never turns a cell over.
 * The same input gives the same mesh. Measured on spheres, tori, prisms and brackets, dihedral angles lie between 20° and 155°.
 *
 * Patches of a surface are those it names; without names, the pieces between its sharp edges are `patch-1`, `patch-2`, … by first
 * triangle. A function has the one patch `boundary`, and its sharp edges are blunted: give such parts as a surface.
 *
 * @throws GeometryError if the surface is not closed, overlaps itself or needs more than `maximumCells`, or if the part has walls,
 * gaps or sharp edges too close to each other for the cell size; no mesh is returned that misses a part of the surface by
 * more than 0.38 cell sizes (0.81 where a function has an edge or cusp) or has a dihedral angle below 5°
 * @throws InvalidInputError if an option is out of range
 */
export function generateTetrahedra(options: GenerateTetrahedraOptions): TetrahedralMesh {
  const { cellSize, maximumCells } = { ...GENERATE_TETRAHEDRA_DEFAULTS, ...options };
  if (!(cellSize > 0 && Number.isFinite(cellSize)))
    throw new InvalidInputError(`generateTetrahedra: cellSize must be positive, got ${cellSize}.`);
  const spacing = cellSize / MEAN_EDGE;
  const isSurface = 'surface' in options;
  if (isSurface) checkCells(checkClosedSurface(options.surface) / spacing ** 3, cellSize, maximumCells);
  const box = isSurface ? boundingBox(options.surface.points, 3) : options.boundingBox;
  if (![0, 1, 2].every((k) => Number.isFinite(box.high[k] - box.low[k]) && box.high[k] > box.low[k]))
    throw new InvalidInputError(
      `generateTetrahedra: boundingBox must have low < high in x, y and z, got [${box.low}] and [${box.high}].`,
    );
  let firstFailure: { failure: MeshingFailure; origin: readonly number[] } | undefined;
  for (const shift of SHIFTS) {
    const origin = [0, 1, 2].map((k) => box.low[k] - spacing * (1 + shift[k]));
    const lattice = latticeOver(box.high, origin, spacing, cellSize);
    const filled = isSurface
      ? tetrahedraInSurface(
          lattice,
          { ...options.surface, points: options.surface.points.map((x, i) => (x - origin[i % 3]) / spacing) },
          options.featureAngle ?? GENERATE_TETRAHEDRA_DEFAULTS.featureAngle,
        )
      : tetrahedraInFunction(lattice, (x, y, z) =>
          options.signedDistance(origin[0] + spacing * x, origin[1] + spacing * y, origin[2] + spacing * z),
        );
    const failure = filled instanceof MeshingFailure ? filled : poorCell(filled);
    if (!(filled instanceof MeshingFailure) && !failure) {
      checkCells(filled.set.tetrahedra.length / 4 / CELLS_PER_CUBE, cellSize, maximumCells);
      return toMesh(filled, origin, spacing, cellSize);
    }
    firstFailure ??= { failure: failure!, origin };
    // samples of a function find a thin wall or gap only where they meet it: what one placing has found, another may miss
    if (!isSurface && filled instanceof MeshingFailure) break;
  }
  const { failure, origin } = firstFailure!;
  const place = failure.place?.map((x, k) => +(origin[k] + spacing * x).toPrecision(4));
  throw new GeometryError(
    `generateTetrahedra: ${failure.reason} for cells of size ${cellSize}${place ? `, near (${place.join(', ')})` : ''}; use smaller cells there${isSurface ? ', or a larger featureAngle if edges are taken for sharp that are not' : ''}.`,
  );
}

function checkCells(cubes: number, cellSize: number, maximumCells: number): void {
  const cells = Math.round(cubes * CELLS_PER_CUBE);
  if (cells > maximumCells)
    throw new GeometryError(
      `generateTetrahedra: cells of size ${cellSize} give about ${cells} of them, more than maximumCells = ${maximumCells}; use larger cells or raise the limit.`,
    );
}

function latticeOver(
  high: readonly number[],
  origin: readonly number[],
  spacing: number,
  cellSize: number,
): BodyCentredLattice {
  const counts = origin.map((low, k) => Math.ceil((high[k] - low) / spacing) + 2);
  if (counts[0] * counts[1] * counts[2] > MAXIMUM_LATTICE)
    throw new GeometryError(
      `generateTetrahedra: the bounding box is ${counts.join(' × ')} cells of size ${cellSize}, more than fit in memory; use larger cells.`,
    );
  return bodyCentredLattice([counts[0], counts[1], counts[2]]);
}

/** A cell with an angle below 5° or above 175°, as a failure; no part met so far has led to one. */
function poorCell({ set }: FilledPart): MeshingFailure | undefined {
  for (let t = 0; t < set.tetrahedra.length / 4; t++) {
    if (tetrahedronQuality(set.points, set.tetrahedra, t) >= WORST_ANGLE) continue;
    const v = set.tetrahedra[4 * t];
    return new MeshingFailure('a cell stays too flat', [
      set.points[3 * v],
      set.points[3 * v + 1],
      set.points[3 * v + 2],
    ]);
  }
  return undefined;
}

function toMesh(
  { set, boundary, patchOfTriangle, patchNames, boundaryError, sharpEdgeError }: FilledPart,
  origin: readonly number[],
  spacing: number,
  cellSize: number,
): TetrahedralMesh {
  const nameOf = new Map<string, string>();
  const key = (a: number, b: number, c: number) => [a, b, c].sort((p, q) => p - q).join(' ');
  patchOfTriangle.forEach((patch, t) => {
    nameOf.set(key(boundary[3 * t], boundary[3 * t + 1], boundary[3 * t + 2]), patchNames[patch]);
  });
  const cellCount = set.tetrahedra.length / 4;
  const mesh = createPolyhedralMesh({
    points: set.points.map((x, i) => origin[i % 3] + spacing * x),
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 4 * c),
    cellPoints: set.tetrahedra,
    cellShapes: new Uint8Array(cellCount).fill(CELL_SHAPES.tetrahedron),
    patchOrder: patchNames,
    patchOfFace: (face) => nameOf.get(key(face[0], face[1], face[2]))!,
  });
  const overSize = spacing / cellSize;
  return {
    mesh,
    boundaryError: {
      mean: boundaryError.mean * overSize,
      maximum: boundaryError.maximum * overSize,
    },
    sharpEdgeError: {
      vertices: sharpEdgeError.vertices * overSize,
      curves: sharpEdgeError.curves * overSize,
    },
  };
}
