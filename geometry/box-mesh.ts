import { createPolyhedralMesh } from './create-polyhedral-mesh.js';
import { gradedPositions } from './graded-positions.js';
import { CELL_SHAPES, type Mesh } from './mesh.js';

export interface BoxMeshOptions {
  /** Lengths in x, y and z */
  readonly size: readonly [number, number, number];
  /** Cells in x, y and z */
  readonly cells: readonly [number, number, number];
  /** Corner with the least coordinates */
  readonly origin?: readonly [number, number, number];
  /** Length of the last cell over that of the first, in x, y and z; lengths in between form a geometric series */
  readonly grading?: readonly [number, number, number];
}

export const BOX_MESH_DEFAULTS = { origin: [0, 0, 0], grading: [1, 1, 1] } as const;

/**
 * The box origin + [0, size] of hexahedra, numbered x fastest. Patches: `xMin`, `xMax`, `yMin`, `yMax`, `zMin`, `zMax`.
 *
 * @throws InvalidInputError if a length or a grading is not positive or a number of cells not a count
 */
export function boxMesh(options: BoxMeshOptions): Mesh {
  const { size, cells, origin, grading } = { ...BOX_MESH_DEFAULTS, ...options };
  const axes = [0, 1, 2].map((k) => gradedPositions('boxMesh', origin[k], size[k], cells[k], grading[k]));
  const [nx, ny, nz] = cells;
  const [px, py] = [nx + 1, ny + 1];
  const points = new Float64Array(3 * px * py * (nz + 1));
  for (let k = 0, at = 0; k <= nz; k++)
    for (let j = 0; j <= ny; j++)
      for (let i = 0; i <= nx; i++) {
        points[at++] = axes[0][i];
        points[at++] = axes[1][j];
        points[at++] = axes[2][k];
      }
  const cellCount = nx * ny * nz;
  const cellPoints = new Int32Array(8 * cellCount);
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const low = i + px * (j + py * k);
        for (const base of [low, low + px * py])
          for (const step of [0, 1, px + 1, px]) cellPoints[at++] = base + step;
      }
  const names = ['xMin', 'xMax', 'yMin', 'yMax', 'zMin', 'zMax'];
  return createPolyhedralMesh({
    points,
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 8 * c),
    cellPoints,
    cellShapes: new Uint8Array(cellCount).fill(CELL_SHAPES.hexahedron),
    patchOrder: names,
    patchOfFace: (face) => {
      for (let axis = 0; axis < 3; axis++)
        for (const [side, end] of [0, cells[axis]].entries()) {
          let on = true;
          for (let i = 0; i < 4; i++) on &&= points[3 * face[i] + axis] === axes[axis][end];
          if (on) return names[2 * axis + side];
        }
      return 'boundary'; // not reached: every boundary face of a box lies on one of its sides
    },
  });
}
