import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openSeries,
  readMeshFile,
  readStlFile,
  writeMeshFile,
  writeSeries,
  writeStlFile,
} from '../../geometry/files/index.js';
import {
  checkClosedSurface,
  cornerRemovedSquare,
  enclosedVolume,
  generateMesh,
} from '../../geometry/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { boxSurface } from './parts.js';

let folder: string;
const at = (name: string) => join(folder, name);
const mesh = generateMesh(cornerRemovedSquare({ corners: 2, seed: 3 }), { cellCount: 150 });
const temperature = mesh.cellVolumes.map((_, cell) => Math.sin(cell));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'convert-'));
  await writeMeshFile(at('plate.vtu'), mesh, { cellData: { temperature } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function converted(...args: string[]) {
  const { code, output, errors } = await runInProcess('convert', ...args, '--json');
  expect(errors).toBe('');
  expect(code).toBe(0);
  return JSON.parse(output);
}

describe('fieldsmith convert', () => {
  it('through every format of meshes and back: cells, patches and fields are the same', async () => {
    const names = ['plate.vtu', 'plate.msh', 'plate.vtk', 'back.vtu'];
    for (const [i, encoding] of ['ascii', 'binary', 'ascii'].entries()) {
      const result = await converted(at(names[i]), at(names[i + 1]), '--encoding', encoding);
      expect(result).toMatchObject({ cells: mesh.cellCount, dimension: 2, file: at(names[i + 1]) });
      expect(result.fields).toContain('temperature');
    }
    const back = await readMeshFile(at('back.vtu'));
    expect(back.mesh.patches.map(({ name, size }) => [name, size]).sort()).toEqual(
      mesh.patches.map(({ name, size }) => [name, size]).sort(),
    );
    expect(back.mesh.cellVolumes).toEqual(mesh.cellVolumes);
    expect(Array.from(back.cellData.temperature.values)).toEqual(Array.from(temperature));
  });

  it('scales lengths', async () => {
    await converted(at('plate.vtu'), at('small.vtu'), '--scale', '0.001');
    const small = (await readMeshFile(at('small.vtu'))).mesh;
    expect(small.cellVolumes[7] / (1e-6 * mesh.cellVolumes[7])).toBeCloseTo(1, 9);
  });

  it('the boundary of a solid mesh as a closed surface with its patches', async () => {
    await writeStlFile(at('box.stl'), boxSurface(3, 2, 1), { encoding: 'ascii' });
    await runInProcess('mesh', at('box.stl'), '--cell-size', '0.5', '--out', at('box.vtu'));
    const result = await converted(at('box.vtu'), at('surface.stl'));
    const surface = await readStlFile(at('surface.stl'));
    expect(result.triangles).toBe(surface.triangles.length / 3);
    expect(checkClosedSurface(surface)).toBeCloseTo(6, 9);
    expect([...surface.patchNames!].sort()).toEqual(['ends', 'sides']);
  });

  it('OBJ becomes STL, quadrilaterals cut', async () => {
    const { points } = boxSurface(1, 2, 3);
    const vertices = Array.from({ length: 8 }, (_, i) => `v ${points.slice(3 * i, 3 * i + 3).join(' ')}`);
    const quads = ['1 5 7 3', '2 4 8 6', '1 2 6 5', '3 7 8 4', '1 3 4 2', '5 6 8 7'];
    writeFileSync(at('box.obj'), [...vertices, ...quads.map((quad) => `f ${quad}`)].join('\n'));
    expect(await converted(at('box.obj'), at('of-obj.stl'))).toMatchObject({ triangles: 12 });
    expect(enclosedVolume(await readStlFile(at('of-obj.stl')))).toBeCloseTo(6, 6);
  });

  it('a series as a series, and one time of it', async () => {
    const steps = [0, 10, 20].map((time) => ({
      time,
      mesh,
      cellData: { temperature: temperature.map((value) => value + time) },
    }));
    await writeSeries(at('heat.pvd'), steps);
    expect(await converted(at('heat.pvd'), at('again.pvd'), '--scale', '2')).toMatchObject({ steps: 3 });
    const again = await openSeries(at('again.pvd'));
    expect(again.entries.map(({ time }) => time)).toEqual([0, 10, 20]);
    await converted(at('heat.pvd'), at('at-12.vtk'), '--time', '12');
    expect((await readMeshFile(at('at-12.vtk'))).cellData.temperature.values[0]).toBeCloseTo(
      temperature[0] + 10,
      6,
    );
    await converted(at('heat.pvd'), at('last.vtu'));
    expect((await readMeshFile(at('last.vtu'))).cellData.temperature.values[0]).toBe(temperature[0] + 20);
  });

  it('interrupted leaves no file', async () => {
    const { code } = await interruptInProcess('convert', at('plate.vtu'), at('stopped.msh'));
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'a format that is not read',
      ['part.step', 'x.vtu'],
      1,
      /cannot read 'part\.step'; files read end in \.vtu/,
    ],
    [
      'a format that is not written',
      ['plate.vtu', 'x.obj'],
      1,
      /cannot write 'x\.obj'; files written end in \.vtu/,
    ],
    ['a surface as a mesh', ['box.stl', 'x.vtu'], 1, /a surface without cells.*fieldsmith mesh fills it/],
    ['a mesh as a series', ['plate.vtu', 'x.pvd'], 1, /is made of a series/],
    ['a plane mesh as a surface', ['plate.vtu', 'x.stl'], 1, /a mesh in the plane has no surface/],
    ['a time of one mesh', ['plate.vtu', 'x.vtk', '--time', '3'], 1, /--time chooses one step of a series/],
    ['a file that is not there', ['absent.vtu', 'x.vtk'], 1, /cannot read .*absent\.vtu/],
    ['one name', ['plate.vtu'], 2, /missing required argument 'output'/],
    ['a scale of nothing', ['plate.vtu', 'x.vtk', '--scale', '0'], 2, /expected a positive number/],
    ['a time that is none', ['a.pvd', 'x.vtk', '--time', 'noon'], 2, /expected a number/],
  ])('%s: a sentence', async (_, [from, ...rest], expected, message) => {
    const { code, errors } = await runInProcess('convert', at(from), ...rest);
    expect(code).toBe(expected);
    expect(errors.replaceAll(`${folder}/`, '')).toMatch(message);
    expect(readdirSync(folder).filter((name) => name.startsWith('x.'))).toEqual([]);
  });
});
