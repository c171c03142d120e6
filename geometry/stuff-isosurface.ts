import {
  type BodyCentredLattice,
  forEachLatticeTetrahedron,
  latticeCoordinates,
} from './body-centred-lattice.js';
import { type BoundaryTriangles, boundaryTriangles } from './boundary-triangles.js';
import { type Cuts, cutPosition, edgeKey, findCuts, pointsInThinParts, warpLattice } from './lattice-cuts.js';
import type { LatticeSigns } from './lattice-signs.js';

/** Cuts next to points that may not be drawn to them keep this fraction of an edge from its ends. */
const LEAST_CUT = 0.1;
const roomy = (fraction: number) => Math.min(1 - LEAST_CUT, Math.max(LEAST_CUT, fraction));

/** Tetrahedra in lattice coordinates, each of positive volume. */
export interface TetrahedronSet {
  /** `[vertex][3]` */
  readonly points: Float64Array;
  /** `[tetrahedron][4]` */
  readonly tetrahedra: Int32Array;
}

export interface StuffedSet extends TetrahedronSet {
  /** `[vertex]` 1 on the surface */
  readonly onSurface: Uint8Array;
  /** `[vertex]` lattice point, −1 for a cut */
  readonly latticePoints: Int32Array;
}

/**
 * Fills the region of positive signs with tetrahedra: lattice edges that leave it are cut at the surface, lattice points next
 * to a cut are drawn to it, and each lattice tetrahedron keeps what is inside by a stencil. For a smooth surface all dihedral
 * angles lie between 10.7° and 164.8°.
 *
 * Where the boundary would touch itself in a lattice point drawn to the surface, the point stays where it was: a boundary that
 * passes between lattice points only cannot.
 * Source: F. Labelle and J. R. Shewchuk, "Isosurface stuffing: fast tetrahedral meshes with good dihedral angles", 2007.
 *
 * @param cutFraction where the edge from an inside point to an outside one meets the surface, as a fraction of its length
 */
export function stuffIsosurface(
  lattice: BodyCentredLattice,
  latticeSigns: LatticeSigns,
  cutFraction: (inside: readonly number[], outside: readonly number[]) => number,
): { readonly set: StuffedSet; readonly boundary: BoundaryTriangles } {
  // a point on the surface counts as outside with a cut at its place, to which it is drawn
  const signs = latticeSigns.map((sign) => (sign > 0 ? 1 : -1));
  const cuts = findCuts(lattice, signs, cutFraction);
  const kept = pointsInThinParts(lattice, signs, cuts);
  for (;;) {
    const drawn = signs.slice();
    const set = fillStencils(lattice, drawn, cuts, warpLattice(lattice, drawn, cuts, kept));
    const boundary = boundaryTriangles(set);
    if (!('touching' in boundary)) return { set, boundary };
    for (const v of boundary.touching) kept.add(set.latticePoints[v]);
  }
}

function fillStencils(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  cuts: Cuts,
  moved: Map<number, number[]>,
): StuffedSet {
  const { gridSize } = lattice;
  const points: number[] = [];
  const onSurface: number[] = [];
  const latticePoints: number[] = [];
  const tetrahedra: number[] = [];
  const vertexOfLattice = new Int32Array(2 * gridSize).fill(-1);
  const vertexOfCut = new Map<number, number>();
  const corner = [0, 0, 0, 0];
  forEachLatticeTetrahedron(lattice, (a, b, c, d) => {
    const inside =
      (signs[a] > 0 ? 1 : 0) + (signs[b] > 0 ? 1 : 0) + (signs[c] > 0 ? 1 : 0) + (signs[d] > 0 ? 1 : 0);
    if (inside === 0) return;
    corner[0] = a;
    corner[1] = b;
    corner[2] = c;
    corner[3] = d;
    const outside = corner.some((v) => signs[v] < 0);
    if (!outside) {
      tetrahedra.push(vertex(a), vertex(b), vertex(c), vertex(d));
      return;
    }
    insideFirst(corner);
    const [p, q, r, s] = corner;
    if (inside === 1) tetrahedra.push(vertex(p), end(p, q), end(p, r), end(p, s));
    else if (inside === 3)
      addPrism(
        [vertex(p), vertex(q), vertex(r)],
        [cut(p, s), cut(q, s), cut(r, s)],
        wins(p, q, s),
        wins(p, r, s),
        wins(q, r, s),
      );
    else if (signs[r] < 0 && signs[s] < 0) {
      const [byThird, byFourth] = [wins(p, q, r), wins(p, q, s)];
      const [pr, ps, qr, qs] = [cut(p, r), cut(p, s), cut(q, r), cut(q, s)];
      // the quadrilateral on the surface takes the diagonal that the others leave, the shorter one if they leave both
      const fromThird = byThird === byFourth ? distance(pr, qs) <= distance(ps, qr) : byFourth;
      addPrism([vertex(p), pr, ps], [vertex(q), qr, qs], byThird, byFourth, fromThird);
    } else {
      // one outside, one on the surface: a pyramid over the quadrilateral between the two inside points and their cuts
      const [first, second, out, on] = signs[r] < 0 ? [p, q, r, s] : [q, p, s, r];
      const [a0, b0, apex] = [vertex(first), vertex(second), vertex(on)];
      const [a1, b1] = [cut(first, out), cut(second, out)];
      if (wins(first, second, out)) tetrahedra.push(a0, b0, b1, apex, a0, b1, a1, apex);
      else tetrahedra.push(a0, b0, a1, apex, b0, b1, a1, apex);
    }
  });
  return {
    points: Float64Array.from(points),
    tetrahedra: Int32Array.from(tetrahedra),
    onSurface: Uint8Array.from(onSurface),
    latticePoints: Int32Array.from(latticePoints),
  };

  function vertex(latticePoint: number): number {
    if (vertexOfLattice[latticePoint] < 0) {
      vertexOfLattice[latticePoint] = points.length / 3;
      onSurface.push(signs[latticePoint] === 0 ? 1 : 0);
      latticePoints.push(latticePoint);
      points.push(...(moved.get(latticePoint) ?? latticeCoordinates(lattice, latticePoint)));
    }
    return vertexOfLattice[latticePoint];
  }

  function cut(inside: number, outside: number): number {
    const key = edgeKey(inside, outside, gridSize);
    let found = vertexOfCut.get(key);
    if (found === undefined) {
      found = points.length / 3;
      vertexOfCut.set(key, found);
      onSurface.push(1);
      latticePoints.push(-1);
      points.push(...cutPosition(lattice, inside, outside, roomy(cuts.get(key)!)));
    }
    return found;
  }

  /** The vertex in which the edge from an inside point ends: its cut, or the other point if that is on the surface. */
  function end(inside: number, other: number): number {
    return signs[other] < 0 ? cut(inside, other) : vertex(other);
  }

  /** Orders the corners inside points first by an even permutation. */
  function insideFirst(list: number[]): void {
    let swaps = 0;
    for (let i = 1; i < 4; i++)
      for (let j = i; j > 0 && signs[list[j]] > 0 && signs[list[j - 1]] <= 0; j--) {
        [list[j], list[j - 1]] = [list[j - 1], list[j]];
        swaps++;
      }
    if (swaps % 2 === 0) return;
    // two corners of equal kind are always at one of the ends
    const last = signs[list[2]] > 0 === signs[list[3]] > 0;
    const [i, j] = last ? [2, 3] : [0, 1];
    [list[i], list[j]] = [list[j], list[i]];
  }

  /**
   * Whether the diagonal of the quadrilateral that an outside point o leaves of the face p, q, o starts at p. Both tetrahedra at
   * the face must agree, and around a corner the answers must not form a cycle: the apex of the face wins, since its diagonal is
   * the shorter one; between two ends of the long edge the shorter diagonal does.
   */
  function wins(p: number, q: number, o: number): boolean {
    const [gridP, gridQ, gridO] = [p < gridSize, q < gridSize, o < gridSize];
    if (gridP !== gridQ) return gridP !== gridO;
    const difference = distance(vertex(p), cut(q, o)) - distance(vertex(q), cut(p, o));
    return difference === 0 ? p < q : difference < 0;
  }

  function distance(a: number, b: number): number {
    return (
      (points[3 * a] - points[3 * b]) ** 2 +
      (points[3 * a + 1] - points[3 * b + 1]) ** 2 +
      (points[3 * a + 2] - points[3 * b + 2]) ** 2
    );
  }

  /**
   * Divides the prism between the triangles a (0, 1, 2) and b into three tetrahedra. `over01` says that the diagonal of the side
   * over the edge 0–1 starts at a₀ and ends at b₁, and so on; the three may not form a cycle.
   */
  function addPrism(a: number[], b: number[], over01: boolean, over02: boolean, over12: boolean): void {
    // the corner whose diagonals both start in a, then the one with one such diagonal
    const rank = [0, 0, 0];
    rank[over01 ? 0 : 1]++;
    rank[over02 ? 0 : 2]++;
    rank[over12 ? 1 : 2]++;
    const [p, q, r] = [rank.indexOf(2), rank.indexOf(1), rank.indexOf(0)];
    const even = (q - p + 3) % 3 === 1;
    push(even, a[p], a[q], a[r], b[r]);
    push(even, a[p], a[q], b[r], b[q]);
    push(even, a[p], b[p], b[q], b[r]);
  }

  function push(even: boolean, a: number, b: number, c: number, d: number): void {
    if (even) tetrahedra.push(a, b, c, d);
    else tetrahedra.push(a, b, d, c);
  }
}
