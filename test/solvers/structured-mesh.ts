import type { Mesh } from '../../geometry/mesh.js';

export interface StructuredOptions {
  columns: number;
  rows: number;
  width?: number;
  height?: number;
  shape?: 'quadrilaterals' | 'triangles';
  /** Moves inner points by up to this part of the spacing; `random` in [−1, 1). */
  jitter?: number;
  random?: () => number;
}

/** A rectangle of quadrilaterals or triangles (alternating diagonals) with patches left, right, bottom, top. */
export function structuredMesh(options: StructuredOptions): Mesh {
  const { columns, rows, width = 1, height = 1, shape = 'quadrilaterals', jitter = 0 } = options;
  const random = options.random ?? (() => 0);
  const dx = width / columns;
  const dy = height / rows;
  const points: number[] = [];
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) {
      const inner = i > 0 && i < columns && j > 0 && j < rows;
      points.push(
        i * dx + (inner ? jitter * dx * random() : 0),
        j * dy + (inner ? jitter * dy * random() : 0),
      );
    }
  }
  const at = (i: number, j: number) => j * (columns + 1) + i;
  const cells: number[][] = [];
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      if (shape === 'quadrilaterals') cells.push([a, b, c, d]);
      else if ((i + j) % 2 === 0) cells.push([a, b, c], [a, c, d]);
      else cells.push([a, b, d], [b, c, d]);
    }
  }
  const side = (p: number, q: number) => {
    const [i, j] = [p % (columns + 1), Math.floor(p / (columns + 1))];
    const [k, l] = [q % (columns + 1), Math.floor(q / (columns + 1))];
    if (i === 0 && k === 0) return 'left';
    if (i === columns && k === columns) return 'right';
    return j === 0 && l === 0 ? 'bottom' : 'top';
  };
  return meshOfPolygons(points, cells, side, ['left', 'right', 'bottom', 'top']);
}

/** A mesh of counter-clockwise polygons; `patchOf` names the patch of a boundary edge. */
export function meshOfPolygons(
  points: number[],
  cells: number[][],
  patchOf: (p: number, q: number) => string,
  patchNames: string[],
): Mesh {
  const edges = new Map<string, { p: number; q: number; owner: number; neighbour: number }>();
  cells.forEach((cell, index) => {
    cell.forEach((p, k) => {
      const q = cell[(k + 1) % cell.length];
      const key = `${Math.min(p, q)},${Math.max(p, q)}`;
      const known = edges.get(key);
      if (known) known.neighbour = index;
      else edges.set(key, { p, q, owner: index, neighbour: -1 });
    });
  });
  const all = [...edges.values()];
  const inner = all.filter((edge) => edge.neighbour >= 0);
  const ordered = [...inner];
  const patches = patchNames.map((name) => {
    const faces = all.filter((edge) => edge.neighbour < 0 && patchOf(edge.p, edge.q) === name);
    const patch = { name, start: ordered.length, size: faces.length };
    ordered.push(...faces);
    return patch;
  });
  const areas: number[] = [];
  const normals: number[] = [];
  const centroids: number[] = [];
  for (const { p, q } of ordered) {
    const [x, y] = [points[2 * q] - points[2 * p], points[2 * q + 1] - points[2 * p + 1]];
    const length = Math.hypot(x, y);
    areas.push(length);
    normals.push(y / length, -x / length);
    centroids.push((points[2 * p] + points[2 * q]) / 2, (points[2 * p + 1] + points[2 * q + 1]) / 2);
  }
  const volumes: number[] = [];
  const cellCentroids: number[] = [];
  for (const cell of cells) {
    let [area, x, y] = [0, 0, 0];
    const [ox, oy] = [points[2 * cell[0]], points[2 * cell[0] + 1]];
    cell.forEach((p, k) => {
      const q = cell[(k + 1) % cell.length];
      const [ax, ay] = [points[2 * p] - ox, points[2 * p + 1] - oy];
      const [bx, by] = [points[2 * q] - ox, points[2 * q + 1] - oy];
      const cross = ax * by - bx * ay;
      area += cross / 2;
      x += ((ax + bx) * cross) / 6;
      y += ((ay + by) * cross) / 6;
    });
    volumes.push(area);
    cellCentroids.push(ox + x / area, oy + y / area);
  }
  const offsets = (sizes: number[]) => {
    const result = new Int32Array(sizes.length + 1);
    sizes.forEach((size, i) => {
      result[i + 1] = result[i] + size;
    });
    return result;
  };
  return {
    dimension: 2,
    points: Float64Array.from(points),
    cellCount: cells.length,
    cellOffsets: offsets(cells.map((cell) => cell.length)),
    cellPoints: Int32Array.from(cells.flat()),
    cellVolumes: Float64Array.from(volumes),
    cellCentroids: Float64Array.from(cellCentroids),
    faceCount: ordered.length,
    internalFaceCount: inner.length,
    faceOffsets: offsets(ordered.map(() => 2)),
    facePoints: Int32Array.from(ordered.flatMap(({ p, q }) => [p, q])),
    owner: Int32Array.from(ordered.map((edge) => edge.owner)),
    neighbour: Int32Array.from(inner.map((edge) => edge.neighbour)),
    faceAreas: Float64Array.from(areas),
    faceNormals: Float64Array.from(normals),
    faceCentroids: Float64Array.from(centroids),
    patches,
  };
}
