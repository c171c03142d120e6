import type { BodyCentredLattice } from './body-centred-lattice.js';
import {
  boundaryDistances,
  largestGap,
  type SharpEdgeDistances,
  sharpEdgeDistances,
} from './boundary-error.js';
import { surfaceShape } from './boundary-shape.js';
import { eulerCharacteristic } from './boundary-triangles.js';
import { embedFeatures } from './embed-features.js';
import { fitTetrahedra } from './fit-tetrahedra.js';
import { signsInsideSurface } from './lattice-signs.js';
import type { Range } from './mesh-quality.js';
import { MeshingFailure } from './meshing-failure.js';
import { type StuffedSet, stuffIsosurface } from './stuff-isosurface.js';
import { type SurfaceFeatures, surfaceFeatures } from './surface-features.js';
import { type SurfacePoint, triangleHierarchy } from './triangle-hierarchy.js';
import type { TriangleSurface } from './triangle-surface.js';

/** Tetrahedra in lattice coordinates that fill a part. */
export interface FilledPart {
  readonly set: StuffedSet;
  /** `[boundary triangle][3]` vertices */
  readonly boundary: Int32Array;
  /** `[boundary triangle]` index into `patchNames` */
  readonly patchOfTriangle: Int32Array;
  readonly patchNames: readonly string[];
  /** In lattice spacings */
  readonly boundaryError: Range;
  readonly sharpEdgeError: SharpEdgeDistances;
}

/** Largest distance between the boundary of the mesh and the surface, either way, in lattice spacings */
export const LARGEST_DISTANCE = 0.35;

/** Fills a closed surface, given in lattice coordinates, with tetrahedra on a lattice. */
export function tetrahedraInSurface(
  lattice: BodyCentredLattice,
  surface: TriangleSurface,
  featureAngle: number,
): FilledPart | MeshingFailure {
  const features = surfaceFeatures(surface, featureAngle);
  const hierarchy = triangleHierarchy(surface.points, surface.triangles);
  const { set, boundary } = stuffIsosurface(
    lattice,
    signsInsideSurface(lattice, surface),
    (inside, outside) => {
      const found = hierarchy.crossings(inside, outside);
      // an end that rounding puts on the other side of the surface is on it
      return found.length > 0 ? found[found.length >> 1] : distanceTo(inside) < distanceTo(outside) ? 0 : 1;
    },
  );
  if (set.tetrahedra.length === 0)
    return new MeshingFailure('the part fits between the points of the lattice');
  if (eulerCharacteristic(boundary.triangles) !== eulerCharacteristic(surface.triangles))
    return new MeshingFailure('a hole, bridge or gap of the part is too thin');
  const embedding = embedFeatures(set.points, boundary, features, hierarchy);
  if (embedding instanceof MeshingFailure) return embedding;

  const { pieceOfTriangle } = embedding;
  const pieces = trianglesOfPieces(features).map((members) =>
    triangleHierarchy(surface.points, surface.triangles, members),
  );
  const shape = surfaceShape(set.points, boundary.triangles, embedding, features, pieces);
  const [stuck] = fitTetrahedra(set, shape);
  if (stuck !== undefined)
    return new MeshingFailure('a vertex cannot reach its place on the surface', [
      set.points[3 * stuck],
      set.points[3 * stuck + 1],
      set.points[3 * stuck + 2],
    ]);

  const boundaryError = boundaryDistances(set.points, boundary, (x, y, z) => distanceTo([x, y, z]));
  const gap = largestGap(surface, set.points, boundary, 2 * LARGEST_DISTANCE);
  const worst = gap.distance > boundaryError.distance ? gap : boundaryError;
  if (worst.distance > LARGEST_DISTANCE)
    return new MeshingFailure('a part of the surface is missed', worst.place);
  const { patchOfPiece, patchNames } = namedPatches(surface, features);
  return {
    set,
    boundary: boundary.triangles,
    patchOfTriangle: pieceOfTriangle.map((piece) => patchOfPiece[piece]),
    patchNames,
    boundaryError,
    sharpEdgeError: sharpEdgeDistances(set.points, embedding.paths),
  };

  function distanceTo([x, y, z]: readonly number[]): number {
    hierarchy.closestPoint(x, y, z, found);
    return found.distance;
  }
}

const found: SurfacePoint = { x: 0, y: 0, z: 0, triangle: 0, distance: 0 };

function trianglesOfPieces({ pieceOfTriangle, pieceCount }: SurfaceFeatures): Int32Array[] {
  const lists: number[][] = Array.from({ length: pieceCount }, () => []);
  pieceOfTriangle.forEach((piece, t) => {
    lists[piece].push(t);
  });
  return lists.map((list) => Int32Array.from(list));
}

/** Pieces by the patch names of the surface; without any, one patch a piece. */
function namedPatches({ patchNames, trianglePatches }: TriangleSurface, features: SurfaceFeatures) {
  if (!patchNames || !trianglePatches)
    return {
      patchOfPiece: Int32Array.from({ length: features.pieceCount }, (_, piece) => piece),
      patchNames: Array.from({ length: features.pieceCount }, (_, piece) => `patch-${piece + 1}`),
    };
  const patchOfPiece = new Int32Array(features.pieceCount);
  features.pieceOfTriangle.forEach((piece, t) => {
    patchOfPiece[piece] = trianglePatches[t];
  });
  return { patchOfPiece, patchNames };
}
