import {
  type BodyCentredLattice,
  forEachLatticeTetrahedron,
  latticeCoordinates,
} from './body-centred-lattice.js';
import { boundaryDistances } from './boundary-error.js';
import { fitTetrahedra } from './fit-tetrahedra.js';
import {
  distanceToZero,
  functionShape,
  type LatticeFunction,
  pathToZero,
  zeroBetween,
} from './function-shape.js';
import type { LatticeSigns } from './lattice-signs.js';
import { MeshingFailure } from './meshing-failure.js';
import { stuffIsosurface } from './stuff-isosurface.js';
import type { FilledPart } from './tetrahedra-in-surface.js';

/** A point between lattice points of the other sign may be this far, in spacings, on its side of the surface, as at a blunted edge. */
const THINNEST = 0.3;

/** A face that blunts an edge or a cusp may be this far from the surface: where two sheets meet at an acute angle, no size of cells is small enough. */
const LARGEST_BRIDGE = 0.75;

/** Fills the region where a function, given in lattice coordinates, is negative with tetrahedra on a lattice. */
export function tetrahedraInFunction(
  lattice: BodyCentredLattice,
  value: LatticeFunction,
): FilledPart | MeshingFailure {
  const signs = new Int8Array(2 * lattice.gridSize);
  const [nx, ny, nz] = lattice.counts;
  let at = 0;
  for (const shift of [0, 0.5])
    for (let k = 0; k < nz; k++)
      for (let j = 0; j < ny; j++)
        for (let i = 0; i < nx; i++) {
          const here = value(i + shift, j + shift, k + shift);
          if (Number.isNaN(here))
            return new MeshingFailure('the function is not a number', [i + shift, j + shift, k + shift]);
          const rim = i === 0 || j === 0 || k === 0 || i === nx - 1 || j === ny - 1 || k === nz - 1;
          if (rim && here <= 0)
            return new MeshingFailure('the part reaches out of the bounding box', [i, j, k]);
          signs[at++] = -Math.sign(here);
        }
  const missed = missedBetweenPoints(lattice, signs, value);
  if (missed) return missed;
  const { set, boundary } = stuffIsosurface(lattice, signs, (inside, outside) =>
    zeroBetween(value, inside, outside),
  );
  if (set.tetrahedra.length === 0)
    return new MeshingFailure('the part fits between the points of the lattice');
  fitTetrahedra(set, functionShape(value, set.onSurface));
  const boundaryError = boundaryDistances(set.points, boundary, (x, y, z) => pathToZero(value, x, y, z));
  if (!(boundaryError.maximum <= LARGEST_BRIDGE))
    return new MeshingFailure('a part of the surface is missed', boundaryError.place);
  return {
    set,
    boundary: boundary.triangles,
    patchOfTriangle: new Int32Array(boundary.triangles.length / 3),
    patchNames: ['boundary'],
    boundaryError,
    sharpEdgeError: 0,
  };
}

/** Looks at the middle of each lattice tetrahedron with equal signs: a wall or gap thinner than the lattice shows there. */
function missedBetweenPoints(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  value: LatticeFunction,
): MeshingFailure | undefined {
  let failure: MeshingFailure | undefined;
  forEachLatticeTetrahedron(lattice, (a, b, c, d) => {
    if (failure || signs[a] === 0) return;
    if (signs[a] !== signs[b] || signs[a] !== signs[c] || signs[a] !== signs[d]) return;
    const corners = [a, b, c, d].map((point) => latticeCoordinates(lattice, point));
    const [x, y, z] = [0, 1, 2].map((k) => corners.reduce((sum, corner) => sum + corner[k], 0) / 4);
    if (value(x, y, z) * signs[a] <= 0) return;
    if (Math.abs(distanceToZero(value, x, y, z).distance) > THINNEST)
      failure = new MeshingFailure('a wall or gap of the part is too thin', [x, y, z]);
  });
  return failure;
}
