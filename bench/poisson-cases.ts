import { createRandom } from '../common/random.js';
import {
  boxMesh,
  CELL_SHAPES,
  cornerRemovedSquare,
  createMesh,
  createPolyhedralMesh,
  generateMesh,
  type Mesh,
} from '../geometry/index.js';
import { assembleOperator, type SparseMatrix } from '../solvers/index.js';

export interface PoissonCase {
  readonly name: string;
  /** −∇·(κ∇·) with u given on a part of the boundary, the rest insulated */
  matrix(): SparseMatrix;
}

/** Height and width of the blocks of a checkerboard in which κ jumps, beside the domain's */
const BLOCKS = 7;
const JUMP = 1e4;

/**
 * 1e4 to 1e6 unknowns in 2D and 3D. Triangles come from the mesher (a square without its four corners); a million of them
 * would take it longer than all solvers together, so that case, as the tetrahedra, is a jittered regular mesh.
 */
export const poissonCases: readonly PoissonCase[] = [
  { name: '2D triangles, 1e4', matrix: () => operatorMatrix(generatedTriangles(1e4)) },
  { name: '2D triangles, 1e5', matrix: () => operatorMatrix(generatedTriangles(1e5)) },
  { name: '2D triangles, 1e5, κ jumps by 1e4', matrix: () => operatorMatrix(generatedTriangles(1e5), JUMP) },
  { name: '2D jittered triangles, 1e6', matrix: () => operatorMatrix(jitteredTriangles(707)) },
  { name: '3D hexahedra, 1e4', matrix: () => operatorMatrix(cube(22)) },
  { name: '3D hexahedra, 1e5', matrix: () => operatorMatrix(cube(46)) },
  { name: '3D hexahedra, 1e5, κ jumps by 1e4', matrix: () => operatorMatrix(cube(46), JUMP) },
  { name: '3D jittered tetrahedra, 1e5', matrix: () => operatorMatrix(jitteredTetrahedra(25)) },
  { name: '3D hexahedra, 1e6', matrix: () => operatorMatrix(cube(100)) },
];

function operatorMatrix(mesh: Mesh, jump = 1): SparseMatrix {
  const { dimension, cellCentroids } = mesh;
  const low = new Array<number>(dimension).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(dimension).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < cellCentroids.length; i++) {
    low[i % dimension] = Math.min(low[i % dimension], cellCentroids[i]);
    high[i % dimension] = Math.max(high[i % dimension], cellCentroids[i]);
  }
  const conductivity = new Float64Array(mesh.cellCount).fill(1);
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    let block = 0;
    for (let k = 0; k < dimension; k++) {
      const along = (cellCentroids[cell * dimension + k] - low[k]) / (high[k] - low[k]);
      block += Math.floor(BLOCKS * along);
    }
    if (block % 2 === 1) conductivity[cell] = jump;
  }
  const types = mesh.patches.map(
    ({ name }, index) => [name, index % 2 === 0 ? 'dirichlet' : 'neumann'] as const,
  );
  return assembleOperator(mesh, conductivity, Object.fromEntries(types)).matrix;
}

const generatedTriangles = (cellCount: number) =>
  generateMesh(cornerRemovedSquare({ corners: 4, seed: 1 }), { cellCount });

const cube = (n: number) => boxMesh({ size: [1, 1, 1], cells: [n, n, n] });

/** The unit square of 2n² triangles, inner points moved by up to a fifth of the spacing. */
function jitteredTriangles(n: number): Mesh {
  const random = createRandom(1);
  const points = new Float64Array(2 * (n + 1) ** 2);
  const moved = (i: number) => (i + (i > 0 && i < n ? random.uniform(-0.2, 0.2) : 0)) / n;
  for (let j = 0, at = 0; j <= n; j++) {
    for (let i = 0; i <= n; i++) {
      points[at++] = moved(i);
      points[at++] = moved(j);
    }
  }
  const cells: number[][] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const a = j * (n + 1) + i;
      const [b, c, d] = [a + 1, a + n + 2, a + n + 1];
      if ((i + j) % 2 === 0) cells.push([a, b, c], [a, c, d]);
      else cells.push([a, b, d], [b, c, d]);
    }
  }
  return createMesh({
    points,
    cells,
    patchOfFace: (_a, _b, [x]) => (x < 1e-9 || x > 1 - 1e-9 ? 'ends' : 'sides'),
    patchOrder: ['ends', 'sides'],
  });
}

/** The unit cube of 6n³ tetrahedra around the diagonals of n³ cubes, inner points moved by up to a tenth of the spacing. */
function jitteredTetrahedra(n: number): Mesh {
  const random = createRandom(1);
  const side = n + 1;
  const points = new Float64Array(3 * side ** 3);
  const moved = (i: number) => (i + (i > 0 && i < n ? random.uniform(-0.1, 0.1) : 0)) / n;
  for (let k = 0, at = 0; k <= n; k++) {
    for (let j = 0; j <= n; j++) {
      for (let i = 0; i <= n; i++) {
        points[at++] = moved(i);
        points[at++] = moved(j);
        points[at++] = moved(k);
      }
    }
  }
  const steps = [1, side, side * side];
  // each walks from corner to opposite corner along the axes in another order
  const orders = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
  ];
  const cellPoints = new Int32Array(24 * n ** 3);
  let at = 0;
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const a = i + side * (j + side * k);
        orders.forEach((order, index) => {
          const path = [
            a,
            a + steps[order[0]],
            a + steps[order[0]] + steps[order[1]],
            a + 1 + side + side * side,
          ];
          // odd permutations turn the other way
          if (index >= 3) [path[1], path[2]] = [path[2], path[1]];
          for (const point of path) cellPoints[at++] = point;
        });
      }
    }
  }
  const cellCount = 6 * n ** 3;
  return createPolyhedralMesh({
    points,
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 4 * c),
    cellPoints,
    cellShapes: new Uint8Array(cellCount).fill(CELL_SHAPES.tetrahedron),
    patchOfFace: (_face, [x]) => (x < 1e-9 || x > 1 - 1e-9 ? 'ends' : 'sides'),
    patchOrder: ['ends', 'sides'],
  });
}
