import { createRandom } from '../common/random.js';
import {
  type BodyCentredLattice,
  forEachLatticeTetrahedron,
  latticeCoordinates,
  latticeEdges,
} from './body-centred-lattice.js';
import { boundaryDistances } from './boundary-error.js';
import type { BoundaryTriangles } from './boundary-triangles.js';
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
import { type StuffedSet, stuffIsosurface } from './stuff-isosurface.js';
import type { FilledPart } from './tetrahedra-in-surface.js';

/** A point between lattice points of the other sign may be this far, in spacings, on its side of the surface, as at a blunted edge. */
const THINNEST = 0.3;

/** A face that blunts an edge or a cusp may be this far from the surface: where two sheets meet at an acute angle, no size of cells is small enough. */
const LARGEST_BRIDGE = 0.75;

/** Middles of tetrahedra without a face on the boundary lie no farther outside than this. */
const BRIDGED = 0.1;

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
  const bridge = bridgedGap(set, boundary, value);
  if (bridge) return bridge;
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
    sharpEdgeError: { vertices: 0, curves: 0 },
  };
}

/** A tetrahedron away from the boundary whose middle lies outside: it fills a gap both sides of which were drawn together. */
function bridgedGap(
  { points, tetrahedra, onSurface }: StuffedSet,
  { triangles }: BoundaryTriangles,
  value: LatticeFunction,
): MeshingFailure | undefined {
  const boundaryFaces = new Set<string>();
  const key = (vertices: readonly number[]) => [...vertices].sort((a, b) => a - b).join(' ');
  for (let t = 0; t < triangles.length; t += 3)
    boundaryFaces.add(key([triangles[t], triangles[t + 1], triangles[t + 2]]));
  for (let t = 0; t < tetrahedra.length; t += 4) {
    const corners = [tetrahedra[t], tetrahedra[t + 1], tetrahedra[t + 2], tetrahedra[t + 3]];
    const on = corners.filter((v) => onSurface[v] === 1);
    if (on.length === 0 || (on.length === 3 && boundaryFaces.has(key(on)))) continue;
    const [x, y, z] = [0, 1, 2].map((k) => corners.reduce((sum, v) => sum + points[3 * v + k], 0) / 4);
    if (value(x, y, z) > 0 && distanceToZero(value, x, y, z).distance > BRIDGED)
      return new MeshingFailure('a gap of the part is too thin', [x, y, z]);
  }
  return undefined;
}

/**
 * Looks at a point of each lattice tetrahedron whose corners lie on one side of the surface: a wall or gap thinner than the lattice
 * shows there. Where no neighbour of the corners lies on the other side either, nothing but such a wall or gap changes the sign.
 */
function missedBetweenPoints(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  value: LatticeFunction,
): MeshingFailure | undefined {
  const nearSurface = new Uint8Array(signs.length);
  const { first, second } = latticeEdges(lattice);
  for (let v = 0; v < signs.length; v++)
    for (const step of v < lattice.gridSize ? first : second)
      if (v + step < signs.length && signs[v] !== signs[v + step]) nearSurface[v] = nearSurface[v + step] = 1;
  // one point a tetrahedron at a place that varies, so that no direction of a wall escapes
  const random = createRandom(1);
  let failure: MeshingFailure | undefined;
  forEachLatticeTetrahedron(lattice, (a, b, c, d) => {
    const sign = signs[a];
    if (failure || sign === 0 || sign !== signs[b] || sign !== signs[c] || sign !== signs[d]) return;
    const [s, t] = [random.uniform(), random.uniform()];
    const [p, q] = [pointBetween(a, b, s), pointBetween(c, d, t)];
    const [x, y, z] = [0, 1, 2].map((k) => (p[k] + q[k]) / 2);
    if (value(x, y, z) * sign <= 0) return;
    const tolerance = nearSurface[a] || nearSurface[b] || nearSurface[c] || nearSurface[d] ? THINNEST : 0;
    if (Math.abs(distanceToZero(value, x, y, z).distance) > tolerance)
      failure = new MeshingFailure('a wall or gap of the part is too thin', [x, y, z]);
  });
  return failure;

  function pointBetween(a: number, b: number, t: number): number[] {
    const [p, q] = [latticeCoordinates(lattice, a), latticeCoordinates(lattice, b)];
    return p.map((x, k) => x + t * (q[k] - x));
  }
}
