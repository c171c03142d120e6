import { describe, expect, test } from 'vitest';
import { cellNeighbours } from '../../../viewer/filters/cell-neighbours.js';
import { type CellSet, cellCentre, cellSetOfMesh } from '../../../viewer/filters/cell-set.js';
import { cellSurface } from '../../../viewer/filters/cell-surface.js';
import { cellEdges, localFaces } from '../../../viewer/filters/local-faces.js';
import { threshold } from '../../../viewer/filters/threshold.js';
import { rectangleMesh } from '../../browser/run-fixture.js';
import { hexahedra, polyhedra, prisms, pyramids, tetrahedra } from './cell-sets.js';
import { edgeLength, totalArea, vectorArea } from './triangle-measures.js';

const sets: [string, () => CellSet][] = [
  ['tetrahedra', () => tetrahedra(3, 0.2)],
  ['hexahedra', () => hexahedra(3)],
  ['prisms', () => prisms(0.3)],
  ['pyramids', pyramids],
  ['polyhedra', () => polyhedra(3)],
];

describe.each(sets)('surface of %s', (_, create) => {
  const cells = create();
  const neighbours = cellNeighbours(cells);

  test('neighbours are mutual and share their face', () => {
    for (let cell = 0; cell < cells.cellCount; cell++)
      localFaces(cells, cell).forEach((face, i) => {
        const other = neighbours.cells[neighbours.offsets[cell] + i];
        if (other < 0) return;
        const shared = localFaces(cells, other).filter((theirs) => theirs.every((p) => face.includes(p)));
        expect(shared).toHaveLength(1);
      });
  });

  test('is that of the unit cube: area 6, closed, facing outwards', () => {
    const surface = cellSurface(cells, neighbours);
    expect(totalArea(surface)).toBeCloseTo(6, 5);
    let volume = 0;
    for (let t = 0; t < surface.cells.length; t++) {
      const [ax, ay, az] = vectorArea(surface, t);
      const [x, y, z] = surface.positions.subarray(9 * t, 9 * t + 3);
      volume += (x * ax + y * ay + z * az) / 3;
    }
    expect(volume).toBeCloseTo(1, 5);
  });

  test('of the cells kept by a threshold: none inside is drawn, and none of the others', () => {
    const values = Float64Array.from({ length: cells.cellCount }, (__, cell) => cellCentre(cells, cell)[0]);
    const keep = threshold(cells, { association: 'cell', values }, 0, 0.5);
    const surface = cellSurface(cells, neighbours, keep);
    for (const cell of surface.cells) expect(values[cell]).toBeLessThanOrEqual(0.5);
    const other = cellSurface(
      cells,
      neighbours,
      keep.map((kept) => 1 - kept),
    );
    // the faces between the two parts belong to both
    const between = (totalArea(surface) + totalArea(other) - 6) / 2;
    let expected = 0;
    for (let cell = 0; cell < cells.cellCount; cell++)
      for (let f = neighbours.offsets[cell]; f < neighbours.offsets[cell + 1]; f++) {
        const behind = neighbours.cells[f];
        if (behind >= 0 && keep[cell] === 1 && keep[behind] === 0)
          expected += faceArea(cells, localFaces(cells, cell)[f - neighbours.offsets[cell]]);
      }
    expect(between).toBeCloseTo(expected, 5);
  });
});

test('the marked sides of squares are their own: hexahedra draw no diagonals', () => {
  const n = 3;
  const surface = cellSurface(hexahedra(n), cellNeighbours(hexahedra(n)));
  expect(edgeLength(surface)).toBeCloseTo(6 * n * n * (4 / n), 5);
  expect(cellEdges(hexahedra(n), 0)).toHaveLength(2 * 12);
});

test('2D cells are their own surface', () => {
  const mesh = rectangleMesh(6, 1);
  const cells = cellSetOfMesh(mesh);
  const surface = cellSurface(cells, cellNeighbours(cells));
  const areas = new Float64Array(mesh.cellCount);
  surface.cells.forEach((cell, t) => {
    areas[cell] += vectorArea(surface, t)[2];
  });
  areas.forEach((area, cell) => {
    expect(area).toBeCloseTo(mesh.cellVolumes[cell], 5);
  });
});

test('a threshold on point data keeps cells whose points are all inside; no number is in no range', () => {
  const cells = tetrahedra(2);
  const x = Float64Array.from({ length: cells.points.length / 3 }, (_, p) => cells.points[3 * p]);
  x[cells.cellPoints[0]] = Number.NaN;
  const keep = threshold(cells, { association: 'point', values: x }, 0, 0.5);
  keep.forEach((kept, cell) => {
    const values = Array.from(cells.cellPoints.subarray(4 * cell, 4 * cell + 4), (p) => x[p]);
    expect(kept).toBe(values.every((value) => value <= 0.5) ? 1 : 0);
  });
});

function faceArea({ points }: CellSet, face: readonly number[]): number {
  const sum = [0, 0, 0];
  const at = (p: number) => [0, 1, 2].map((axis) => points[3 * p + axis] - points[3 * face[0] + axis]);
  for (let i = 1; i + 1 < face.length; i++) {
    const [u, v] = [at(face[i]), at(face[i + 1])];
    sum[0] += (u[1] * v[2] - u[2] * v[1]) / 2;
    sum[1] += (u[2] * v[0] - u[0] * v[2]) / 2;
    sum[2] += (u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return Math.hypot(...sum);
}
