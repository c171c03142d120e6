import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxMesh,
  CELL_SHAPES,
  createPolyhedralMesh,
  GeometryError,
  type PolyhedralMeshDescription,
} from '../../geometry/index.js';
import { expectMeshInvariants, patchLengths } from './mesh-invariants.js';

/** Corners of the unit cube in the order of VTK's hexahedron. */
const CUBE = [
  [0, 0, 0],
  [1, 0, 0],
  [1, 1, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 0, 1],
  [1, 1, 1],
  [0, 1, 1],
];

function describeCells(
  points: readonly (readonly number[])[],
  cells: readonly (readonly [shape: keyof typeof CELL_SHAPES, points: readonly number[]])[],
): PolyhedralMeshDescription {
  const cellOffsets = new Int32Array(cells.length + 1);
  cells.forEach(([, list], c) => {
    cellOffsets[c + 1] = cellOffsets[c] + list.length;
  });
  return {
    points: Float64Array.from(points.flat()),
    cellOffsets,
    cellPoints: Int32Array.from(cells.flatMap(([, list]) => list)),
    cellShapes: Uint8Array.from(cells.map(([shape]) => CELL_SHAPES[shape])),
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe('createPolyhedralMesh', () => {
  it('measures one cell of each shape exactly', () => {
    const tetrahedron = createPolyhedralMesh(describeCells(CUBE, [['tetrahedron', [0, 1, 3, 4]]]));
    expect(tetrahedron.cellVolumes[0]).toBeCloseTo(1 / 6, 15);
    for (const x of tetrahedron.cellCentroids) expect(x).toBeCloseTo(1 / 4, 15);
    // VTK's prism has its first triangle counter-clockwise seen from outside
    const prism = createPolyhedralMesh(describeCells(CUBE, [['prism', [4, 5, 7, 0, 1, 3]]]));
    expect(prism.cellVolumes[0]).toBeCloseTo(1 / 2, 15);
    [1 / 3, 1 / 3, 1 / 2].forEach((x, k) => {
      expect(prism.cellCentroids[k]).toBeCloseTo(x, 15);
    });
    const pyramid = createPolyhedralMesh(
      describeCells([...CUBE.slice(0, 4), [0.5, 0.5, 2]], [['pyramid', [0, 1, 2, 3, 4]]]),
    );
    expect(pyramid.cellVolumes[0]).toBeCloseTo(2 / 3, 15);
    expect(pyramid.cellCentroids[2]).toBeCloseTo(1 / 2, 15);
    for (const mesh of [tetrahedron, prism, pyramid]) expectMeshInvariants(mesh);
  });

  it('joins different shapes along equal faces', () => {
    // a cube as six pyramids about its centre, a prism on top
    const points = [...CUBE, [0.5, 0.5, 0.5], [0, 0, 2], [1, 0, 2]];
    const mesh = createPolyhedralMesh(
      describeCells(points, [
        ['pyramid', [0, 1, 2, 3, 8]],
        ['pyramid', [7, 6, 5, 4, 8]],
        ['pyramid', [0, 4, 5, 1, 8]],
        ['pyramid', [1, 5, 6, 2, 8]],
        ['pyramid', [2, 6, 7, 3, 8]],
        ['pyramid', [3, 7, 4, 0, 8]],
        ['prism', [4, 9, 7, 5, 10, 6]],
      ]),
    );
    expectMeshInvariants(mesh);
    expect(mesh.internalFaceCount).toBe(13);
    expect(sum(mesh.cellVolumes)).toBeCloseTo(1.5, 14);
  });

  it('turns shapes that a file has mirrored throughout, and leaves their points in the order of VTK', () => {
    const gmsh = createPolyhedralMesh(describeCells(CUBE, [['prism', [0, 1, 3, 4, 5, 7]]]));
    expect(gmsh.cellVolumes[0]).toBeCloseTo(1 / 2, 15);
    expect(Array.from(gmsh.cellPoints)).toEqual([4, 5, 7, 0, 1, 3]);
    const mirrored: [keyof typeof CELL_SHAPES, number[]][] = [
      ['hexahedron', [4, 5, 6, 7, 0, 1, 2, 3]],
      ['tetrahedron', [1, 0, 3, 4]],
      ['pyramid', [0, 3, 2, 1, 4]],
    ];
    for (const cell of mirrored) {
      const mesh = createPolyhedralMesh(describeCells(CUBE, [cell]));
      expect(mesh.cellVolumes[0]).toBeGreaterThan(0);
      const again = createPolyhedralMesh({ ...describeCells(CUBE, [cell]), cellPoints: mesh.cellPoints });
      expect(again.cellPoints).toBe(mesh.cellPoints);
    }
  });

  it('takes polyhedra whose faces are turned either way', () => {
    const faces = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [0, 1, 5, 4],
      [1, 2, 6, 5],
      [2, 3, 7, 6],
      [3, 0, 4, 7],
    ];
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (turned) => {
        const mesh = createPolyhedralMesh({
          ...describeCells(CUBE, [['polyhedron', [0, 1, 2, 3, 4, 5, 6, 7]]]),
          polyhedronFaces: [faces.map((face, f) => (turned[f] ? [...face].reverse() : face))],
        });
        expect(mesh.cellVolumes[0]).toBeCloseTo(1, 15);
        expectMeshInvariants(mesh);
      }),
      { seed: 1 },
    );
  });

  it('gives jittered hexahedra with warped faces closed surfaces and the volume of the box', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const box = boxMesh({ size: [1, 2, 1], cells: [3, 4, 3] });
        const points = box.points.slice();
        for (let p = 0; p < points.length / 3; p++) {
          const inside = [1, 2, 1].every(
            (size, k) => points[3 * p + k] > 0.01 && points[3 * p + k] < size - 0.01,
          );
          if (inside)
            for (let k = 0; k < 3; k++)
              points[3 * p + k] += 0.1 * Math.sin(12.9898 * (p + 1) + 78.233 * k + seed);
        }
        const mesh = createPolyhedralMesh({ ...box, points, cellShapes: box.cellShapes! });
        expect(sum(mesh.cellVolumes)).toBeCloseTo(2, 13);
        const closure = new Float64Array(3 * mesh.cellCount);
        for (let f = 0; f < mesh.faceCount; f++)
          for (let k = 0; k < 3; k++) {
            const flux = mesh.faceAreas[f] * mesh.faceNormals[3 * f + k];
            closure[3 * mesh.owner[f] + k] += flux;
            if (f < mesh.internalFaceCount) closure[3 * mesh.neighbour[f] + k] -= flux;
          }
        for (const value of closure) expect(Math.abs(value)).toBeLessThan(1e-14);
        // Σ V·x = ∫ x dV of the box, whatever the cells
        for (let k = 0; k < 3; k++)
          expect(sum(mesh.cellVolumes.map((v, c) => v * mesh.cellCentroids[3 * c + k]))).toBeCloseTo(
            [1, 2, 1][k],
            13,
          );
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it('names the faces between regions, and boundary faces in the order asked for', () => {
    const box = boxMesh({ size: [1, 1, 1], cells: [2, 1, 1] });
    const mesh = createPolyhedralMesh({
      ...box,
      cellShapes: box.cellShapes!,
      regionNames: ['iron', 'air'],
      cellRegions: Int32Array.of(1, 0),
      patchOfFace: (_, centroid) => (centroid[0] > 0.9 ? 'hot' : 'rest'),
      patchOrder: ['hot', 'absent'],
    });
    expect(mesh.interfaces).toEqual([{ name: 'iron|air', faces: Int32Array.of(0) }]);
    expect(mesh.patches).toEqual([
      { name: 'hot', start: 1, size: 1 },
      { name: 'rest', start: 2, size: 9 },
    ]);
  });

  it.each<[string, PolyhedralMeshDescription, RegExp]>([
    [
      'a coordinate that is not finite',
      describeCells([[Number.NaN, 0, 0], ...CUBE.slice(1)], [['tetrahedron', [0, 1, 3, 4]]]),
      /point 0 must have finite coordinates/,
    ],
    [
      'a point that does not exist',
      describeCells(CUBE, [['tetrahedron', [0, 1, 3, 8]]]),
      /cell 0 names point 8/,
    ],
    ['a repeated point', describeCells(CUBE, [['tetrahedron', [0, 1, 3, 3]]]), /repeats point 3/],
    ['a wrong number of points', describeCells(CUBE, [['prism', [0, 1, 3, 4]]]), /needs 6 points, got 4/],
    ['a flat cell', describeCells(CUBE, [['tetrahedron', [0, 1, 2, 3]]]), /positive volume/],
    [
      'one cell inside out among others',
      describeCells(CUBE, [
        ['tetrahedron', [0, 1, 3, 4]],
        ['tetrahedron', [3, 1, 4, 6]],
      ]),
      /same side/,
    ],
    [
      'a face of three cells',
      describeCells(
        [...CUBE, [0.3, 0.3, -1]],
        [
          ['tetrahedron', [0, 1, 3, 4]],
          ['tetrahedron', [1, 0, 3, 8]],
          ['tetrahedron', [0, 1, 3, 5]],
        ],
      ),
      /more than two cells|same side/,
    ],
    [
      'two parts',
      describeCells(
        [...CUBE, [3, 0, 0], [4, 0, 0], [3, 1, 0], [3, 0, 1]],
        [
          ['tetrahedron', [0, 1, 3, 4]],
          ['tetrahedron', [8, 9, 10, 11]],
        ],
      ),
      /2 parts/,
    ],
    [
      'a polyhedron with a hole in its hull',
      {
        ...describeCells(CUBE, [['polyhedron', [0, 1, 3, 4]]]),
        polyhedronFaces: [
          [
            [0, 1, 3],
            [0, 1, 4],
            [1, 3, 4],
          ],
        ],
      },
      /must be closed/,
    ],
  ])('refuses %s', (_, description, message) => {
    expect(() => createPolyhedralMesh(description)).toThrow(GeometryError);
    expect(() => createPolyhedralMesh(description)).toThrow(message);
  });

  it('refuses points in the same place, which leave a crack', () => {
    const points = [...CUBE, ...CUBE.slice(4), ...CUBE.slice(4).map(([x, y]) => [x, y, 2])];
    expect(() =>
      createPolyhedralMesh(
        describeCells(points, [
          ['hexahedron', [0, 1, 2, 3, 4, 5, 6, 7]],
          ['hexahedron', [8, 9, 10, 11, 12, 13, 14, 15]],
        ]),
      ),
    ).toThrow(/merge coincident points/);
  });
});

describe('boxMesh', () => {
  it('fills the box with hexahedra, graded in geometric series', () => {
    const mesh = boxMesh({ size: [1, 2, 4], cells: [3, 4, 5], origin: [1, 0, -1], grading: [1, 8, 0.25] });
    expectMeshInvariants(mesh);
    expect(mesh.cellCount).toBe(60);
    expect(sum(mesh.cellVolumes)).toBeCloseTo(8, 13);
    const sides = { xMin: 8, xMax: 8, yMin: 4, yMax: 4, zMin: 2, zMax: 2 };
    const areas = patchLengths(mesh);
    for (const [name, area] of Object.entries(sides)) expect(areas[name]).toBeCloseTo(area, 12);
    // spacings 1, 2, 4, 8 in y
    const y = [0, 1, 2, 3, 4].map((j) => mesh.points[3 * 4 * j + 1]);
    [0, 1, 3, 7, 15].forEach((multiple, j) => {
      expect(y[j]).toBeCloseTo((2 * multiple) / 15, 14);
    });
  });

  it.each([
    [{ size: [1, 0, 1], cells: [1, 1, 1] }, /positive/],
    [{ size: [1, 1, 1], cells: [1, 1.5, 1] }, /counts/],
    [{ size: [1, 1, 1], cells: [1, 1, 1], grading: [1, -1, 1] }, /ratio/],
  ] as const)('refuses %j', (options, message) => {
    expect(() => boxMesh(options)).toThrow(message);
  });
});
