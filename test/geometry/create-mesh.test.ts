import { describe, expect, it } from 'vitest';
import { GeometryError } from '../../common/errors.js';
import { createMesh } from '../../geometry/index.js';
import { expectMeshInvariants } from './mesh-invariants.js';

const square = [
  [0, 0],
  [1, 0],
  [2, 0],
  [0, 1],
  [1, 1],
  [2, 1],
];

describe('createMesh', () => {
  it('finds faces, measures and patches of a quadrilateral beside two triangles', () => {
    const mesh = createMesh({
      points: square,
      cells: [
        [0, 1, 4, 3],
        [1, 2, 5],
        [1, 5, 4],
      ],
      patchOfFace: (_a, _b, [x]) => (x === 0 ? 'left' : 'rest'),
      patchOrder: ['rest', 'left', 'unused'],
    });
    expectMeshInvariants(mesh);
    expect([...mesh.cellVolumes]).toEqual([1, 0.5, 0.5]);
    expect([...mesh.cellCentroids.slice(0, 2)]).toEqual([0.5, 0.5]);
    expect(mesh.cellCentroids[2]).toBeCloseTo(5 / 3, 14);
    expect(mesh.internalFaceCount).toBe(2);
    expect([...mesh.owner.slice(0, 2), ...mesh.neighbour]).toEqual([0, 1, 2, 2]);
    expect([...mesh.faceNormals.slice(0, 2)]).toEqual([1, -0]);
    expect(mesh.patches).toEqual([
      { name: 'rest', start: 2, size: 5 },
      { name: 'left', start: 7, size: 1 },
    ]);
  });

  it('keeps small measures exact far from the origin', () => {
    const far = createMesh({
      points: [
        [2 ** 30, 2 ** 30],
        [2 ** 30 + 2 ** -10, 2 ** 30],
        [2 ** 30, 2 ** 30 + 2 ** -10],
      ],
      cells: [[0, 1, 2]],
    });
    expect(far.cellVolumes[0]).toBe(2 ** -21);
  });

  const invalid: [string, () => unknown, RegExp][] = [
    [
      'a coordinate that is not finite',
      () => createMesh({ points: [0, 0, 1, Number.NaN, 0, 1], cells: [[0, 1, 2]] }),
      /finite/,
    ],
    ['no cells', () => createMesh({ points: square, cells: [] }), /at least one cell/],
    ['two points', () => createMesh({ points: square, cells: [[0, 1]] }), /at least 3 points/],
    ['an unknown point', () => createMesh({ points: square, cells: [[0, 1, 9]] }), /names point 9/],
    ['3D points', () => createMesh({ points: [[0, 0, 0]], cells: [[0, 0, 0]] }), /2 coordinates/],
    ['a repeated point', () => createMesh({ points: square, cells: [[0, 1, 1, 3]] }), /repeats point 1/],
    ['a clockwise cell', () => createMesh({ points: square, cells: [[0, 3, 1]] }), /clockwise/],
    ['a cell without volume', () => createMesh({ points: square, cells: [[0, 1, 2]] }), /zero volume/],
    [
      'a face of three cells',
      () =>
        createMesh({
          points: square,
          cells: [
            [0, 1, 4],
            [0, 4, 3],
            [0, 2, 4],
          ],
        }),
      /more than two cells/,
    ],
    [
      'parts that share only a point',
      () =>
        createMesh({
          points: square,
          cells: [
            [0, 1, 3],
            [1, 2, 5],
          ],
        }),
      /2 parts/,
    ],
  ];
  it.each(invalid)('refuses %s', (_name, build, message) => {
    expect(build).toThrow(GeometryError);
    expect(build).toThrow(message);
  });
});
