import fc from 'fast-check';
import { ShapeUtils, Vector2 } from 'three';
import { describe, expect, it } from 'vitest';
import {
  checkClosedSurface,
  GeometryError,
  generateTetrahedra,
  type Mesh,
  type TriangleSurface,
} from '../../geometry/index.js';
import { expectMeshInvariants, patchLengths } from './mesh-invariants.js';
import { boxSurface, joinSurfaces, prismSurface, regularPolygon, torusSurface } from './surfaces.js';

function volume(mesh: Mesh): number {
  return mesh.cellVolumes.reduce((sum, v) => sum + v, 0);
}

/** Least and largest angle between two faces of a tetrahedron, in degrees, from the normals of the mesh. */
function dihedralAngles(mesh: Mesh): { least: number; largest: number } {
  const normals: number[][][] = Array.from({ length: mesh.cellCount }, () => []);
  for (let f = 0; f < mesh.faceCount; f++) {
    const normal = [...mesh.faceNormals.subarray(3 * f, 3 * f + 3)];
    normals[mesh.owner[f]].push(normal);
    if (f < mesh.internalFaceCount) normals[mesh.neighbour[f]].push(normal.map((x) => -x));
  }
  let [least, largest] = [180, 0];
  for (const faces of normals)
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < i; j++) {
        const cosine = -faces[i].reduce((sum, x, k) => sum + x * faces[j][k], 0);
        const angle = (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
        least = Math.min(least, angle);
        largest = Math.max(largest, angle);
      }
  return { least, largest };
}

/** Closed, positively oriented, and of acceptable angles: `smooth` as on smooth surfaces, else as at sharp edges. */
function expectGoodTetrahedra(mesh: Mesh, smooth: boolean): void {
  expectMeshInvariants(mesh);
  const { least, largest } = dihedralAngles(mesh);
  expect(least).toBeGreaterThan(smooth ? 8 : 5);
  expect(largest).toBeLessThan(175);
}

const box = (half: number) => ({ low: [-half, -half, -half], high: [half, half, half] });
const sphere = (x: number, y: number, z: number) => Math.hypot(x, y, z) - 1;

/** A right prism over any simple polygon. */
function polygonPrism(polygon: readonly (readonly [number, number])[], height: number): TriangleSurface {
  const n = polygon.length;
  const caps = ShapeUtils.triangulateShape(
    polygon.map(([x, y]) => new Vector2(x, y)),
    [],
  );
  const triangles = caps.flatMap(([a, b, c]) => [c, b, a, n + a, n + b, n + c]);
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n;
    triangles.push(i, j, n + j, i, n + j, n + i);
  }
  return {
    points: Float64Array.from([0, height].flatMap((z) => polygon.flatMap(([x, y]) => [x, y, z]))),
    triangles: Int32Array.from(triangles),
  };
}

const L_PROFILE: readonly (readonly [number, number])[] = [
  [0, 0],
  [2, 0],
  [2, 0.5],
  [0.5, 0.5],
  [0.5, 2],
  [0, 2],
];

describe('generateTetrahedra in a function', () => {
  it('fills a sphere, with the volume right to second order', () => {
    const exact = (4 / 3) * Math.PI;
    const errors = [0.3, 0.15, 0.075].map((cellSize) => {
      const { mesh, boundaryError } = generateTetrahedra({
        signedDistance: sphere,
        boundingBox: box(1),
        cellSize,
      });
      if (cellSize > 0.1) expectGoodTetrahedra(mesh, true);
      expect(boundaryError.maximum).toBeLessThan(0.25);
      expect(boundaryError.mean).toBeLessThan(boundaryError.maximum);
      return Math.abs(volume(mesh) / exact - 1);
    });
    const order = Math.log2(errors[0] / errors[2]) / 2;
    expect(order).toBeGreaterThan(1.7);
    expect(order).toBeLessThan(2.3);
  });

  it('fills a torus and a gyroid', () => {
    const torus = generateTetrahedra({
      signedDistance: (x, y, z) => Math.hypot(Math.hypot(x, y) - 1, z) - 0.4,
      boundingBox: box(1.4),
      cellSize: 0.12,
    });
    expectGoodTetrahedra(torus.mesh, true);
    expect(Math.abs(volume(torus.mesh) / (2 * Math.PI ** 2 * 0.16) - 1)).toBeLessThan(0.02);
    const { sin, cos } = Math;
    const gyroid = generateTetrahedra({
      signedDistance: (x, y, z) =>
        sin(4 * x) * cos(4 * y) +
        sin(4 * y) * cos(4 * z) +
        sin(4 * z) * cos(4 * x) -
        0.3 +
        3 * (Math.hypot(x, y, z) / 1.4) ** 8,
      boundingBox: box(1.4),
      cellSize: 0.12,
    });
    expectGoodTetrahedra(gyroid.mesh, true);
  });

  it('does not depend on the unit of length', () => {
    const mesh = generateTetrahedra({ signedDistance: sphere, boundingBox: box(1), cellSize: 0.25 }).mesh;
    const inMillimetres = generateTetrahedra({
      signedDistance: (x, y, z) => sphere(x / 1024, y / 1024, z / 1024),
      boundingBox: box(1024),
      cellSize: 256,
    }).mesh;
    expect(inMillimetres.cellPoints).toEqual(mesh.cellPoints);
  });

  it.each([
    [
      'a part that leaves the box',
      { signedDistance: sphere, boundingBox: box(0.5), cellSize: 0.2 },
      /bounding box/,
    ],
    [
      'a function that is not a number',
      { signedDistance: () => Number.NaN, boundingBox: box(1), cellSize: 0.2 },
      /not a number/,
    ],
    ['nothing inside', { signedDistance: () => 1, boundingBox: box(1), cellSize: 0.2 }, /fits between/],
    [
      'a gap thinner than the cells',
      {
        signedDistance: (x: number, y: number, z: number) => Math.max(sphere(x, y, z), 0.05 - Math.abs(x)),
        boundingBox: box(1),
        cellSize: 0.25,
      },
      /too thin|falls into/,
    ],
    [
      'a wall thinner than the cells',
      {
        signedDistance: (x: number, y: number, z: number) =>
          Math.min(sphere(x, y, z), Math.max(Math.abs(x + y / 3) - 0.05, sphere(x / 2, y / 2, z / 2))),
        boundingBox: box(2),
        cellSize: 0.25,
      },
      /too thin|falls into/,
    ],
    [
      'too many cells',
      { signedDistance: sphere, boundingBox: box(1), cellSize: 0.1, maximumCells: 1000 },
      /maximumCells/,
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => generateTetrahedra(options)).toThrow(GeometryError);
    expect(() => generateTetrahedra(options)).toThrow(message);
  });
});

describe('generateTetrahedra in a surface', () => {
  it('keeps the edges and corners of boxes of any proportion', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.double({ min: 0.5, max: 1.5, noNaN: true }),
          fc.double({ min: 0.5, max: 1.5, noNaN: true }),
          fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        ),
        (size) => {
          const { mesh, sharpEdgeError } = generateTetrahedra({ surface: boxSurface(size), cellSize: 0.16 });
          expectGoodTetrahedra(mesh, false);
          // flat sides and straight edges are met exactly
          expect(sharpEdgeError.curves).toBeLessThan(1e-9);
          const [a, b, c] = size;
          expect(volume(mesh) / (a * b * c)).toBeCloseTo(1, 9);
          const areas = Object.values(patchLengths(mesh)).sort((p, q) => p - q);
          const exact = [a * b, a * b, b * c, b * c, a * c, a * c].sort((p, q) => p - q);
          exact.forEach((area, i) => {
            expect(areas[i]).toBeCloseTo(area, 9);
          });
        },
      ),
      { seed: 7, numRuns: 8 },
    );
  });

  it('keeps the edges of prisms over random polygons, in any direction', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const corners = fc.array(fc.tuple(unit, unit), { minLength: 3, maxLength: 7 });
    fc.assert(
      fc.property(corners, unit, unit, (corner, first, second) => {
        const polygon = corner.map(([turn, radius], i): [number, number] => {
          const angle = (2 * Math.PI * (i + turn / 2)) / corner.length;
          return [(0.7 + radius / 2) * Math.cos(angle), (0.7 + radius / 2) * Math.sin(angle)];
        });
        const surface = prismSurface(polygon, 0.8);
        const points = surface.points.slice();
        for (let i = 0; i < points.length; i += 3)
          for (const [j, k, angle] of [
            [0, 1, 6 * first],
            [1, 2, 6 * second],
          ]) {
            const [x, y] = [points[i + j], points[i + k]];
            points[i + j] = x * Math.cos(angle) - y * Math.sin(angle);
            points[i + k] = x * Math.sin(angle) + y * Math.cos(angle);
          }
        const { mesh, sharpEdgeError } = generateTetrahedra({
          surface: { ...surface, points },
          cellSize: 0.15,
        });
        expectGoodTetrahedra(mesh, false);
        expect(sharpEdgeError.vertices).toBeLessThan(0.05);
      }),
      { seed: 3, numRuns: 8 },
    );
  });

  it('meets concave edges and the rims of cylinders', () => {
    const profile = generateTetrahedra({ surface: polygonPrism(L_PROFILE, 1), cellSize: 0.14 });
    expectGoodTetrahedra(profile.mesh, false);
    expect(profile.sharpEdgeError.curves).toBeLessThan(1e-9);
    expect(volume(profile.mesh)).toBeCloseTo(1.75, 9);
    expect(profile.mesh.patches.length).toBe(8);
    const rims = generateTetrahedra({ surface: prismSurface(regularPolygon(96, 1), 0.8), cellSize: 0.13 });
    expectGoodTetrahedra(rims.mesh, false);
    expect(rims.mesh.patches.length).toBe(3);
    // the vertices are on the rims; a chord of length h sags by h²/8R, up to twice the cell size long here
    expect(rims.sharpEdgeError.vertices).toBeLessThan(0.01);
    expect(rims.sharpEdgeError.curves).toBeLessThan((2 ** 2 * 0.13) / 8);
    expect(rims.boundaryError.maximum).toBeLessThan(0.05);
  });

  it('has a smooth torus as one patch, with its hole', () => {
    const surface = torusSurface(1, 0.4, 64, 32);
    const { mesh, boundaryError } = generateTetrahedra({ surface, cellSize: 0.13 });
    expectGoodTetrahedra(mesh, true);
    expect(mesh.patches.map((patch) => patch.name)).toEqual(['patch-1']);
    expect(boundaryError.maximum).toBeLessThan(0.15);
    // V − E + F = 0: a boundary with one handle
    const faces = mesh.faceCount - mesh.internalFaceCount;
    const boundaryPoints = new Set(mesh.facePoints.subarray(3 * mesh.internalFaceCount));
    expect(boundaryPoints.size - faces / 2).toBe(0);
  });

  it('keeps patches by name, also where they meet on a flat side', () => {
    const surface = boxSurface([1, 1, 1]);
    // the sides of the prism come after the 8 triangles of its ends; those on y = 0 are the first two
    const triangleCount = surface.triangles.length / 3;
    const trianglePatches = new Int32Array(triangleCount);
    for (let t = 0; t < triangleCount; t++) {
      const corners = [0, 1, 2].map((i) => surface.triangles[3 * t + i]);
      if (corners.every((p) => surface.points[3 * p + 1] === 0)) trianglePatches[t] = 1;
    }
    const { mesh } = generateTetrahedra({
      surface: { ...surface, patchNames: ['rest', 'heated'], trianglePatches },
      cellSize: 0.2,
    });
    expect(mesh.patches.map((patch) => patch.name)).toEqual(['rest', 'heated']);
    const areas = patchLengths(mesh);
    expect(areas.heated).toBeCloseTo(1, 9);
    expect(areas.rest).toBeCloseTo(5, 9);
  });

  it('meets the tip of a cone', () => {
    const surface = prismSurface(regularPolygon(64, 1), 1);
    const points = surface.points.slice();
    const tip = points.length / 3 - 1;
    points[3 * tip + 2] = 2.5;
    const { mesh } = generateTetrahedra({ surface: { ...surface, points }, cellSize: 0.2 });
    expectGoodTetrahedra(mesh, false);
    expect(mesh.points.reduce((most, x, i) => (i % 3 === 2 ? Math.max(most, x) : most), 0)).toBeCloseTo(
      2.5,
      9,
    );
  });

  it('gives the same mesh for the same surface', () => {
    const options = { surface: boxSurface([1, 0.7, 0.6]), cellSize: 0.2 };
    expect(generateTetrahedra(options).mesh.points).toEqual(generateTetrahedra(options).mesh.points);
  });

  it.each<[string, () => TriangleSurface, RegExp]>([
    [
      'a surface with a hole',
      () => ({ ...boxSurface([1, 1, 1]), triangles: boxSurface([1, 1, 1]).triangles.slice(3) }),
      /watertight/,
    ],
    [
      'a surface inside out',
      () => ({ ...boxSurface([1, 1, 1]), triangles: boxSurface([1, 1, 1]).triangles.slice().reverse() }),
      /face inwards/,
    ],
    [
      'a triangle turned over',
      () => {
        const { points, triangles } = boxSurface([1, 1, 1]);
        const turned = triangles.slice();
        [turned[0], turned[1]] = [turned[1], turned[0]];
        return { points, triangles: turned };
      },
      /orientations disagree|same direction|twice/,
    ],
    [
      'a part that overlaps another',
      () => joinSurfaces(boxSurface([1, 1, 1]), boxSurface([0.5, 0.5, 1.5])),
      /overlap/,
    ],
    ['a wall thinner than the cells', () => boxSurface([1, 1, 0.02]), /smaller cells/],
    [
      'a fin thinner than the cells',
      () =>
        polygonPrism(
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0.52, 1],
            [0.52, 2],
            [0.48, 2],
            [0.48, 1],
            [0, 1],
          ],
          1,
        ),
      /smaller cells/,
    ],
  ])('refuses %s', (_, surface, message) => {
    expect(() => generateTetrahedra({ surface: surface(), cellSize: 0.2 })).toThrow(GeometryError);
    expect(() => generateTetrahedra({ surface: surface(), cellSize: 0.2 })).toThrow(message);
  });

  it('refuses a cell size that is not a length', () => {
    expect(() => generateTetrahedra({ surface: boxSurface([1, 1, 1]), cellSize: 0 })).toThrow(/cellSize/);
  });
});

describe('checkClosedSurface', () => {
  it('returns the enclosed volume', () => {
    expect(checkClosedSurface(boxSurface([1, 2, 3]))).toBeCloseTo(6, 14);
    expect(checkClosedSurface(polygonPrism(L_PROFILE, 2))).toBeCloseTo(3.5, 14);
  });

  it.each<[string, Partial<TriangleSurface>, RegExp]>([
    ['no triangles', { triangles: new Int32Array(0) }, /no triangles/],
    ['a point that does not exist', { triangles: Int32Array.of(0, 1, 99) }, /names point 99/],
    ['a flat triangle', { triangles: Int32Array.of(0, 1, 1) }, /no area/],
    ['an infinite coordinate', { points: new Float64Array(30).fill(Infinity) }, /finite/],
    ['patches without names', { trianglePatches: Int32Array.of(0) }, /trianglePatches/],
  ])('refuses %s', (_, change, message) => {
    expect(() => checkClosedSurface({ ...boxSurface([1, 1, 1]), ...change })).toThrow(message);
  });
});
