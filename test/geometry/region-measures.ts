import type { Mesh } from '../../geometry/index.js';

/** Sum of the cell areas of every region. */
export function regionAreas(mesh: Mesh): Record<string, number> {
  const areas = new Array<number>(mesh.regionNames!.length).fill(0);
  mesh.cellRegions!.forEach((region, c) => {
    areas[region] += mesh.cellVolumes[c];
  });
  return Object.fromEntries(mesh.regionNames!.map((name, i) => [name, areas[i]]));
}

/** Sum of the face lengths of every interface. */
export function interfaceLengths(mesh: Mesh): Record<string, number> {
  return Object.fromEntries(
    mesh.interfaces!.map(({ name, faces }) => [name, faces.reduce((sum, f) => sum + mesh.faceAreas[f], 0)]),
  );
}

/** Faces of interfaces and of the boundary */
export function markedFaces(mesh: Mesh): Set<number> {
  const marked = new Set((mesh.interfaces ?? []).flatMap(({ faces }) => [...faces]));
  for (let f = mesh.internalFaceCount; f < mesh.faceCount; f++) marked.add(f);
  return marked;
}

/**
 * Angles of triangles below a limit (degrees) that no sharp corner of the geometry explains: the triangle has no corner
 * where marked faces meet at less than 60°, and its shortest edge does not join two lines from such a corner.
 */
export function anglesBelow(mesh: Mesh, limit: number): { cell: number; angle: number }[] {
  const xy = (p: number) => [mesh.points[2 * p], mesh.points[2 * p + 1]] as const;
  const between = (at: number, a: number, b: number) => {
    const [[x, y], [ax, ay], [bx, by]] = [xy(at), xy(a), xy(b)];
    const [ux, uy, vx, vy] = [ax - x, ay - y, bx - x, by - y];
    return (Math.abs(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)) * 180) / Math.PI;
  };
  const ends = new Map<number, number[]>();
  for (const f of markedFaces(mesh)) {
    const [a, b] = mesh.facePoints.subarray(2 * f, 2 * f + 2);
    for (const [p, q] of [
      [a, b],
      [b, a],
    ])
      ends.set(p, [...(ends.get(p) ?? []), q]);
  }
  const sharp = [...ends].filter(([p, others]) =>
    others.some((a, i) => others.slice(i + 1).some((b) => between(p, a, b) < 60)),
  );
  const distance = (p: number, q: number) => Math.hypot(xy(p)[0] - xy(q)[0], xy(p)[1] - xy(q)[1]);
  const found: { cell: number; angle: number }[] = [];
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    const points = [...mesh.cellPoints.subarray(3 * cell, 3 * cell + 3)];
    points.forEach((apex, i) => {
      const [a, b] = [points[(i + 1) % 3], points[(i + 2) % 3]];
      const angle = between(apex, a, b);
      if (angle >= limit - 1e-6) return;
      const explained = sharp.some(
        ([corner]) =>
          corner === apex ||
          (ends.has(a) &&
            ends.has(b) &&
            between(corner, a, b) < 60 &&
            Math.abs(distance(corner, a) - distance(corner, b)) < 1e-5 * distance(corner, a)),
      );
      if (!explained) found.push({ cell, angle });
    });
  }
  return found;
}
