import { describe, expect, test } from 'vitest';
import { blockBoxes, blockRanges, planeRanges } from '../../../viewer/filters/cell-blocks.js';
import type { CellSet } from '../../../viewer/filters/cell-set.js';
import { cornerValues } from '../../../viewer/filters/field.js';
import { levelSet, planeDistances } from '../../../viewer/filters/level-set.js';
import { hexahedra, polyhedra, prisms, pyramids, tetrahedra } from './cell-sets.js';
import { edgeLength, totalArea, vectorArea } from './triangle-measures.js';

const sets: [string, () => CellSet][] = [
  ['tetrahedra', () => tetrahedra(4, 0.2)],
  ['hexahedra', () => hexahedra(4)],
  ['prisms', () => prisms(0.3)],
  ['pyramids', pyramids],
  ['polyhedra', () => polyhedra(3)],
];

/** Area of {x in the unit cube: n·x = d}: the derivative of the volume below, Σ ± (d − n·v)² / (2 nx ny nz) over the corners v. */
function sectionArea([nx, ny, nz]: readonly number[], d: number): number {
  let sum = 0;
  for (const i of [0, 1])
    for (const j of [0, 1])
      for (const k of [0, 1]) {
        const rest = d - i * nx - j * ny - k * nz;
        if (rest > 0) sum += ((i + j + k) % 2 === 0 ? 1 : -1) * rest ** 2;
      }
  return sum / (2 * nx * ny * nz);
}

describe.each(sets)('levelSet of %s', (_, create) => {
  const cells = create();

  test('a plane cuts the unit cube in a polygon of exact area, all of it in the plane', () => {
    const normal = [1, 2, 4].map((x) => x / Math.hypot(1, 2, 4));
    for (const offset of [0.2, 0.55, 0.8, 1.2]) {
      const cut = levelSet(cells, planeDistances(cells.points, normal), offset);
      expect(totalArea(cut)).toBeCloseTo(sectionArea(normal, offset), 6);
      for (let i = 0; i < cut.positions.length; i += 3) {
        const distance = normal.reduce((sum, n, axis) => sum + n * cut.positions[i + axis], 0);
        expect(distance).toBeCloseTo(offset, 6);
      }
    }
  });

  test('a plane through points of the mesh is covered once', () => {
    for (const offset of [0.25, 0.5]) {
      const cut = levelSet(cells, planeDistances(cells.points, [1, 0, 0]), offset);
      expect(totalArea(cut)).toBeCloseTo(1, 6);
    }
  });

  test('each triangle of a cut lies in the cell it is said to come from, and linear point data is exact on it', () => {
    const cut = levelSet(cells, planeDistances(cells.points, [0.6, 0, 0.8]), 0.61);
    const linear = (x: number, y: number, z: number) => 3 + 2 * x - y + 0.5 * z;
    const values = Float64Array.from({ length: cells.points.length / 3 }, (_, p) =>
      linear(cells.points[3 * p], cells.points[3 * p + 1], cells.points[3 * p + 2]),
    );
    const corners = cornerValues(cut, { association: 'point', values });
    const own = cornerValues(cut, {
      association: 'cell',
      values: Float64Array.from({ length: cells.cellCount }, (_, cell) => cell),
    });
    cut.cells.forEach((cell, t) => {
      const mine = cells.cellPoints.subarray(cells.cellOffsets[cell], cells.cellOffsets[cell + 1]);
      for (let corner = 3 * t; corner < 3 * t + 3; corner++) {
        expect(mine).toContain(cut.from[corner]);
        expect(mine).toContain(cut.to[corner]);
        const [x, y, z] = cut.positions.subarray(3 * corner, 3 * corner + 3);
        expect(corners[corner]).toBeCloseTo(linear(x, y, z), 5);
        expect(own[corner]).toBe(cell);
      }
    });
  });

  test('passing over blocks changes nothing', () => {
    const normal = [0.48, 0.6, 0.64];
    const distances = planeDistances(cells.points, normal);
    const whole = levelSet(cells, distances, 0.7);
    expect(levelSet(cells, distances, 0.7, { blocks: blockRanges(cells, distances) })).toEqual(whole);
    expect(levelSet(cells, distances, 0.7, { blocks: planeRanges(blockBoxes(cells), normal) })).toEqual(
      whole,
    );
  });
});

describe('levelSet', () => {
  test('the marked sides of a cut through hexahedra are those of their squares, whatever they were split into', () => {
    const n = 4;
    const cut = levelSet(hexahedra(n), planeDistances(hexahedra(n).points, [0, 0, 1]), 0.4);
    // n² squares with their own four sides each
    expect(edgeLength(cut)).toBeCloseTo(n * n * (4 / n), 5);
  });

  test('the sphere |x − c| = r: closed, area and radius to second order in the cell size', () => {
    const errors = [8, 16].map((n) => {
      const cells = tetrahedra(n, 0.15);
      const f = Float64Array.from({ length: cells.points.length / 3 }, (_, p) =>
        Math.hypot(...[0, 1, 2].map((axis) => cells.points[3 * p + axis] - 0.5)),
      );
      const sphere = levelSet(cells, f, 0.35);
      const closing = [0, 0, 0];
      const ends = new Map<string, number>();
      for (let t = 0; t < sphere.cells.length; t++) {
        const name = (k: number) => `${sphere.from[3 * t + k]} ${sphere.to[3 * t + k]}`;
        for (let k = 0; k < 3; k++) {
          const key = [name(k), name((k + 1) % 3)].sort().join('|');
          ends.set(key, (ends.get(key) ?? 0) + 1);
        }
        vectorArea(sphere, t).forEach((a, axis) => {
          closing[axis] += a;
        });
      }
      // closed: every side belongs to two triangles
      for (const count of ends.values()) expect(count).toBe(2);
      return Math.abs(totalArea(sphere) / (4 * Math.PI * 0.35 ** 2) - 1);
    });
    expect(errors[1]).toBeLessThan(0.01);
    expect(errors[0] / errors[1]).toBeGreaterThan(3);
  });

  test('cells with a value that is no number, and those left out, have no part in it', () => {
    const cells = tetrahedra(2);
    const f = planeDistances(cells.points, [1, 0, 0]);
    const whole = levelSet(cells, f, 0.3);
    const keep = new Uint8Array(cells.cellCount).fill(1);
    keep[whole.cells[0]] = 0;
    expect(levelSet(cells, f, 0.3, { keep }).cells).not.toContain(whole.cells[0]);
    const point = whole.from[0];
    const broken = f.slice();
    broken[point] = Number.NaN;
    for (const cell of levelSet(cells, broken, 0.3).cells)
      expect(cells.cellPoints.subarray(4 * cell, 4 * cell + 4)).not.toContain(point);
  });
});
