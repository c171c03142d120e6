import { createRandom } from '../../common/random.js';
import { boxMesh, CELL_SHAPES, createPolyhedralMesh, extrudeMesh, type Mesh } from '../../geometry/index.js';
import { structuredMesh } from './structured-mesh.js';

/**
 * Meshes of the unit square or cube with n cells along a side, n even, from a seed where points are moved; the plane
 * x = 1/2 is left in place, for interfaces.
 */
export interface MeshFamily {
  readonly name: string;
  readonly dimension: 2 | 3;
  /** Cells along a side, coarse to fine, for a measurement of rates */
  readonly sizes: readonly number[];
  readonly mesh: (n: number, seed?: number) => Mesh;
  /** Whether points are moved, so that errors have to be averaged over seeds */
  readonly random: boolean;
}

const JITTER = 0.2;

export const MESH_FAMILIES: readonly MeshFamily[] = [
  {
    name: 'quadrilaterals',
    random: false,
    dimension: 2,
    sizes: [16, 32, 64, 128],
    mesh: (n) => square(n, 'quadrilaterals', 0),
  },
  {
    name: 'jittered quadrilaterals',
    random: true,
    dimension: 2,
    sizes: [16, 32, 64, 128],
    mesh: (n, seed) => square(n, 'quadrilaterals', JITTER, seed),
  },
  {
    name: 'triangles',
    random: false,
    dimension: 2,
    sizes: [16, 32, 64, 128],
    mesh: (n) => square(n, 'triangles', 0),
  },
  {
    name: 'jittered triangles',
    random: true,
    dimension: 2,
    sizes: [16, 32, 64, 128],
    mesh: (n, seed) => square(n, 'triangles', JITTER, seed),
  },
  {
    name: 'hexahedra',
    random: false,
    dimension: 3,
    sizes: [8, 12, 16, 24],
    mesh: (n) => boxMesh({ size: [1, 1, 1], cells: [n, n, n] }),
  },
  {
    name: 'jittered hexahedra',
    random: true,
    dimension: 3,
    sizes: [8, 12, 16, 24],
    mesh: (n, seed) => jittered(boxMesh({ size: [1, 1, 1], cells: [n, n, n] }), JITTER / n, seed),
  },
  { name: 'prisms', random: false, dimension: 3, sizes: [8, 12, 16, 24], mesh: (n) => prisms(n, 0) },
  {
    name: 'jittered prisms',
    random: true,
    dimension: 3,
    sizes: [8, 12, 16, 24],
    mesh: (n, seed) => prisms(n, JITTER, seed),
  },
  {
    name: 'tetrahedra',
    random: false,
    dimension: 3,
    sizes: [8, 12, 16, 24],
    mesh: (n) => kuhnTetrahedra(n, 0),
  },
  {
    name: 'jittered tetrahedra',
    random: true,
    dimension: 3,
    sizes: [8, 12, 16, 24],
    mesh: (n, seed) => kuhnTetrahedra(n, 0.15, seed),
  },
];

export function meshFamily(name: string): MeshFamily {
  const found = MESH_FAMILIES.find((family) => family.name === name);
  if (!found) throw new Error(`no mesh family is named ${name}`);
  return found;
}

function square(n: number, shape: 'quadrilaterals' | 'triangles', jitter: number, seed = 5): Mesh {
  const random = createRandom(seed);
  let call = 0;
  // asked for x and y of each inner point in turn
  const move = () => {
    const [point, axis] = [Math.floor(call / 2), call++ % 2];
    const distance = random.uniform(-1, 1);
    const middle = (point % (n - 1)) + 1 === n / 2;
    return axis === 0 && middle ? 0 : distance;
  };
  return structuredMesh({ columns: n, rows: n, shape, jitter, random: move });
}

/** A square of triangles swept in z; patches xMin … zMax as those of a box. */
function prisms(n: number, jitter: number, seed?: number): Mesh {
  const names: Record<string, string> = { left: 'xMin', right: 'xMax', bottom: 'yMin', top: 'yMax' };
  const section = square(n, 'triangles', jitter, seed);
  const renamed = { ...section, patches: section.patches.map((p) => ({ ...p, name: names[p.name] })) };
  return extrudeMesh(renamed, { height: 1, layers: n, bottom: 'zMin', top: 'zMax' });
}

/** Every cube of a box in six tetrahedra around its diagonal, which points the same way in all of them. */
export function kuhnTetrahedra(n: number, jitter: number, seed?: number): Mesh {
  const box = boxMesh({ size: [1, 1, 1], cells: [n, n, n] });
  const points = movedPoints(box, jitter / n, seed);
  const at = (i: number, j: number, k: number) => i + (n + 1) * (j + (n + 1) * k);
  const orders = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 2, 1],
    [2, 1, 0],
    [1, 0, 2],
  ];
  const cellPoints: number[] = [];
  for (let cube = 0; cube < n ** 3; cube++) {
    const low = [cube % n, Math.floor(cube / n) % n, Math.floor(cube / n ** 2)];
    orders.forEach((order, which) => {
      const corner = low.slice();
      const tetrahedron = [at(corner[0], corner[1], corner[2])];
      for (const axis of order) {
        corner[axis]++;
        tetrahedron.push(at(corner[0], corner[1], corner[2]));
      }
      // odd permutations are mirror images
      if (which >= 3) [tetrahedron[2], tetrahedron[3]] = [tetrahedron[3], tetrahedron[2]];
      cellPoints.push(...tetrahedron);
    });
  }
  const cells = cellPoints.length / 4;
  return createPolyhedralMesh({
    points,
    cellOffsets: Int32Array.from({ length: cells + 1 }, (_, c) => 4 * c),
    cellPoints: Int32Array.from(cellPoints),
    cellShapes: new Uint8Array(cells).fill(CELL_SHAPES.tetrahedron),
    patchOrder: ['xMin', 'xMax', 'yMin', 'yMax', 'zMin', 'zMax'],
    patchOfFace: (face) => {
      for (let axis = 0; axis < 3; axis++) {
        for (const [side, end] of [0, 1].entries()) {
          if ([0, 1, 2].every((i) => Math.abs(points[3 * face[i] + axis] - end) < 1e-12))
            return `${'xyz'[axis]}${side ? 'Max' : 'Min'}`;
        }
      }
      throw new Error('a boundary face lies on none of the sides');
    },
  });
}

/** The same cells with inner points moved by up to `distance` along each axis. */
function jittered(mesh: Mesh, distance: number, seed?: number): Mesh {
  return withPoints(mesh, movedPoints(mesh, distance, seed));
}

/** The same cells and patches of a 3D mesh on other points. */
export function withPoints(mesh: Mesh, points: Float64Array): Mesh {
  const { cellOffsets, cellPoints, cellShapes, patches, faceOffsets, facePoints } = mesh;
  const nameOf = new Map<string, string>();
  for (const { name, start, size } of patches) {
    for (let f = start; f < start + size; f++) {
      nameOf.set(key(facePoints.subarray(faceOffsets[f], faceOffsets[f + 1])), name);
    }
  }
  return createPolyhedralMesh({
    points,
    cellOffsets,
    cellPoints,
    cellShapes: cellShapes as Uint8Array,
    patchOrder: patches.map(({ name }) => name),
    patchOfFace: (face) => nameOf.get(key(face)) as string,
  });
}

function key(face: ArrayLike<number>): string {
  return Array.from(face)
    .sort((a, b) => a - b)
    .join();
}

function movedPoints({ points }: Mesh, distance: number, seed = 7): Float64Array {
  const random = createRandom(seed);
  const moved = points.slice();
  for (let p = 0; p < points.length; p += 3) {
    const shift = [0, 1, 2].map(() => distance * random.uniform(-1, 1));
    const inner = [0, 1, 2].every((k) => points[p + k] > 1e-9 && points[p + k] < 1 - 1e-9);
    if (Math.abs(points[p] - 0.5) < 1e-9) shift[0] = 0;
    if (inner) for (let k = 0; k < 3; k++) moved[p + k] += shift[k];
  }
  return moved;
}
