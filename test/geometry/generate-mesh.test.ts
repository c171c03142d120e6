import fc from 'fast-check';
import { incircle } from 'robust-predicates';
import { describe, expect, it } from 'vitest';
import { GeometryError, InvalidInputError } from '../../common/errors.js';
import {
  cornerRemovedSquare,
  generateMesh,
  type Mesh,
  meshQuality,
  type PolygonGeometry,
  plateWithHoles,
} from '../../geometry/index.js';
import { expectMeshInvariants, patchLengths, polygonArea } from './mesh-invariants.js';

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

const ring = (...vertices: [number, number][]) => ({ vertices, patches: 'wall' });
const unitSquare = ring([0, 0], [1, 0], [1, 1], [0, 1]);

function geometryArea(geometry: PolygonGeometry): number {
  return (geometry.holes ?? []).reduce(
    (area, hole) => area - polygonArea(hole.vertices),
    polygonArea(geometry.outer.vertices),
  );
}

function scaled(
  geometry: PolygonGeometry,
  factor: number,
  shift: readonly [number, number],
): PolygonGeometry {
  const map = (r: PolygonGeometry['outer']) => ({
    ...r,
    vertices: r.vertices.map(([x, y]) => [x * factor + shift[0], y * factor + shift[1]] as const),
  });
  return { outer: map(geometry.outer), holes: geometry.holes?.map(map) };
}

/** No triangle has the opposite vertex of a neighbour inside its circumcircle, but for rounding. */
function expectDelaunay(mesh: Mesh): void {
  const { points: p } = mesh;
  for (let f = 0; f < mesh.internalFaceCount; f++) {
    const [a, b, c] = mesh.cellPoints.subarray(3 * mesh.owner[f], 3 * mesh.owner[f] + 3);
    const opposite = [...mesh.cellPoints.subarray(3 * mesh.neighbour[f], 3 * mesh.neighbour[f] + 3)];
    const d = opposite.find((v) => v !== a && v !== b && v !== c)!;
    const xy = (v: number) => [p[2 * v], p[2 * v + 1]] as const;
    const value = incircle(...xy(a), ...xy(b), ...xy(c), ...xy(d));
    expect(value).toBeLessThanOrEqual(1e-10 * mesh.faceAreas[f] ** 4);
  }
}

describe('generateMesh on squares with corners removed', () => {
  it('keeps area, sides, angles and cell count over 100 seeds of every corner count', () => {
    for (const corners of [0, 1, 2, 3, 4])
      for (let seed = 0; seed < (corners === 0 ? 1 : 100); seed++) {
        const geometry = cornerRemovedSquare({ corners, seed });
        const mesh = generateMesh(geometry, { cellCount: 1000 });
        const quality = meshQuality(mesh);
        expect(quality.minimumAngle).toBeGreaterThanOrEqual(25);
        expect(quality.nonOrthogonality.mean).toBeLessThan(5);
        expect(quality.nonOrthogonality.maximum).toBeLessThan(40);
        expect(Math.abs(mesh.cellCount / 1000 - 1)).toBeLessThan(0.06);
        expect(total(mesh.cellVolumes) / geometryArea(geometry)).toBeCloseTo(1, 12);
        const lengths = patchLengths(mesh);
        const { vertices, patches } = geometry.outer;
        vertices.forEach(([x, y], i) => {
          const [nextX, nextY] = vertices[(i + 1) % vertices.length];
          expect(lengths[patches[i]]).toBeCloseTo(Math.hypot(nextX - x, nextY - y), 12);
        });
        if (seed < 3) {
          expectMeshInvariants(mesh);
          expectDelaunay(mesh);
        }
      }
  });

  it('has cells close to the size asked for', () => {
    for (const cellSize of [0.5, 0.2, 0.1]) {
      const mesh = generateMesh(cornerRemovedSquare({ corners: 4, seed: 5 }), { cellSize });
      const lengths = mesh.faceAreas;
      expect(total(lengths) / lengths.length / cellSize).toBeGreaterThan(0.85);
      expect(total(lengths) / lengths.length / cellSize).toBeLessThan(1.15);
      expect(Math.max(...lengths)).toBeLessThan(1.8 * cellSize);
    }
  });

  it('is deterministic, and the same mesh in millimetres, metres, and elsewhere', () => {
    for (let seed = 0; seed < 20; seed++) {
      const geometry = cornerRemovedSquare({ corners: 3, seed, side: 1 });
      const mesh = generateMesh(geometry, { cellSize: 0.04 });
      expect(generateMesh(geometry, { cellSize: 0.04 })).toEqual(mesh);
      for (const [factor, shift] of [
        [1000, [0, 0]],
        [1e-9, [0, 0]],
        [0.0254, [3, -7]],
      ] as const) {
        const other = generateMesh(scaled(geometry, factor, shift), { cellSize: 0.04 * factor });
        expect(other.cellPoints).toEqual(mesh.cellPoints);
        expect(other.patches).toEqual(mesh.patches);
        const size = Math.hypot(...shift) + factor;
        other.points.forEach((value, i) => {
          expect(Math.abs(value - (mesh.points[i] * factor + shift[i % 2]))).toBeLessThan(1e-11 * size);
        });
      }
    }
  });

  it('grows close to linearly: 64 times the cells within 200 times the time', () => {
    const geometry = cornerRemovedSquare({ corners: 4, seed: 1 });
    // processor time, since other programs may hold the machine during one of the two
    const time = (cellCount: number) => {
      const start = process.cpuUsage();
      generateMesh(geometry, { cellCount });
      return process.cpuUsage(start).user / 1000;
    };
    time(1000);
    const small = Math.min(...Array.from({ length: 5 }, () => time(1000)));
    expect(Math.min(time(64_000), time(64_000))).toBeLessThan(200 * Math.max(small, 2));
  });
});

describe('generateMesh on other shapes', () => {
  it('gives equilateral triangles where the shape allows it', () => {
    const triangle = ring([0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]);
    const quality = meshQuality(generateMesh({ outer: triangle }, { cellSize: 0.1 }));
    expect(quality.cellCount).toBe(100);
    expect(quality.nonOrthogonality.maximum).toBeLessThan(0.01);
  });

  it('meshes plates with holes in either winding', () => {
    for (let seed = 0; seed < 10; seed++) {
      const geometry = plateWithHoles({ holes: 5, seed });
      const turned = {
        outer: {
          vertices: geometry.outer.vertices.toReversed(),
          patches: ['top', 'right', 'bottom', 'left'],
        },
        holes: geometry.holes!.map((hole) => ({ ...hole, vertices: hole.vertices.toReversed() })),
      };
      for (const shape of [geometry, turned]) {
        const mesh = generateMesh(shape, { cellCount: 3000 });
        expectMeshInvariants(mesh);
        expectDelaunay(mesh);
        expect(total(mesh.cellVolumes) / geometryArea(geometry)).toBeCloseTo(1, 11);
        expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
        expect(patchLengths(mesh).bottom).toBeCloseTo(2 * Math.PI, 12);
        for (let f = 0; f < mesh.patches[0].size; f++)
          if (mesh.patches[0].name === 'bottom')
            expect(mesh.faceCentroids[2 * (mesh.patches[0].start + f) + 1]).toBe(0);
      }
    }
  });

  it('meshes random star-shaped polygons, sharp corners included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 5, maxLength: 24 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (radii, cellSize) => {
          const vertices = radii.map((radius, i): [number, number] => [
            radius * Math.cos((2 * Math.PI * i) / radii.length),
            radius * Math.sin((2 * Math.PI * i) / radii.length),
          ]);
          const mesh = generateMesh({ outer: ring(...vertices) }, { cellSize });
          expect(total(mesh.cellVolumes) / polygonArea(vertices)).toBeCloseTo(1, 10);
          expectMeshInvariants(mesh);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('resolves narrow channels and tiny details, and gives up on hopeless ones', () => {
    const channel = (gap: number) =>
      generateMesh(
        { outer: unitSquare, holes: [ring([0.1, gap], [0.1, 0.5], [0.5, 0.5], [0.5, gap])] },
        { cellSize: 0.1, maximumCells: 50_000 },
      );
    expect(meshQuality(channel(1e-3)).minimumAngle).toBeGreaterThanOrEqual(25);
    expect(() => channel(1e-9)).toThrow(/more than 50000 cells/);
    const notch = ring(
      [0, 0],
      [0.5, 0],
      [0.5, 1e-6],
      [0.500001, 1e-6],
      [0.500001, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    );
    const mesh = generateMesh({ outer: notch }, { cellSize: 0.1 });
    expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
    expect(mesh.cellCount).toBeLessThan(2000);
  });

  it('keeps the angle everywhere but at a corner of 1°', () => {
    const mesh = generateMesh(
      { outer: ring([0, 0], [1, 0], [Math.cos(Math.PI / 180), Math.sin(Math.PI / 180)]) },
      { cellSize: 0.1 },
    );
    expect(meshQuality(mesh).minimumAngle).toBeGreaterThan(0.99);
    expectMeshInvariants(mesh);
  });
});

describe('generateMesh refuses', () => {
  const mesh = (outer: PolygonGeometry['outer'], ...holes: PolygonGeometry['outer'][]) =>
    generateMesh({ outer, holes }, { cellSize: 0.2 });
  const invalid: [string, () => unknown, RegExp][] = [
    ['a bow tie', () => mesh(ring([0, 0], [1, 1], [1, 0], [0, 1])), /intersects or touches itself/],
    [
      'a crossing polygon',
      () => mesh(ring([0, 0], [3, 0], [3, 2], [1, -1], [0, 2])),
      /intersects or touches/,
    ],
    ['a spike', () => mesh(ring([0, 0], [2, 0], [1, 0], [1, 1])), /intersects or touches itself/],
    ['a vertex on a side', () => mesh(ring([0, 0], [2, 0], [2, 1], [1, 0], [0, 1])), /touches itself/],
    ['a point', () => mesh(ring([1, 1], [1, 1], [1, 1])), /zero size/],
    ['a line', () => mesh(ring([0, 0], [1, 0], [2, 0])), /zero size/],
    ['a sloping line', () => mesh(ring([0, 0], [1, 3], [2, 6], [3, 9])), /zero size/],
    ['NaN', () => mesh(ring([0, 0], [1, Number.NaN], [1, 1])), /finite/],
    ['infinity', () => mesh(ring([0, 0], [Infinity, 0], [1, 1])), /finite/],
    ['a closing vertex', () => mesh(ring([0, 0], [1, 0], [1, 1], [0, 0])), /coincide at \(0, 0\)/],
    ['a repeated vertex', () => mesh(ring([0, 0], [1, 0], [1, 0], [1, 1])), /coincide at \(1, 0\)/],
    ['two vertices', () => mesh(ring([0, 0], [1, 0])), /at least 3 vertices/],
    ['a hole outside', () => mesh(unitSquare, ring([2, 2], [3, 2], [3, 3])), /outside the outer/],
    ['a hole around', () => mesh(unitSquare, ring([-1, -1], [3, -1], [1, 5])), /outside the outer/],
    ['a crossing hole', () => mesh(unitSquare, ring([0.5, 0.5], [3, 0.5], [0.5, 0.7])), /intersect or touch/],
    ['a touching hole', () => mesh(unitSquare, ring([0.5, 0.5], [1, 0.5], [0.5, 0.7])), /intersect or touch/],
    [
      'overlapping holes',
      () =>
        mesh(unitSquare, ring([0.2, 0.2], [0.6, 0.2], [0.4, 0.6]), ring([0.2, 0.4], [0.6, 0.4], [0.4, 0.1])),
      /hole 0 and hole 1|hole 1 and hole 0/,
    ],
    [
      'a hole in a hole',
      () =>
        mesh(unitSquare, ring([0.1, 0.1], [0.9, 0.1], [0.5, 0.9]), ring([0.4, 0.2], [0.6, 0.2], [0.5, 0.4])),
      /hole 1 lies inside hole 0/,
    ],
    [
      'too few patch names',
      () => mesh({ vertices: unitSquare.vertices, patches: ['a', 'b'] }),
      /4 sides and needs as many patch names/,
    ],
    ['tiny cells', () => generateMesh({ outer: unitSquare }, { cellSize: 1e-6 }), /maximumCells/],
  ];
  it.each(invalid)('%s', (_name, build, message) => {
    expect(build).toThrow(GeometryError);
    expect(build).toThrow(message);
  });

  it.each([
    {},
    { cellSize: 1, cellCount: 3 },
    { cellSize: 0 },
    { cellSize: Number.NaN },
    { cellCount: -5 },
    { cellSize: 1, minimumAngle: 40 },
  ])('options %j', (options) => {
    expect(() => generateMesh({ outer: unitSquare }, options)).toThrow(InvalidInputError);
  });
});

describe('cornerRemovedSquare', () => {
  it('removes the number of corners asked for, each within its range, and names every side once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.integer(), (corners, seed) => {
        const { vertices, patches } = cornerRemovedSquare({ corners, seed }).outer;
        expect(vertices.length).toBe(4 + 2 * corners);
        expect(new Set(patches).size).toBe(vertices.length);
        const side = 2 * Math.PI;
        vertices.forEach(([x, y], i) => {
          const [nextX, nextY] = vertices[(i + 1) % vertices.length];
          const name = patches[i];
          const horizontal = name === 'top' || name === 'bottom' || name.endsWith('horizontal');
          expect(horizontal ? nextY : nextX).toBe(horizontal ? y : x);
          if (!name.startsWith('corner')) return;
          const length = Math.hypot(nextX - x, nextY - y) / side;
          expect(length).toBeGreaterThan(0.1 - 1e-12);
          expect(length).toBeLessThan(0.4);
          expect(name.includes('left')).toBe(Math.max(x, nextX) < side / 2);
          expect(name.includes('bottom')).toBe(Math.max(y, nextY) < side / 2);
        });
      }),
      { seed: 2 },
    );
  });

  it('draws every choice of corners', () => {
    const choices = new Set<string>();
    for (let seed = 0; seed < 200; seed++)
      choices.add(
        (cornerRemovedSquare({ corners: 2, seed }).outer.patches as string[])
          .filter((name) => name.startsWith('corner') && name.endsWith('vertical'))
          .join(),
      );
    expect(choices.size).toBe(6);
  });
});
