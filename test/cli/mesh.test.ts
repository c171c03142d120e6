import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMeshFile, writeStlFile } from '../../geometry/files/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { boxSurface } from './parts.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesh-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe('fieldsmith mesh', () => {
  it('fills a surface in millimetres with tetrahedra in metres, and says what it made', async () => {
    await writeStlFile(at('box.stl'), boxSurface(30, 20, 10), { encoding: 'ascii' });
    const args = ['mesh', at('box.stl'), '--length-unit', 'mm', '--cell-size', '5', '--out', at('box.vtu')];
    const { code, output } = await runInProcess(...args, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(output);
    const { mesh } = await readMeshFile(at('box.vtu'));
    expect(result).toMatchObject({ file: at('box.vtu'), dimension: 3, cells: mesh.cellCount });
    // flat sides are met exactly
    expect(result.volume / (30e-3 * 20e-3 * 10e-3)).toBeCloseTo(1, 9);
    expect(sum(mesh.cellVolumes)).toBeCloseTo(result.volume, 15);
    const ends = result.patches.find(({ name }: { name: string }) => name === 'ends');
    expect(ends.area / (2 * 20e-3 * 10e-3)).toBeCloseTo(1, 9);
    expect(result.quality.minimumAngle).toBeGreaterThan(5);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('aims at a number of cells in a surface', async () => {
    await writeStlFile(at('cube.stl'), boxSurface(1, 1, 1));
    const { output } = await runInProcess(
      'mesh',
      at('cube.stl'),
      '--cells',
      '6000',
      '--out',
      at('cube.msh'),
      '--json',
    );
    expect(JSON.parse(output).cells / 6000).toBeGreaterThan(0.8);
    expect(JSON.parse(output).cells / 6000).toBeLessThan(1.2);
  });

  it('draws a plate with holes from flags, in words too', async () => {
    const flags = '--rectangle 120x80 --hole 60,40,10 --hole 20,20,5 --length-unit mm --cells 500'.split(' ');
    const { code, output } = await runInProcess('mesh', ...flags, '--out', at('plate.vtk'));
    expect(code).toBe(0);
    expect(output).toMatch(/cells, \d+ points in 2D, 0\.12 × 0\.08/);
    const { mesh } = await readMeshFile(at('plate.vtk'));
    expect(mesh.patches.map(({ name }) => name)).toEqual([
      'bottom',
      'right',
      'top',
      'left',
      'hole-0',
      'hole-1',
    ]);
    const polygon = (n: number, r: number) => (n / 2) * r ** 2 * Math.sin((2 * Math.PI) / n);
    const area = 0.12 * 0.08 - polygon(32, 0.01) - polygon(32, 0.005);
    expect(sum(mesh.cellVolumes)).toBeCloseTo(area, 12);
  });

  it('makes prisms of an outline with regions, from a problem file', async () => {
    writeFileSync(
      at('angle.yaml'),
      `lengthUnit: cm
conductivity: 1
boundary: { default: { type: insulated } }
mesh:
  outline: { points: [[0, 0], [4, 0], [4, 1], [1, 1], [1, 3], [0, 3]], patches: wall }
  regions: [{ name: foot, from: [1.5, 0.2], to: [3.5, 0.8] }]
  extrude: { height: 2, layers: 3 }
`,
    );
    const args = ['mesh', at('angle.yaml'), '--cells', '300', '--out', at('angle.vtu'), '--json'];
    const result = JSON.parse((await runInProcess(...args)).output);
    expect(result.volume).toBeCloseTo(6e-4 * 2e-2, 12);
    expect(result.patches.map(({ name }: { name: string }) => name).sort()).toEqual([
      'back',
      'front',
      'wall',
    ]);
    const foot = result.regions.find(({ name }: { name: string }) => name === 'foot');
    expect(foot.volume).toBeCloseTo(2e-2 * 0.6e-2 * 2e-2, 12);
  });

  it('interrupted leaves no file and ends with 130', async () => {
    const { code, output } = await interruptInProcess('mesh', '--rectangle', '1x1', '--out', at('none.vtu'));
    expect(code).toBe(130);
    expect(output).toMatch(/interrupted; nothing was written/);
    expect(existsSync(at('none.vtu'))).toBe(false);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no part', [], 1, /name a file \(\.stl, \.yaml\), or give --rectangle/],
    ['a part and a rectangle', ['part.stl', '--rectangle', '1x1'], 1, /or give --rectangle/],
    ['holes of a file', ['part.stl', '--hole', '1,1,1'], 1, /--hole belongs to --rectangle/],
    ['a mesh', ['part.vtu'], 1, /it has cells already; fieldsmith convert/],
    ['a drawing', ['part.step'], 1, /expected a surface \(\.stl\)/],
    ['a surface that is not there', ['absent.stl'], 1, /cannot read .*absent\.stl/],
    ['a unit beside a file that has one', ['absent.yaml', '--length-unit', 'mm'], 1, /lengthUnit is that of/],
    ['sizes that contradict', ['part.stl', '--cells', '9', '--cell-size', '1'], 2, /cannot be used with/],
    ['a size that is none', ['part.stl', '--cell-size', 'small'], 2, /expected a positive number/],
    ['a unit that is none', ['part.stl', '--length-unit', 'inch'], 2, /Allowed choices are m, cm, mm/],
    ['a rectangle that is none', ['--rectangle', '3'], 2, /expected two positive numbers, as 120x80/],
    ['a hole that is none', ['--rectangle', '3x3', '--hole', '1,1'], 2, /expected centre and radius/],
  ])('%s: a sentence', async (_, args, code, message) => {
    const outcome = await runInProcess('mesh', ...args, '--out', at('none.vtu'));
    expect(outcome.code).toBe(code);
    expect(outcome.errors).toMatch(message);
    expect(existsSync(at('none.vtu'))).toBe(false);
  });

  it('refuses the name of the output before the work', async () => {
    const { code, errors } = await runInProcess('mesh', '--rectangle', '1x1', '--out', at('part.stl'));
    expect(code).toBe(1);
    expect(errors).toMatch(/written as \.vtu, \.msh or \.vtk/);
  });
});
