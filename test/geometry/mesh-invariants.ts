import { expect } from 'vitest';
import type { Mesh } from '../../geometry/index.js';

/** Area of a polygon from its vertices. */
export function polygonArea(vertices: readonly (readonly number[])[]): number {
  return Math.abs(
    vertices.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = vertices[(i + 1) % vertices.length];
      return sum + (x * nextY - nextX * y) / 2;
    }, 0),
  );
}

/** What must hold for every 2D finite-volume mesh, whatever it was made from. */
export function expectMeshInvariants(mesh: Mesh): void {
  const closure = new Float64Array(2 * mesh.cellCount);
  const divergence = new Float64Array(mesh.cellCount);
  for (let f = 0; f < mesh.faceCount; f++) {
    const [nx, ny] = [mesh.faceNormals[2 * f], mesh.faceNormals[2 * f + 1]];
    expect(Math.abs(Math.hypot(nx, ny) - 1)).toBeLessThan(1e-14);
    const area = mesh.faceAreas[f];
    const flux = (mesh.faceCentroids[2 * f] * nx + mesh.faceCentroids[2 * f + 1] * ny) * area;
    const signs = f < mesh.internalFaceCount ? [1, -1] : [1];
    signs.forEach((sign, i) => {
      const c = i === 0 ? mesh.owner[f] : mesh.neighbour[f];
      closure[2 * c] += sign * area * nx;
      closure[2 * c + 1] += sign * area * ny;
      divergence[c] += sign * flux;
    });
    if (f >= mesh.internalFaceCount) continue;
    expect(mesh.owner[f]).toBeLessThan(mesh.neighbour[f]);
    if (f === 0) continue;
    const ordered =
      mesh.owner[f - 1] < mesh.owner[f] ||
      (mesh.owner[f - 1] === mesh.owner[f] && mesh.neighbour[f - 1] < mesh.neighbour[f]);
    expect(ordered).toBe(true);
  }
  const length = Math.sqrt(mesh.cellVolumes.reduce((sum, v) => sum + v, 0));
  // Σ area·normal = 0 for every closed cell
  expect(Math.max(...closure.map(Math.abs))).toBeLessThan(1e-13 * length);
  // divergence theorem for the field x, whose divergence is 2
  divergence.forEach((value, c) => {
    expect(Math.abs(value - 2 * mesh.cellVolumes[c])).toBeLessThan(1e-12 * length ** 2);
  });
  // the patches cover the boundary faces in order, without gap
  let start = mesh.internalFaceCount;
  for (const patch of mesh.patches) {
    expect(patch.start).toBe(start);
    expect(patch.size).toBeGreaterThan(0);
    start += patch.size;
  }
  expect(start).toBe(mesh.faceCount);
  expect(new Set(mesh.patches.map((patch) => patch.name)).size).toBe(mesh.patches.length);
}

/** Sum of the areas of the faces of every patch. */
export function patchLengths(mesh: Mesh): Record<string, number> {
  return Object.fromEntries(
    mesh.patches.map(({ name, start, size }) => [
      name,
      mesh.faceAreas.subarray(start, start + size).reduce((sum, area) => sum + area, 0),
    ]),
  );
}
