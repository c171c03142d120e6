import { describe, expect, test } from 'vitest';
import { createMesh } from '../../geometry/index.js';
import { surfaceOf } from '../../viewer/app/surface.js';
import { rectangleMesh } from '../browser/run-fixture.js';

/** Area of triangle t of a flat list of corners. */
function area(p: Float32Array, t: number): number {
  const [ax, ay, , bx, by, , cx, cy] = p.subarray(9 * t, 9 * t + 9);
  return ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
}

describe('surfaceOf', () => {
  test('the triangles of a cell have its area, and every edge of the mesh is drawn once', () => {
    const points = [0, 0, 2, 0, 3, 1, 2, 2, 0, 2, 4, 0, 4, 2];
    // a pentagon, a triangle and another triangle beside it
    const mesh = createMesh({
      points,
      cells: [
        [0, 1, 2, 3, 4],
        [1, 5, 2],
        [2, 6, 3],
      ],
    });
    const surface = surfaceOf(mesh);
    const areas = new Float64Array(mesh.cellCount);
    surface.triangleCells.forEach((cell, t) => {
      areas[cell] += area(surface.positions, t) * surface.size ** 2;
    });
    areas.forEach((value, cell) => {
      expect(value).toBeCloseTo(mesh.cellVolumes[cell], 5);
    });
    expect(surface.edges.length / 6).toBe(mesh.faceCount);
    expect(surface.outline(0).length / 6).toBe(5);
  });

  test('a part far from the origin is drawn exactly like the same part at it', () => {
    const mesh = rectangleMesh(6, 4);
    const moved = { ...mesh, points: mesh.points.map((x) => x + 2 ** 24) };
    const [here, there] = [surfaceOf(mesh), surfaceOf(moved)];
    expect(there.size).toBe(here.size);
    here.positions.forEach((x, i) => {
      expect(Math.abs(x - there.positions[i])).toBeLessThan(1e-7);
    });
    expect(here.halfExtent[0]).toBeCloseTo(0.5, 12);
    expect(here.halfExtent[1]).toBeCloseTo(1 / 3, 12);
  });

  test('of a 3D mesh, the boundary faces are drawn with the values of their cells', () => {
    // two unit cubes side by side; only what is drawn is filled in
    const points = new Float64Array(
      [0, 1].flatMap((z) => [0, 1].flatMap((y) => [0, 1, 2].flatMap((x) => [x, y, z]))),
    );
    const quads = [
      [1, 4, 10, 7],
      [0, 6, 9, 3],
      [0, 3, 4, 1],
      [6, 7, 10, 9],
      [0, 1, 7, 6],
      [3, 9, 10, 4],
      [2, 5, 11, 8],
      [1, 4, 5, 2],
      [7, 8, 11, 10],
      [1, 2, 8, 7],
      [4, 10, 11, 5],
    ];
    const base = rectangleMesh(3, 1);
    const mesh = {
      ...base,
      dimension: 3 as const,
      points,
      cellCount: 2,
      faceCount: quads.length,
      internalFaceCount: 1,
      faceOffsets: Int32Array.from({ length: quads.length + 1 }, (_, f) => 4 * f),
      facePoints: Int32Array.from(quads.flat()),
      owner: Int32Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
    };
    const surface = surfaceOf(mesh);
    expect([...surface.triangleCells]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    // 12 edges of each cube, 4 of them shared
    expect(surface.edges.length / 6).toBe(20);
    expect(surface.size).toBe(2);
  });
});
