/** A body-centred cubic lattice with spacing 1: points (i, j, k), then their companions (i + ½, j + ½, k + ½), i fastest. */
export interface BodyCentredLattice {
  readonly counts: readonly [number, number, number];
  /** Points of one of the two grids, the product of `counts` */
  readonly gridSize: number;
}

export function bodyCentredLattice(counts: readonly [number, number, number]): BodyCentredLattice {
  return { counts, gridSize: counts[0] * counts[1] * counts[2] };
}

/** Coordinate k of a lattice point. */
export function latticeCoordinates(lattice: BodyCentredLattice, point: number): [number, number, number] {
  const [nx, ny] = lattice.counts;
  const shift = point < lattice.gridSize ? 0 : 0.5;
  const index = point < lattice.gridSize ? point : point - lattice.gridSize;
  const row = Math.floor(index / nx);
  return [(index % nx) + shift, (row % ny) + shift, Math.floor(row / ny) + shift];
}

/** Steps to the 7 neighbours of a point of either grid that come after it: one long edge along each axis, 4 short diagonals. */
export function latticeEdges(lattice: BodyCentredLattice): { first: number[]; second: number[] } {
  const [nx, ny] = lattice.counts;
  const along = [1, nx, nx * ny];
  const first = [...along];
  // companions at (±½, ±½, ±½): grid steps 0 or −1 in every direction
  for (const i of [0, -1])
    for (const j of [0, -1]) for (const k of [0, -1]) first.push(lattice.gridSize + i + nx * (j + ny * k));
  return { first, second: along };
}

/**
 * Calls `visit` for every tetrahedron of the lattice that `accept`s its first point's cube, with its points in positive
 * order. A tetrahedron joins the edge between two neighbouring cube centres to one of the four sides of the square that their
 * cubes share; all are congruent, with dihedral angles of 60° and 90°.
 */
export function forEachLatticeTetrahedron(
  lattice: BodyCentredLattice,
  visit: (a: number, b: number, c: number, d: number) => void,
): void {
  const [nx, ny, nz] = lattice.counts;
  const index = ([i, j, k]: readonly number[]) => i + nx * (j + ny * k);
  const steps: [number, number, number, number][] = [];
  for (let axis = 0; axis < 3; axis++) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    // corners of the shared square, counter-clockwise about the axis
    const square = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ].map(([du, dv]) => {
      const corner = [0, 0, 0];
      corner[axis] = 1;
      corner[u] = du;
      corner[v] = dv;
      return index(corner);
    });
    const next = [0, 0, 0];
    next[axis] = 1;
    for (let side = 0; side < 4; side++)
      steps.push([lattice.gridSize, lattice.gridSize + index(next), square[side], square[(side + 1) % 4]]);
  }
  for (let k = 0; k + 1 < nz; k++)
    for (let j = 0; j + 1 < ny; j++)
      for (let i = 0; i + 1 < nx; i++) {
        const base = i + nx * (j + ny * k);
        for (let s = 0; s < 12; s++) {
          const [a, b, c, d] = steps[s];
          visit(base + a, base + b, base + c, base + d);
        }
      }
}
