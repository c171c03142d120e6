import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { boxMesh, writePvd, writeVtu } from '../../geometry/index.js';
import { DataService } from '../../viewer/data/data-service.js';
import type { DataFile } from '../../viewer/data/open-data.js';
import { differenceStatistics } from '../../viewer/filters/statistics.js';

const folder = packageFile('test/fixtures/formats');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const fileOf = (name: string, bytes: Uint8Array): DataFile => ({ name, from: new Blob([bytes as BlobPart]) });
const fixture = (name: string) => fileOf(name, readFileSync(join(folder, name)));
const open = async (...files: DataFile[]) => {
  const service = new DataService();
  return { service, summary: await service.open(files, 0, {}) };
};
const cell = (name: string) => ({ name, association: 'cell', component: 'magnitude' }) as const;

describe('files of VTK, meshio and Gmsh open as those programs read them', () => {
  const dimensionOf = (type: number) =>
    type >= 10 && type !== 21 && type !== 22 && type !== 23 ? 3 : type >= 5 ? 2 : 1;
  const names = readdirSync(folder).filter(
    (name) => /\.(vtu|vtk|msh)$/.test(name) && !/lz4|lzma|^meshio.*msh/.test(name),
  );

  test.each(names)('%s', async (name) => {
    const { service, summary } = await open(fixture(name));
    const content = expected.content[expected.files[name]];
    const types: number[] = content.cells.map(({ type }: { type: number }) => type);
    const highest = Math.max(...types.map(dimensionOf));
    const shown = content.cells.flatMap((_: unknown, c: number) =>
      dimensionOf(types[c]) === highest ? [c] : [],
    );
    if (!/pieces|partitioned/.test(name)) expect(summary.cellCount).toBe(shown.length);
    expect(summary.dimension).toBe(highest);
    for (const [array, { components, values }] of Object.entries<{ components: number; values: number[] }>(
      content.cellData ?? {},
    )) {
      if (array === 'vtkGhostType' || name.includes('pieces')) continue;
      const component = components === 1 ? 'magnitude' : 0;
      const read = await service.probe(
        0,
        undefined,
        [{ field: { name: array, association: 'cell', component } }],
        undefined,
      );
      expect(read.values[0]).toBe(values[components * shown[0]]);
    }
    // it can be drawn, and cut where it is solid
    const surface = service.layer('surface', { kind: 'surface' }, []);
    expect(surface.positions.length).toBeGreaterThan(0);
    expect(surface.positions.every((x) => Math.abs(x) <= 0.5 + 1e-6)).toBe(true);
    if (highest === 3)
      expect(
        service.layer('cut', { kind: 'planes', planes: [{ normal: [0, 0, 1], offset: 0.01 }] }, []).cells
          .length,
      ).toBeGreaterThan(0);
  });

  test('surfaces', async () => {
    const { summary } = await open(fixture('vtk-sphere-binary.stl'));
    expect(summary.dimension).toBe(2);
    // without fields of its own
    expect(summary.fields.map(({ name }) => name)).toEqual(['cell number']);
    const { summary: solids } = await open(fixture('gmsh-box-solids.stl'));
    expect(solids.fields.map(({ name }) => name)).toEqual(['patch']);
  });
});

describe('files that cannot be shown say what is wrong', () => {
  const whole = readFileSync(join(folder, 'vtk-appended.vtu'));
  const text = readFileSync(join(folder, 'vtk-ascii.vtu'), 'utf8');
  const encode = (content: string) => new TextEncoder().encode(content);
  const laughs = `<!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>`;
  test.each([
    ['truncated.vtu', whole.subarray(0, whole.length / 2), /truncated/],
    ['compressed.vtu', readFileSync(join(folder, 'vtk-lz4.vtu')), /LZ4.*zlib/],
    [
      'swapped.vtu',
      encode(text.replace('byte_order="LittleEndian"', 'byte_order="MiddleEndian"')),
      /LittleEndian or BigEndian/,
    ],
    ['laughs.vtu', encode(text.replace('<VTKFile', `${laughs}<VTKFile`)), /laughs\.vtu cannot be shown/],
    [
      'claims.vtu',
      encode(text.replace(/NumberOfPoints="\d+"/, 'NumberOfPoints="3000000000"')),
      /claims\.vtu cannot be shown/,
    ],
    ['image.vtu', encode('<VTKFile type="ImageData"/>'), /UnstructuredGrid/],
  ])('%s', async (name, bytes, message) => {
    await expect(open(fileOf(name, bytes))).rejects.toThrow(message);
  });

  test('a failure leaves what was open', async () => {
    const { service, summary } = await open(fixture('vtk-ascii.vtu'));
    await expect(service.open([fileOf('bad.vtu', whole.subarray(0, 99))], 0, {})).rejects.toThrow(/bad\.vtu/);
    expect(service.layer('surface', { kind: 'surface' }, []).cells.length).toBeGreaterThan(0);
    expect(summary.cellCount).toBeGreaterThan(0);
  });
});

describe('a solid of hexahedra', () => {
  const mesh = boxMesh({ size: [2, 1, 1], origin: [1e6, 0, 0], cells: [8, 4, 4] });
  const x = (c: number) => mesh.cellCentroids[3 * c];
  const a = Float64Array.from({ length: mesh.cellCount }, (_, c) => x(c) - 1e6);
  const b = a.map((value, c) => value * 1.1 + (c === 77 ? -5 : 0));
  const height = Float64Array.from({ length: mesh.points.length / 3 }, (_, p) => mesh.points[3 * p + 2]);
  const bytes = (scale = 1) =>
    writeVtu(mesh, { cellData: { a: a.map((value) => scale * value), b }, pointData: { height } });
  let service: DataService;
  beforeAll(async () => {
    ({ service } = await open(fileOf('box.vtu', bytes())));
  });

  test('probe: the value in the file, positions in its units however far from the origin', () => {
    const read = service.probe(
      9,
      undefined,
      [{ field: cell('a') }, { field: cell('a'), minus: cell('b') }],
      undefined,
    );
    expect(read.values).toEqual([a[9], a[9] - b[9]]);
    read.centre.forEach((value, axis) => {
      expect(value).toBeCloseTo(mesh.cellCentroids[27 + axis], 6);
    });
    expect(read.outline).toHaveLength(12 * 2 * 3);
    expect(() => service.probe(9999, undefined, [], undefined)).toThrow(/There is no cell 9999/);
  });

  test('figures of a difference are those of its definition, with the worst cell', () => {
    const figures = service.difference(cell('a'), cell('b'));
    expect(figures).toEqual({ ...differenceStatistics(a, b), worstCell: 77 });
    expect(() =>
      service.difference(cell('a'), { name: 'height', association: 'point', component: 'magnitude' }),
    ).toThrow(/only fields in the same places/);
    expect(() => service.statistics({ field: cell('c') })).toThrow(
      /no cell field "c"; they have "a" \(cell\)/,
    );
  });

  test('numbers of a layer follow the field without new geometry', () => {
    const scalar = (name: string) => ({ field: cell(name), offset: 0, scale: 1 });
    const { cells, scalars } = service.layer('surface', { kind: 'surface' }, [scalar('a')]);
    expect(scalars[0]).toHaveLength(3 * cells.length);
    const [other] = service.layerScalars('surface', [scalar('b')]);
    cells.forEach((c, t) => {
      expect(scalars[0][3 * t]).toBe(Math.fround(a[c]));
      expect(other[3 * t + 2]).toBe(Math.fround(b[c]));
    });
  });

  test('a warp by a scalar lifts the highest value by the share of the body that is asked for', () => {
    const field = { name: 'height', association: 'point', component: 'magnitude' } as const;
    const flat = service.layer('flat', { kind: 'surface' }, []).positions.slice();
    const warp = { by: 'scalar', field, axis: 0, amount: 0.25 } as const;
    const { positions } = service.layer('warped', { kind: 'surface', warp }, []);
    for (let i = 0; i < flat.length; i += 3) {
      const share = (flat[i + 2] + 0.25) / 0.5;
      expect(positions[i] - flat[i]).toBeCloseTo(0.25 * share, 5);
    }
  });

  test('a line, and a series over time', async () => {
    const { distances, values } = service.sampleLine(
      [-0.5, 0.1, 0.1],
      [0.5, 0.1, 0.1],
      [{ field: cell('a') }],
      9,
    );
    expect(Array.from(distances)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
    expect(values[0][4]).toBeGreaterThan(values[0][3]);
    const list = writePvd([2, 1, 3].map((time) => ({ time, file: `run/box_${time}.vtu` })));
    const files = [1, 2, 3].map((time) => fileOf(`box_${time}.vtu`, bytes(time)));
    const { service: series, summary } = await open(fileOf('box.pvd', list), ...files);
    expect(summary.times).toEqual([1, 2, 3]);
    const over = await series.overTime(5, [{ field: cell('a') }], {});
    expect(over).toEqual({ times: [1, 2, 3], values: [[a[5], 2 * a[5], 3 * a[5]]] });
    expect((await series.goTo(2, {})).step).toBe(2);
    expect(series.probe(5, undefined, [{ field: cell('a') }], undefined).values).toEqual([3 * a[5]]);
    // files numbered alike are a series without a list
    const numbered = await open(...files.toReversed());
    expect(numbered.summary.times).toEqual([1, 2, 3]);
    await expect(open(fileOf('box.pvd', list), files[0])).rejects.toThrow(/drop them together/);
    await expect(open(files[0], fileOf('other.msh', new Uint8Array(9)))).rejects.toThrow(/form no series/);
  });

  test('opening can be stopped', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    await expect(
      new DataService().open([fileOf('box.vtu', bytes())], 0, { signal: controller.signal }),
    ).rejects.toThrow('stopped');
  });
});
