import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { VTK_CELL } from '../../geometry/formats/vtk-types.js';
import type { Dataset } from '../../viewer/data/dataset.js';
import { openDataset } from '../../viewer/data/open-data.js';

/** What VTK, or Gmsh (corners, groups), holds of a file: recorded by test/fixtures/formats/make-fixtures.py. */
interface Recorded {
  readonly points: readonly number[];
  readonly cells: readonly {
    readonly type: number;
    readonly points?: readonly number[];
    readonly corners?: readonly number[];
    readonly faces?: readonly (readonly number[])[];
  }[];
  readonly pointData?: Readonly<Record<string, { components: number; values: readonly number[] }>>;
  readonly cellData?: Readonly<Record<string, { components: number; values: readonly number[] }>>;
}

const folder = packageFile('test/fixtures/formats');
const recorded = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const files = readdirSync(folder).filter(
  (name) => /\.(vtu|vtk|msh)$/.test(name) && name in recorded.files && !/lz4|lzma/.test(name),
);
const open = (name: string) =>
  openDataset({ name, from: new Blob([readFileSync(join(folder, name)) as Uint8Array<ArrayBuffer>]) });

/** Corners of second-order cells come first; all others keep their points. */
const cornersOf: Readonly<Record<number, readonly [type: number, corners: number]>> = {
  22: [VTK_CELL.triangle, 3],
  23: [VTK_CELL.quadrilateral, 4],
  24: [VTK_CELL.tetrahedron, 4],
  25: [VTK_CELL.hexahedron, 8],
  26: [VTK_CELL.wedge, 6],
  27: [VTK_CELL.pyramid, 5],
};
const dimensionOf = (type: number) =>
  [VTK_CELL.triangle, VTK_CELL.quadrilateral, VTK_CELL.polygon].includes(type as never)
    ? 2
    : type < 5
      ? 1
      : 3;

/** What is to be shown of a recording: the cells of highest dimension, by the places of their corners. */
function expectedCells({ cells, points }: Recorded, turnPrisms: boolean) {
  const corners = cells.map((cell, index) => {
    const [type, count] = cornersOf[cell.type] ?? [cell.type, undefined];
    const own = cell.points ?? cell.corners ?? [...new Set(cell.faces?.flat())];
    const kept = own.slice(0, count);
    const turned = turnPrisms && type === VTK_CELL.wedge ? [...kept.slice(3), ...kept.slice(0, 3)] : kept;
    return { index, type, places: turned.map((p) => points.slice(3 * p, 3 * p + 3)) };
  });
  const dimension = Math.max(...corners.map(({ type }) => dimensionOf(type)));
  return { dimension, cells: corners.filter(({ type }) => dimensionOf(type) === dimension) };
}

/** Places of a cell's points in units of the file. */
function placesOf({ content }: Dataset, cell: number): number[][] {
  const { points, cellOffsets, cellPoints } = content.cells;
  return Array.from(cellPoints.subarray(cellOffsets[cell], cellOffsets[cell + 1]), (p) => [
    ...points.subarray(3 * p, 3 * p + 3),
  ]);
}
const sorted = (places: readonly (readonly number[])[]) => places.map((place) => place.join(' ')).sort();

describe('files of VTK, meshio and Gmsh open in the viewer as those read them', () => {
  test('there are files of every tool and encoding', () => {
    expect(files.length).toBeGreaterThanOrEqual(40);
    for (const pattern of [
      /^vtk-ascii\.vtu/,
      /^vtk-base64\.vtu/,
      /^vtk-base64-zlib/,
      /^vtk-appended\.vtu/,
      /^vtk-appended-zlib/,
      /^vtk-appended-base64/,
      /big-endian/,
      /^vtk-ascii-.*vtk$/,
      /^vtk-binary-.*vtk$/,
      /^meshio-.*vtu$/,
      /^meshio-.*vtk$/,
      /^gmsh-.*2\.2-ascii/,
      /^gmsh-.*2\.2-binary/,
      /^gmsh-.*4\.1-ascii/,
      /^gmsh-.*4\.1-binary/,
    ])
      expect(
        files.some((name) => pattern.test(name)),
        String(pattern),
      ).toBe(true);
  });

  test.each(files)('%s', async (name) => {
    const recording: Recorded = recorded.content[recorded.files[name]];
    const data = await open(name);
    const { cells, fileCells } = data.content;
    const expected = expectedCells(recording, name.endsWith('.msh'));
    expect(cells.dimension).toBe(expected.dimension);
    if (name.endsWith('.msh')) {
      // Gmsh lists by entity, so that the order may differ: every cell is there, with its points in order
      const own = Array.from({ length: cells.cellCount }, (_, cell) => placesOf(data, cell).join(' ')).sort();
      expect(own).toEqual(expected.cells.map(({ places }) => places.join(' ')).sort());
      return;
    }
    expect(Array.from(fileCells)).toEqual(expected.cells.map(({ index }) => index));
    expect(Array.from(cells.cellShapes)).toEqual(expected.cells.map(({ type }) => type));
    expected.cells.forEach(({ type, places }, cell) => {
      const own = placesOf(data, cell);
      if (type === VTK_CELL.polyhedron) expect(sorted(own)).toEqual(sorted(places));
      else expect(own).toEqual(places);
    });
    // every array of the file, on the cells and points that are shown
    const { cellData = {}, pointData = {} } = recording;
    for (const [field, { components, values }] of Object.entries(cellData)) {
      const own = data.field({ name: field, association: 'cell' });
      expect(own.components).toBe(components);
      const rows = expected.cells.flatMap(({ index }) =>
        values.slice(components * index, components * (index + 1)),
      );
      expect(Array.from(own.values), field).toEqual(rows);
    }
    const used = new Map<string, number>();
    for (let p = 0; p < recording.points.length / 3; p++)
      used.set(recording.points.slice(3 * p, 3 * p + 3).join(' '), p);
    for (const [field, { components, values }] of Object.entries(pointData)) {
      const own = data.field({ name: field, association: 'point' });
      expect(own.components).toBe(components);
      for (let p = 0; p < cells.points.length / 3; p++) {
        const at = used.get(cells.points.slice(3 * p, 3 * p + 3).join(' '))!;
        const row = Array.from(own.values.slice(components * p, components * (p + 1)));
        expect(row, field).toEqual(values.slice(components * at, components * (at + 1)));
      }
    }
    // nothing else is offered; of a file without data, the number of each cell
    const names = data.content.fields.map(({ association, name: field }) => `${association} ${field}`).sort();
    expect(names).toEqual(
      [
        ...Object.keys(cellData).map((field) => `cell ${field}`),
        ...Object.keys(pointData).map((field) => `point ${field}`),
      ].sort(),
    );
  });
});
