import { describe, expect, it } from 'vitest';
import { CELL_SHAPES, createMesh, cubeWithCylindricalHole, extrudeMesh } from '../../geometry/index.js';
import { expectMeshInvariants, patchLengths } from './mesh-invariants.js';

/** A triangle, a square and a pentagon side by side. */
const section = createMesh({
  points: [
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [3.5, 0.5],
    [3, 1],
    [2, 1],
    [1, 1],
  ],
  cells: [
    [0, 1, 7],
    [1, 2, 6, 7],
    [2, 3, 4, 5, 6],
  ],
  patchOfFace: (_a, _b, [, y]) => (y === 0 ? 'floor' : 'walls'),
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe('extrudeMesh', () => {
  it('sweeps triangles to prisms, squares to hexahedra, the others to polyhedra', () => {
    const mesh = extrudeMesh(section, { height: 2, layers: 3, base: -1, grading: 4 });
    expectMeshInvariants(mesh);
    const layer = [CELL_SHAPES.prism, CELL_SHAPES.hexahedron, CELL_SHAPES.polyhedron];
    expect(Array.from(mesh.cellShapes!)).toEqual([...layer, ...layer, ...layer]);
    // layers 1 : 2 : 4 of the height
    for (let l = 0; l < 3; l++)
      section.cellVolumes.forEach((area, c) => {
        expect(mesh.cellVolumes[3 * l + c]).toBeCloseTo((area * 2 * 2 ** l) / 7, 14);
        expect(mesh.cellCentroids[3 * (3 * l + c)]).toBeCloseTo(section.cellCentroids[2 * c], 14);
      });
    const lengths = patchLengths(section);
    const areas = patchLengths(mesh);
    expect(mesh.patches.map((patch) => patch.name)).toEqual(['floor', 'walls', 'bottom', 'top']);
    expect(areas.floor).toBeCloseTo(2 * lengths.floor, 13);
    expect(areas.walls).toBeCloseTo(2 * lengths.walls, 13);
    expect(areas.bottom).toBeCloseTo(sum(section.cellVolumes), 13);
    expect(areas.top).toBeCloseTo(sum(section.cellVolumes), 13);
  });

  it('keeps regions, and interfaces in the place they had', () => {
    const regions = { regionNames: ['a', 'b'], cellRegions: Int32Array.of(0, 1, 1) };
    const interfaces = [{ name: 'joint', faces: Int32Array.of(0) }];
    const mesh = extrudeMesh({ ...section, ...regions, interfaces }, { height: 1, layers: 2 });
    expect(Array.from(mesh.cellRegions!)).toEqual([0, 1, 1, 0, 1, 1]);
    expect(mesh.interfaces!.map(({ name }) => name)).toEqual(['joint']);
    const { faces } = mesh.interfaces![0];
    expect(faces.length).toBe(2);
    for (const f of faces) {
      expect(mesh.cellRegions![mesh.owner[f]]).toBe(0);
      expect(mesh.cellRegions![mesh.neighbour[f]]).toBe(1);
      expect(mesh.faceNormals[3 * f + 2]).toBe(0);
    }
  });

  it('refuses an end named as a side, a 3D section and no layers', () => {
    const mesh = extrudeMesh(section, { height: 1, layers: 1 });
    expect(() => extrudeMesh(section, { height: 1, layers: 1, top: 'floor' })).toThrow(/names of their own/);
    expect(() => extrudeMesh(mesh, { height: 1, layers: 1 })).toThrow(/2D mesh/);
    expect(() => extrudeMesh(section, { height: 1, layers: 0 })).toThrow(/layers must be counts/);
    expect(() => extrudeMesh(section, { height: -1, layers: 1 })).toThrow(/positive/);
  });
});

describe('cubeWithCylindricalHole', () => {
  it('draws the hole from the seed and keeps it inside its limits', () => {
    const radii: number[] = [];
    for (const seed of [1, 2, 3]) {
      const mesh = cubeWithCylindricalHole({ seed, side: 1, cellSize: 0.1 });
      expectMeshInvariants(mesh);
      const areas = patchLengths(mesh);
      expect(Object.keys(areas).sort()).toEqual(['hole', 'xMax', 'xMin', 'yMax', 'yMin', 'zMax', 'zMin']);
      for (const side of ['xMin', 'xMax', 'yMin', 'yMax']) expect(areas[side]).toBeCloseTo(1, 12);
      const radius = areas.hole / (2 * Math.PI);
      expect(radius).toBeGreaterThan(0.1 * 0.99); // the inscribed polygon is shorter than the circle
      expect(radius).toBeLessThan(0.3);
      // what the hole takes from the volume is, up to the polygon, πr²
      expect(1 - sum(mesh.cellVolumes)).toBeCloseTo(Math.PI * radius ** 2, 2);
      expect(areas.zMin).toBeCloseTo(sum(mesh.cellVolumes), 12);
      radii.push(radius);
    }
    expect(new Set(radii).size).toBe(3);
  });

  it('is the same mesh for the same seed and meets a cell count', () => {
    const options = { seed: 5, cellCount: 20000 };
    const mesh = cubeWithCylindricalHole(options);
    expect(Math.abs(mesh.cellCount / 20000 - 1)).toBeLessThan(0.15);
    expect(cubeWithCylindricalHole(options).points).toEqual(mesh.points);
  });

  it('refuses both sizes, and none', () => {
    expect(() => cubeWithCylindricalHole({ seed: 1 })).toThrow(/either/);
    expect(() => cubeWithCylindricalHole({ seed: 1, cellSize: 1, cellCount: 1 })).toThrow(/either/);
    expect(() => cubeWithCylindricalHole({ seed: 1, cellSize: -1 })).toThrow(/positive/);
  });
});
