import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeometryError } from '../../common/errors.js';
import {
  arcVertices,
  generateMesh,
  type Mesh,
  meshQuality,
  type PolygonGeometry,
  type PolygonInterface,
  plateWithHoles,
} from '../../geometry/index.js';
import { expectMeshInvariants, patchLengths, polygonArea } from './mesh-invariants.js';
import { crossingLines, spokes } from './random-geometries.js';
import { anglesBelow, interfaceLengths, markedFaces, regionAreas } from './region-measures.js';

const unitSquare = {
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as [number, number][],
  patches: ['bottom', 'right', 'top', 'left'],
};
const square = (...interfaces: PolygonInterface[]): PolygonGeometry => ({ outer: unitSquare, interfaces });
const box = (x0: number, y0: number, x1: number, y1: number): [number, number][] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

/** Every interface face is the wall between the two cells beside it, and regions change at interfaces only. */
function expectRegionsBounded(mesh: Mesh): void {
  const marked = markedFaces(mesh);
  for (let f = 0; f < mesh.internalFaceCount; f++)
    if (mesh.cellRegions![mesh.owner[f]] !== mesh.cellRegions![mesh.neighbour[f]])
      expect(marked.has(f)).toBe(true);
  for (const { faces } of mesh.interfaces!)
    faces.forEach((f, i) => {
      expect(f).toBeLessThan(mesh.internalFaceCount);
      if (i > 0) expect(f).toBeGreaterThan(faces[i - 1]);
    });
}

describe('interfaces', () => {
  it('divide a square into named layers', () => {
    const mesh = generateMesh(
      {
        ...square({
          name: 'joint',
          vertices: [
            [0, 0.3],
            [1, 0.3],
          ],
        }),
        regions: [
          { name: 'steel', point: [0.5, 0.1] },
          { name: 'glass', point: [0.5, 0.9] },
        ],
      },
      { cellSize: 0.05 },
    );
    expectMeshInvariants(mesh);
    expectRegionsBounded(mesh);
    expect(mesh.regionNames).toEqual(['steel', 'glass']);
    expect(regionAreas(mesh).steel).toBeCloseTo(0.3, 12);
    expect(regionAreas(mesh).glass).toBeCloseTo(0.7, 12);
    expect(interfaceLengths(mesh)).toEqual({ joint: expect.closeTo(1, 12) });
    for (const f of mesh.interfaces![0].faces) expect(mesh.faceCentroids[2 * f + 1]).toBe(0.3);
    expect(patchLengths(mesh)).toMatchObject({ left: expect.closeTo(1, 12) });
  });

  it('surround inclusions, in each other, in several places and of one material', () => {
    const circle = arcVertices({ centre: [0.3, 0.3], radius: 0.2, pieces: 32 });
    const core = arcVertices({ centre: [0.3, 0.3], radius: 0.1, pieces: 16 });
    const mesh = generateMesh(
      square(
        { name: 'skin', vertices: core, closed: true, region: 'core' },
        { name: 'skin', vertices: circle, closed: true, region: 'shell' },
        { name: 'chip', vertices: box(0.6, 0.6, 0.8, 0.8), closed: true, region: 'core' },
      ),
      { cellSize: 0.04 },
    );
    expectRegionsBounded(mesh);
    expect(mesh.regionNames).toEqual(['domain', 'core', 'shell']);
    const areas = regionAreas(mesh);
    expect(areas.core).toBeCloseTo(polygonArea(core) + 0.04, 12);
    expect(areas.shell).toBeCloseTo(polygonArea(circle) - polygonArea(core), 12);
    expect(areas.domain).toBeCloseTo(1 - polygonArea(circle) - 0.04, 12);
    expect(interfaceLengths(mesh).chip).toBeCloseTo(0.8, 12);
    expect(mesh.interfaces!.length).toBe(2);
  });

  it('may run along the boundary and along each other', () => {
    const mesh = generateMesh(
      square(
        { name: 'a', vertices: box(0.2, 0, 0.5, 0.3), closed: true, region: 'A' },
        { name: 'b', vertices: box(0.5, 0, 0.8, 0.3), closed: true, region: 'B' },
      ),
      { cellSize: 0.05 },
    );
    expectMeshInvariants(mesh);
    expectRegionsBounded(mesh);
    expect(regionAreas(mesh)).toEqual({
      domain: expect.closeTo(0.82, 12),
      A: expect.closeTo(0.09, 12),
      B: expect.closeTo(0.09, 12),
    });
    // their common side is the first one's, the stretches on the boundary are boundary
    expect(interfaceLengths(mesh)).toEqual({ a: expect.closeTo(0.9, 12), b: expect.closeTo(0.6, 12) });
    expect(patchLengths(mesh).bottom).toBeCloseTo(1, 12);
  });

  it('may cross, end inside, repeat points and go back on themselves', () => {
    const mesh = generateMesh(
      square(
        {
          name: 'rising',
          vertices: [
            [0, 0],
            [0, 0],
            [1, 1],
          ],
        },
        {
          name: 'falling',
          vertices: [
            [0, 1],
            [1, 0],
          ],
        },
        {
          name: 'crack',
          vertices: [
            [0.7, 0.5],
            [0.9, 0.5],
            [0.7, 0.5],
          ],
        },
      ),
      { cellSize: 0.05 },
    );
    expectMeshInvariants(mesh);
    expect(interfaceLengths(mesh)).toEqual({
      rising: expect.closeTo(Math.SQRT2, 12),
      falling: expect.closeTo(Math.SQRT2, 12),
      crack: expect.closeTo(0.2, 12),
    });
    expect(mesh.regionNames).toEqual(['domain']);
    expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
  });

  it('end on the boundary when they miss it by rounding', () => {
    const mesh = generateMesh(
      square({
        name: 'joint',
        vertices: [
          [1e-12, 1 / 3],
          [1 - 3e-11, 1 / 3],
        ],
        closed: false,
      }),
      { cellSize: 0.1 },
    );
    expect(regionAreas(mesh)).toEqual({ domain: expect.closeTo(1, 12) });
    expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
    expect(patchLengths(mesh).left).toBeCloseTo(1, 12);
  });

  it('give the same mesh in another unit', () => {
    const vertices = arcVertices({ centre: [0.5, 0.4], radius: 0.2, pieces: 20 });
    const mesh = (factor: number) =>
      generateMesh(
        {
          outer: { ...unitSquare, vertices: unitSquare.vertices.map(([x, y]) => [x * factor, y * factor]) },
          interfaces: [
            { name: 'rim', closed: true, vertices: vertices.map(([x, y]) => [x * factor, y * factor]) },
          ],
        },
        { cellSize: 0.05 * factor },
      );
    for (const factor of [1000, 1e-6, 0.0254]) {
      expect(mesh(factor).cellPoints).toEqual(mesh(1).cellPoints);
      expect(mesh(factor).cellRegions).toEqual(mesh(1).cellRegions);
    }
  });
});

describe('minimum angle away from sharp corners, regions and interfaces', () => {
  const check = (geometry: PolygonGeometry, cellSize: number) => {
    const mesh = generateMesh(geometry, { cellSize });
    const area = (geometry.holes ?? []).reduce(
      (sum, { vertices }) => sum - polygonArea(vertices),
      polygonArea(geometry.outer.vertices),
    );
    expect(mesh.cellVolumes.reduce((sum, v) => sum + v, 0) / area).toBeCloseTo(1, 8);
    expect(anglesBelow(mesh, 25)).toEqual([]);
    if (geometry.interfaces!.length > 0) expectRegionsBounded(mesh);
    return mesh;
  };

  it('holds with holes, inclusions and interfaces that end on sides', () => {
    fc.assert(
      fc.property(spokes, fc.double({ min: 0.05, max: 0.5, noNaN: true }), (geometry, cellSize) => {
        const mesh = check(geometry, cellSize);
        const inclusions = geometry.interfaces!.filter(({ closed }) => closed);
        const area = inclusions.reduce((sum, { vertices }) => sum + polygonArea(vertices), 0);
        if (area > 0) expect(regionAreas(mesh).inclusion / area).toBeCloseTo(1, 10);
        for (const { name, vertices, closed } of geometry.interfaces!) {
          if (closed) continue;
          const length = Math.hypot(vertices[1][0], vertices[1][1]);
          expect(interfaceLengths(mesh)[name]).toBeCloseTo(length, 8);
        }
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('holds with lines that cross at any angle', () => {
    fc.assert(
      fc.property(crossingLines, fc.double({ min: 0.1, max: 0.5, noNaN: true }), (geometry, cellSize) => {
        check(geometry, cellSize);
      }),
      { numRuns: 200, seed: 6 },
    );
  });
});

describe('interfaces and regions are refused', () => {
  const build = (geometry: PolygonGeometry) => () => generateMesh(geometry, { cellSize: 0.2 });
  const line = (...vertices: [number, number][]) => square({ name: 'line', vertices });
  const hole = { vertices: box(0.4, 0.4, 0.6, 0.6), patches: 'hole' };
  const refused: [string, PolygonGeometry, RegExp][] = [
    ['out of the domain', line([0.5, 0.5], [1.5, 0.5]), /"line" leaves the domain/],
    ['outside', line([1.2, 0], [1.5, 0.5]), /"line" leaves the domain/],
    ['far outside', line([1e9, 0], [2e9, 1]), /"line" leaves the domain/],
    ['through a hole', { ...line([0, 0.5], [1, 0.5]), holes: [hole] }, /"line" leaves the domain/],
    ['in a hole', { ...line([0.45, 0.5], [0.55, 0.5]), holes: [hole] }, /"line" leaves the domain/],
    ['a point', line([0.5, 0.5], [0.5, 0.5]), /"line" has zero size/],
    ['one vertex', line([0.5, 0.5]), /at least 2 vertices/],
    ['NaN', line([0.5, 0.5], [Number.NaN, 0.5]), /two finite numbers/],
    [
      'no name',
      square({
        name: '',
        vertices: [
          [0, 0],
          [1, 1],
        ],
      }),
      /needs a name/,
    ],
    [
      'a region of an open line',
      square({
        name: 'a',
        vertices: [
          [0, 0],
          [1, 1],
        ],
        region: 'r',
      }),
      /must be closed/,
    ],
    [
      'a region outside',
      { outer: unitSquare, regions: [{ name: 'r', point: [2, 0.5] }] },
      /outside the domain/,
    ],
    [
      'a region in a hole',
      { outer: unitSquare, holes: [hole], regions: [{ name: 'r', point: [0.5, 0.5] }] },
      /outside the domain/,
    ],
    [
      'a region on a line',
      { ...line([0, 0.5], [1, 0.5]), regions: [{ name: 'r', point: [0.3, 0.5] }] },
      /lies on an interface/,
    ],
    [
      'two names for one region',
      {
        ...line([0, 0.5], [0.9, 0.5]),
        regions: [
          { name: 'r', point: [0.3, 0.2] },
          { name: 's', point: [0.3, 0.8] },
        ],
      },
      /"r" and "s" are not separated/,
    ],
    [
      'a region without name',
      { outer: unitSquare, regions: [{ name: '', point: [0.5, 0.5] }] },
      /needs a name/,
    ],
  ];
  it.each(refused)('%s', (_name, geometry, message) => {
    expect(build(geometry)).toThrow(GeometryError);
    expect(build(geometry)).toThrow(message);
  });
});

describe('plates with holes', () => {
  it('are drawn for 1 to 6 holes from every seed, each hole a patch of its own', () => {
    for (const holes of [1, 2, 3, 4, 5, 6])
      for (let seed = 0; seed < 100; seed++) {
        const geometry = plateWithHoles({ holes, seed });
        expect(geometry.holes!.map(({ patches }) => patches)).toEqual(
          Array.from({ length: holes }, (_, i) => `hole-${i}`),
        );
        if (seed >= 5) continue;
        const mesh = generateMesh(geometry, { cellCount: 1500 });
        expect(mesh.patches.length).toBe(4 + holes);
        expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
        expect(Math.abs(mesh.cellCount / 1500 - 1)).toBeLessThan(0.06);
      }
  });
});
