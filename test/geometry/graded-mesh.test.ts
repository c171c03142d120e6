import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeometryError, InvalidInputError } from '../../common/errors.js';
import {
  arcVertices,
  type GenerateMeshOptions,
  generateMesh,
  type Mesh,
  meshQuality,
  type PolygonGeometry,
  plateWithHoles,
} from '../../geometry/index.js';
import { expectMeshInvariants, polygonArea } from './mesh-invariants.js';
import { spokes } from './random-geometries.js';
import { anglesBelow } from './region-measures.js';

const outer = {
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as [number, number][],
  patches: ['bottom', 'right', 'top', 'left'],
};
const square: PolygonGeometry = { outer };

/** Face length over the wanted size at its centre, ascending */
function lengthRatios(mesh: Mesh, size: (x: number, y: number) => number): number[] {
  return Array.from(
    mesh.faceAreas,
    (length, f) => length / size(mesh.faceCentroids[2 * f], mesh.faceCentroids[2 * f + 1]),
  ).sort((a, b) => a - b);
}
const quantile = (sorted: readonly number[], q: number) => sorted[Math.round(q * (sorted.length - 1))];

/** Longest face with its centre within a distance of a point */
function longestNear(mesh: Mesh, [x, y]: readonly [number, number], distance: number): number {
  let longest = 0;
  for (let f = 0; f < mesh.faceCount; f++)
    if (Math.hypot(mesh.faceCentroids[2 * f] - x, mesh.faceCentroids[2 * f + 1] - y) <= distance)
      longest = Math.max(longest, mesh.faceAreas[f]);
  return longest;
}

describe('graded meshes', () => {
  const sizes: [string, (x: number, y: number) => number][] = [
    ['constant', () => 0.03],
    ['linear', (x) => 0.01 + 0.1 * x],
    ['a valley', (x, y) => 0.01 + 0.15 * Math.abs(x + y - 1)],
    ['a smooth hump', (x, y) => 0.015 + 0.03 * Math.sin(Math.PI * x) * Math.sin(Math.PI * y)],
  ];
  it.each(sizes)('follow a size function: %s', (_name, size) => {
    const mesh = generateMesh(square, { cellSize: size, gradation: 0.3 });
    expectMeshInvariants(mesh);
    const ratios = lengthRatios(mesh, size);
    expect(Math.abs(quantile(ratios, 0.5) - 1)).toBeLessThan(0.1);
    expect(quantile(ratios, 0.02)).toBeGreaterThan(0.7);
    expect(quantile(ratios, 0.98)).toBeLessThan(1.4);
    const quality = meshQuality(mesh);
    expect(quality.minimumAngle).toBeGreaterThanOrEqual(25);
    expect(quality.nonOrthogonality.mean).toBeLessThan(9);
    expect(quality.volumeRatio.maximum).toBeLessThan(3);
  });

  it('grow from small to large no faster than the gradation, whatever the function', () => {
    for (const gradation of [0.1, 0.3]) {
      const mesh = generateMesh(square, { cellSize: (x) => (x < 0.3 ? 0.005 : 0.2), gradation });
      // the largest function below with that gradation; 8 % for the way distances are measured
      const limited = (x: number) => 0.005 + 1.08 * gradation * Math.max(0, x - 0.3);
      expect(quantile(lengthRatios(mesh, limited), 0.99)).toBeLessThan(1.4);
      const growth = 1.6 * (1 + gradation) ** 2; // area ratio of neighbours, of triangles that are not equilateral
      expect(meshQuality(mesh).volumeRatio.maximum).toBeLessThan(growth * 1.3);
    }
  });

  it('are deterministic and the same in another unit', () => {
    const build = (factor: number) =>
      generateMesh(
        { outer: { ...outer, vertices: outer.vertices.map(([x, y]) => [x * factor, y * factor]) } },
        { cellSize: (x) => factor * (0.02 + 0.1 * (x / factor)) },
      );
    expect(build(1)).toEqual(build(1));
    expect(build(1024).cellPoints).toEqual(build(1).cellPoints);
  });

  it('keep the minimum angle on random geometries', () => {
    fc.assert(
      fc.property(
        spokes,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (geometry, scale, slopeX, slopeY) => {
          const cellSize = (x: number, y: number) =>
            0.02 * scale + 0.05 * (slopeX * Math.abs(x) + slopeY * Math.abs(y));
          const mesh = generateMesh(geometry, { cellSize, refine: [{ near: 'holes', cellSize: 0.03 }] });
          expect(anglesBelow(mesh, 25)).toEqual([]);
          const area = (geometry.holes ?? []).reduce(
            (sum, { vertices }) => sum - polygonArea(vertices),
            polygonArea(geometry.outer.vertices),
          );
          expect(mesh.cellVolumes.reduce((sum, v) => sum + v, 0) / area).toBeCloseTo(1, 8);
        },
      ),
      { numRuns: 100, seed: 8 },
    );
  });
});

describe('local refinement', () => {
  const smallestAt = (mesh: Mesh, point: readonly [number, number], size: number) => {
    expect(longestNear(mesh, point, 2 * size)).toBeLessThan(2.2 * size);
    expect(longestNear(mesh, point, 2 * size)).toBeGreaterThan(0.5 * size);
  };

  it('is found at corners, down to a ten-thousandth of the domain', () => {
    const mesh = generateMesh(square, { cellSize: 0.1, refine: [{ near: 'corners', cellSize: 1e-4 }] });
    for (const corner of outer.vertices) smallestAt(mesh, corner, 1e-4);
    expect(longestNear(mesh, [0.5, 0.5], 0.1)).toBeGreaterThan(0.07);
    expect(mesh.cellCount).toBeLessThan(5000);
    expect(meshQuality(mesh).minimumAngle).toBeGreaterThanOrEqual(25);
  });

  it('tells reentrant corners from others', () => {
    const vertices: [number, number][] = [
      [0, 0],
      [1, 0],
      [1, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [0, 1],
    ];
    const mesh = generateMesh(
      { outer: { vertices, patches: 'wall' } },
      { cellSize: 0.1, refine: [{ near: 'reentrant-corners', cellSize: 1e-3 }] },
    );
    smallestAt(mesh, [0.5, 0.5], 1e-3);
    for (const [x, y] of vertices)
      if (x !== 0.5 || y !== 0.5) expect(longestNear(mesh, [x, y], 0.08)).toBeGreaterThan(0.05);
  });

  it('is found at holes, patches, interfaces and points, and held to a distance', () => {
    const rim = arcVertices({ centre: [0.3, 0.7], radius: 0.1, pieces: 24 });
    const hole = { vertices: arcVertices({ centre: [0.7, 0.7], radius: 0.1, pieces: 24 }), patches: 'hole' };
    const geometry: PolygonGeometry = {
      outer,
      holes: [hole],
      interfaces: [{ name: 'rim', vertices: rim, closed: true }],
    };
    const mesh = (near: NonNullable<GenerateMeshOptions['refine']>[number]['near'], distance?: number) =>
      generateMesh(geometry, { cellSize: 0.1, refine: [{ near, cellSize: 0.01, distance }] });
    smallestAt(mesh('holes'), [0.8, 0.7], 0.01);
    smallestAt(mesh('interfaces'), [0.2, 0.7], 0.01);
    smallestAt(mesh({ interface: 'rim' }), [0.2, 0.7], 0.01);
    smallestAt(mesh({ patch: 'bottom' }), [0.5, 0], 0.01);
    smallestAt(mesh({ points: [[0.5, 0.4]] }), [0.5, 0.4], 0.01);
    expect(longestNear(mesh({ points: [[0.5, 0.4]] }, 0.1), [0.5, 0.4], 0.1)).toBeLessThan(0.02);
    expect(longestNear(mesh({ points: [[0.5, 0.4]] }), [0.5, 0.4], 0.1)).toBeGreaterThan(0.02);
  });

  it('goes with a number of cells', () => {
    const mesh = generateMesh(plateWithHoles({ holes: 4, seed: 3 }), {
      cellCount: 5000,
      refine: [{ near: 'holes', cellSize: 0.05 }],
    });
    expect(Math.abs(mesh.cellCount / 5000 - 1)).toBeLessThan(0.06);
  });

  it.each([
    [{ near: { patch: 'nowhere' }, cellSize: 0.1 }, /patches are bottom, right, top, left/],
    [{ near: { interface: 'rim' }, cellSize: 0.1 }, /interfaces are none/],
    [{ near: 'everywhere' as 'holes', cellSize: 0.1 }, /no such place/],
    [{ near: 'holes', cellSize: 0 }, /positive cellSize/],
    [{ near: 'holes', cellSize: Number.NaN }, /positive cellSize/],
    [{ near: 'holes', cellSize: 0.1, distance: -1 }, /positive cellSize/],
    [{ near: { points: [[Number.NaN, 0]] as [number, number][] }, cellSize: 0.1 }, /finite/],
  ] as const)('refuses %j', (refinement, message) => {
    const build = () => generateMesh(square, { cellSize: 0.2, refine: [refinement] });
    expect(build).toThrow(InvalidInputError);
    expect(build).toThrow(message);
  });
});

describe('size functions', () => {
  it.each([
    ['NaN', () => Number.NaN],
    ['zero', () => 0],
    ['negative', (x: number) => x - 0.5],
    ['NaN in a part', (x: number) => (x > 0.4 && x < 0.6 ? Number.NaN : 0.1)],
    ['undefined', () => undefined as unknown as number],
  ])('are refused with the place: %s', (_name, cellSize) => {
    expect(() => generateMesh(square, { cellSize })).toThrow(InvalidInputError);
    expect(() => generateMesh(square, { cellSize })).toThrow(/must be positive, got .* at \(/);
  });

  it('may be without value outside the domain, and infinite for "no limit"', () => {
    const triangle: PolygonGeometry = {
      outer: {
        vertices: [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
        patches: 'wall',
      },
    };
    const outsideNaN = generateMesh(triangle, { cellSize: (x, y) => (x + y > 1 ? Number.NaN : 0.05) });
    expect(meshQuality(outsideNaN).minimumAngle).toBeGreaterThanOrEqual(25);
    const mesh = generateMesh(square, { cellSize: () => Number.POSITIVE_INFINITY });
    expect(mesh.cellCount).toBeLessThan(20);
  });

  it('are refused when they need too many cells, and so are other bad options', () => {
    for (const cellSize of [() => 1e-9, () => 1e-3, (x: number) => (x < 0.01 ? 1e-4 : 0.1)]) {
      const build = () => generateMesh(square, { cellSize, maximumCells: 5000 });
      expect(build).toThrow(GeometryError);
      expect(build).toThrow(/maximumCells/);
    }
    for (const gradation of [0, -1, 2, Number.NaN])
      expect(() => generateMesh(square, { cellSize: 0.1, gradation })).toThrow(InvalidInputError);
  });
});

describe('domains a million times longer than wide', () => {
  const strip: PolygonGeometry = {
    outer: {
      vertices: [
        [0, 0],
        [1e6, 0],
        [1e6, 1],
        [0, 1],
      ],
      patches: ['bottom', 'right', 'top', 'left'],
    },
  };
  it('are refused with a reason where the angle needs more cells than allowed', () => {
    expect(() => generateMesh(strip, { cellSize: 1000, maximumCells: 10_000 })).toThrow(
      /maximumCells|more than 10000/,
    );
  });

  it('are meshed when no angle is asked for', () => {
    const mesh = generateMesh(strip, { cellSize: 1e4, minimumAngle: 0 });
    expect(mesh.cellVolumes.reduce((sum, v) => sum + v, 0) / 1e6).toBeCloseTo(1, 10);
  });
});
