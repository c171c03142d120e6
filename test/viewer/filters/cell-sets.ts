import { createRandom } from '../../../common/random.js';
import { boxMesh, createPolyhedralMesh, extrudeMesh, generateMesh } from '../../../geometry/index.js';
import { type CellSet, cellSetOfMesh } from '../../../viewer/filters/cell-set.js';
import { splitCell } from '../../../viewer/filters/split-cell.js';

/** The unit cube in n³ hexahedra. */
export function hexahedra(n: number): CellSet {
  return cellSetOfMesh(boxMesh({ size: [1, 1, 1], cells: [n, n, n] }));
}

/** The unit cube in 6 n³ tetrahedra; inner points moved by up to `jitter` of a cell. */
export function tetrahedra(n: number, jitter = 0): CellSet {
  const cube = hexahedra(n);
  const cellPoints: number[] = [];
  for (let cell = 0; cell < cube.cellCount; cell++) {
    const split = splitCell(cube, cell);
    for (let t = 0; t < split.length; t += 5) cellPoints.push(...split.slice(t, t + 4));
  }
  const random = createRandom(1);
  const points = cube.points.map((x) =>
    x > 1e-9 && x < 1 - 1e-9 ? x + (jitter / n) * random.uniform(-1, 1) : x,
  );
  const cellCount = cellPoints.length / 4;
  return {
    dimension: 3,
    points,
    cellCount,
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 4 * c),
    cellPoints: Int32Array.from(cellPoints),
    cellShapes: new Uint8Array(cellCount).fill(10),
    tetrahedra: true,
  };
}

/** The unit cube in prisms over triangles of about the size. */
export function prisms(cellSize: number): CellSet {
  const square = {
    outer: {
      vertices: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as [number, number][],
      patches: 'side',
    },
  };
  return cellSetOfMesh(extrudeMesh(generateMesh(square, { cellSize }), { height: 1, layers: 3 }));
}

/** The unit cube in six pyramids around its middle. */
export function pyramids(): CellSet {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [i & 1, (i >> 1) & 1, i >> 2]);
  const sides = [
    [0, 4, 6, 2],
    [1, 3, 7, 5],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 2, 3, 1],
    [4, 5, 7, 6],
  ];
  // VTK's base is counter-clockwise seen from the tip
  const cellPoints = sides.flatMap((side) => [...side].reverse().concat(8));
  return cellSetOfMesh(
    createPolyhedralMesh({
      points: Float64Array.from([...corners, 0.5, 0.5, 0.5]),
      cellOffsets: Int32Array.from({ length: 7 }, (_, c) => 5 * c),
      cellPoints: Int32Array.from(cellPoints),
      cellShapes: new Uint8Array(6).fill(14),
    }),
  );
}

/** The cells of another set as polyhedra given by their faces. */
export function polyhedra(n: number): CellSet {
  const mesh = boxMesh({ size: [1, 1, 1], cells: [n, n, n] });
  return cellSetOfMesh({ ...mesh, cellShapes: new Uint8Array(mesh.cellCount).fill(42) });
}
