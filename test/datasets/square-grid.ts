import type { Mesh } from '../../geometry/mesh.js';

/** n × n equal squares on [0, size]², patches left, right, bottom, top; written out so that tests need no mesher. */
export function squareGrid(n: number, size = 2 * Math.PI): Mesh {
  const h = size / n;
  const point = (i: number, j: number) => j * (n + 1) + i;
  const cell = (i: number, j: number) => j * n + i;
  const points = Float64Array.from({ length: 2 * (n + 1) ** 2 }, (_, k) => {
    const p = k >> 1;
    return k % 2 === 0 ? (p % (n + 1)) * h : Math.floor(p / (n + 1)) * h;
  });
  const faces: { ends: [number, number]; owner: number; neighbour?: number; normal: [number, number] }[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      if (i + 1 < n) {
        const ends: [number, number] = [point(i + 1, j), point(i + 1, j + 1)];
        faces.push({ ends, owner: cell(i, j), neighbour: cell(i + 1, j), normal: [1, 0] });
      }
      if (j + 1 < n) {
        const ends: [number, number] = [point(i + 1, j + 1), point(i, j + 1)];
        faces.push({ ends, owner: cell(i, j), neighbour: cell(i, j + 1), normal: [0, 1] });
      }
    }
  }
  const internalFaceCount = faces.length;
  for (let k = 0; k < n; k++) {
    faces.push({ ends: [point(0, k + 1), point(0, k)], owner: cell(0, k), normal: [-1, 0] });
  }
  for (let k = 0; k < n; k++) {
    faces.push({ ends: [point(n, k), point(n, k + 1)], owner: cell(n - 1, k), normal: [1, 0] });
  }
  for (let k = 0; k < n; k++) {
    faces.push({ ends: [point(k, 0), point(k + 1, 0)], owner: cell(k, 0), normal: [0, -1] });
  }
  for (let k = 0; k < n; k++) {
    faces.push({ ends: [point(k + 1, n), point(k, n)], owner: cell(k, n - 1), normal: [0, 1] });
  }
  const cellCount = n * n;
  return {
    dimension: 2,
    points,
    cellCount,
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 4 * c),
    cellPoints: Int32Array.from({ length: cellCount }, (_, c) => c).reduce(
      (all, c) => {
        const [i, j] = [c % n, Math.floor(c / n)];
        all.set([point(i, j), point(i + 1, j), point(i + 1, j + 1), point(i, j + 1)], 4 * c);
        return all;
      },
      new Int32Array(4 * cellCount),
    ),
    cellVolumes: new Float64Array(cellCount).fill(h * h),
    cellCentroids: Float64Array.from({ length: 2 * cellCount }, (_, k) => {
      const c = k >> 1;
      return ((k % 2 === 0 ? c % n : Math.floor(c / n)) + 0.5) * h;
    }),
    faceCount: faces.length,
    internalFaceCount,
    faceOffsets: Int32Array.from({ length: faces.length + 1 }, (_, f) => 2 * f),
    facePoints: Int32Array.from(faces.flatMap(({ ends }) => ends)),
    owner: Int32Array.from(faces.map(({ owner }) => owner)),
    neighbour: Int32Array.from(faces.flatMap(({ neighbour }) => neighbour ?? [])),
    faceAreas: new Float64Array(faces.length).fill(h),
    faceNormals: Float64Array.from(faces.flatMap(({ normal }) => normal)),
    faceCentroids: Float64Array.from(
      faces.flatMap(({ ends: [a, b] }) => [
        (points[2 * a] + points[2 * b]) / 2,
        (points[2 * a + 1] + points[2 * b + 1]) / 2,
      ]),
    ),
    patches: ['left', 'right', 'bottom', 'top'].map((name, side) => ({
      name,
      start: internalFaceCount + side * n,
      size: n,
    })),
  };
}
