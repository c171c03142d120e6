import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../common/random.js';
import { CellLocator, valueAt } from '../../../viewer/filters/cell-locator.js';
import { type CellSet, cellCentre, cellSetOfMesh } from '../../../viewer/filters/cell-set.js';
import { averageAtPoints, pointVectors, scalarOf } from '../../../viewer/filters/field.js';
import { cellGradients } from '../../../viewer/filters/gradient.js';
import { sampleLine } from '../../../viewer/filters/sample-line.js';
import { spreadCells } from '../../../viewer/filters/spread-cells.js';
import { streamlines } from '../../../viewer/filters/streamlines.js';
import { warpByScalar, warpByVector } from '../../../viewer/filters/warp.js';
import { rectangleMesh } from '../../browser/run-fixture.js';
import { hexahedra, polyhedra, prisms, pyramids, tetrahedra } from './cell-sets.js';

const plane = () => cellSetOfMesh(rectangleMesh(12, 1));
const sets: [string, () => CellSet][] = [
  ['tetrahedra', () => tetrahedra(4, 0.2)],
  ['hexahedra', () => hexahedra(4)],
  ['prisms', () => prisms(0.3)],
  ['pyramids', pyramids],
  ['polyhedra', () => polyhedra(3)],
  ['triangles', plane],
];

const linear = (x: number, y: number, z: number) => 1 + 2 * x - 3 * y + 5 * z;
function atPoints(cells: CellSet, f: (x: number, y: number, z: number) => number): Float64Array {
  return Float64Array.from({ length: cells.points.length / 3 }, (_, p) =>
    f(cells.points[3 * p], cells.points[3 * p + 1], cells.points[3 * p + 2]),
  );
}

describe.each(sets)('on %s', (_, create) => {
  const cells = create();

  test('the gradient of a linear field is exact', () => {
    const gradients = cellGradients(cells, atPoints(cells, linear));
    for (let cell = 0; cell < cells.cellCount; cell++) {
      expect(gradients[3 * cell]).toBeCloseTo(2, 9);
      expect(gradients[3 * cell + 1]).toBeCloseTo(-3, 9);
      expect(gradients[3 * cell + 2]).toBeCloseTo(cells.dimension === 3 ? 5 : 0, 9);
    }
  });

  test('the cell at a place is found, and a linear field interpolated there is exact', () => {
    const locator = new CellLocator(cells);
    const values = atPoints(cells, linear);
    const random = createRandom(5);
    for (let cell = 0; cell < cells.cellCount; cell++) {
      const place = locator.find(...cellCentre(cells, cell));
      expect(place?.cell).toBe(cell);
    }
    for (let i = 0; i < 200; i++) {
      const [x, y, z] = [random.uniform(0, 1), random.uniform(0, 1), random.uniform(0, 1)];
      const at = [x, y, cells.dimension === 3 ? z : 0] as const;
      const place = locator.find(...at)!;
      expect(place).toBeDefined();
      expect(valueAt(place, { association: 'point', values })).toBeCloseTo(linear(...at), 8);
    }
    for (const corner of [0, 1])
      expect(locator.find(corner, corner, cells.dimension === 3 ? corner : 0)).toBeDefined();
    expect(locator.find(0.5, -0.01, 0)).toBeUndefined();
    expect(locator.find(7, 0.5, 0)).toBeUndefined();
  });
});

describe('streamlines', () => {
  test('of a rigid rotation are circles, in 3D and 2D', () => {
    for (const cells of [tetrahedra(6, 0.1), plane()]) {
      const vectors = new Float64Array(cells.points.length);
      for (let p = 0; p < vectors.length; p += 3) {
        vectors[p] = -(cells.points[p + 1] - 0.5);
        vectors[p + 1] = cells.points[p] - 0.5;
      }
      const z = cells.dimension === 3 ? 0.45 : 0;
      const lines = streamlines(cells, vectors, {
        seeds: Float64Array.of(0.8, 0.5, z, 3, 3, 3),
        step: 0.02,
        maximumSteps: 60,
      });
      // the seed outside gives none; the other runs both ways
      expect(Array.from(lines.offsets)).toEqual([0, 121]);
      for (let i = 0; i < lines.positions.length; i += 3) {
        const [x, y] = lines.positions.subarray(i, i + 2);
        expect(Math.hypot(x - 0.5, y - 0.5)).toBeCloseTo(0.3, 6);
        expect(lines.positions[i + 2]).toBeCloseTo(z, 9);
      }
      const ends = [0, 360].map((i) => Math.atan2(lines.positions[i + 1] - 0.5, lines.positions[i] - 0.5));
      const turned = (60 * 0.02) / 0.3;
      expect(Math.cos(ends[0])).toBeCloseTo(Math.cos(turned), 4);
      expect(Math.cos(ends[1])).toBeCloseTo(Math.cos(turned), 4);
      expect(Math.sin(ends[1])).toBeCloseTo(Math.sin(turned), 4);
    }
  });

  test('end where the cells do and where the field vanishes', () => {
    const cells = tetrahedra(4);
    const along = new Float64Array(cells.points.length);
    for (let p = 0; p < along.length; p += 3) along[p] = 1;
    const { positions } = streamlines(cells, along, { seeds: Float64Array.of(0.5, 0.3, 0.3), step: 0.03 });
    const x = positions.filter((_, i) => i % 3 === 0);
    expect(x[0]).toBeGreaterThanOrEqual(0);
    expect(x[0]).toBeLessThan(0.035);
    expect(x.at(-1)).toBeLessThanOrEqual(1);
    expect(x.at(-1)).toBeGreaterThan(0.965);
    const zero = new Float64Array(cells.points.length);
    expect(streamlines(cells, zero, { seeds: Float64Array.of(0.5, 0.3, 0.3), step: 0.03 }).places).toEqual(
      [],
    );
  });
});

test('a line of samples holds the cells it runs through, and no values outside', () => {
  const cells = hexahedra(4);
  const own = Float64Array.from({ length: cells.cellCount }, (_, cell) => cell);
  const fields = [
    { association: 'cell' as const, values: own },
    { association: 'point' as const, values: atPoints(cells, linear) },
  ];
  const { distances, values } = sampleLine(
    new CellLocator(cells),
    fields,
    [-0.5, 0.1, 0.1],
    [1.5, 0.1, 0.1],
    81,
  );
  distances.forEach((distance, i) => {
    const x = distance - 0.5;
    if (x < -1e-9 || x > 1 + 1e-9) expect([values[0][i], values[1][i]]).toEqual([Number.NaN, Number.NaN]);
    else {
      expect(values[1][i]).toBeCloseTo(linear(x, 0.1, 0.1), 9);
      // a sample on the face between two cells may be in either
      expect([Math.floor(4 * x - 1e-6), Math.floor(4 * x + 1e-6)]).toContain(values[0][i]);
    }
  });
});

test('cells are spread over the whole body, about as many as asked for', () => {
  const cells = tetrahedra(8);
  const chosen = spreadCells(cells, 100);
  expect(chosen.length).toBeGreaterThan(60);
  expect(chosen.length).toBeLessThanOrEqual(100);
  const octants = new Set(
    Array.from(chosen, (cell) =>
      cellCentre(cells, cell)
        .map((x) => Math.floor(2 * x))
        .join(''),
    ),
  );
  expect(octants.size).toBe(8);
  const keep = new Uint8Array(cells.cellCount);
  keep[5] = 1;
  expect(Array.from(spreadCells(cells, 100, keep))).toEqual([5]);
  // one cell: the one whose centre is nearest to the middle
  const [only, ...others] = spreadCells(hexahedra(3), 1);
  expect(others).toEqual([]);
  expect(cellCentre(hexahedra(3), only).every((x) => Math.abs(x - 0.5) < 1e-9)).toBe(true);
});

test('scalars, means at points and displacements', () => {
  const cells = hexahedra(2);
  const field = {
    name: 'v',
    association: 'cell' as const,
    components: 3,
    values: Float64Array.from({ length: 24 }, (_, i) => [3, 4, 12][i % 3]),
    unit: '',
  };
  expect(scalarOf(field, 'magnitude').values).toEqual(new Float64Array(8).fill(13));
  expect(scalarOf(field, 1).values).toEqual(new Float64Array(8).fill(4));
  const own = Float64Array.from({ length: 8 }, (_, cell) => (cell === 7 ? Number.NaN : cell));
  const means = averageAtPoints(cells, own, 1);
  // the middle point has all eight cells, seven with a number; the last corner only the one without
  expect(means[13]).toBeCloseTo(3, 12);
  expect(means[0]).toBe(0);
  expect(means[26]).toBeNaN();
  const vectors = pointVectors(cells, field);
  expect(warpByVector(cells.points, vectors, 0.5)[0]).toBe(1.5);
  const height = atPoints(cells, (x) => x);
  expect(warpByScalar(cells.points, height, 2, 2)[3 * 26 + 2]).toBe(3);
});
