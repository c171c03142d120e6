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

/** What must hold for every finite-volume mesh of cells with flat faces, in 2D and 3D, whatever it was made from. */
export function expectMeshInvariants(mesh: Mesh): void {
  const d = mesh.dimension;
  const closure = new Float64Array(d * mesh.cellCount);
  const divergence = new Float64Array(mesh.cellCount);
  let normalError = 0;
  let disorder = 0;
  for (let f = 0; f < mesh.faceCount; f++) {
    const normal = mesh.faceNormals.subarray(d * f, d * f + d);
    normalError = Math.max(normalError, Math.abs(Math.hypot(...normal) - 1));
    const area = mesh.faceAreas[f];
    const flux = normal.reduce((sum, n, k) => sum + n * mesh.faceCentroids[d * f + k] * area, 0);
    const cells = f < mesh.internalFaceCount ? [mesh.owner[f], mesh.neighbour[f]] : [mesh.owner[f]];
    cells.forEach((c, side) => {
      const sign = side === 0 ? 1 : -1;
      for (let k = 0; k < d; k++) closure[d * c + k] += sign * area * normal[k];
      divergence[c] += sign * flux;
    });
    if (f >= mesh.internalFaceCount) continue;
    if (mesh.owner[f] >= mesh.neighbour[f]) disorder++;
    if (f === 0) continue;
    const ordered =
      mesh.owner[f - 1] < mesh.owner[f] ||
      (mesh.owner[f - 1] === mesh.owner[f] && mesh.neighbour[f - 1] < mesh.neighbour[f]);
    if (!ordered) disorder++;
  }
  expect(normalError).toBeLessThan(1e-14);
  expect(disorder).toBe(0);
  const length = mesh.cellVolumes.reduce((sum, v) => sum + v, 0) ** (1 / d);
  // Σ area·normal = 0 for every closed cell
  expect(largest(closure)).toBeLessThan(1e-13 * length ** (d - 1));
  // divergence theorem for the field x, whose divergence is the dimension
  expect(largest(divergence.map((value, c) => value - d * mesh.cellVolumes[c]))).toBeLessThan(
    1e-12 * length ** d,
  );
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

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
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
