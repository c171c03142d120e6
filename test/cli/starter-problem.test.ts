import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patchPlaces } from '../../cli/mesh/patch-places.js';
import { problemSchema } from '../../cli/problem/problem-schema.js';
import { readYaml } from '../../cli/problem/read-yaml.js';
import { writeStlFile } from '../../geometry/files/index.js';
import { arcVertices, generateMesh } from '../../geometry/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { boxSurface } from './parts.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starter-'));
  await writeStlFile(at('box.stl'), boxSurface(30, 20, 10), { encoding: 'ascii' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const meshOf = (problem: string, ...more: string[]) =>
  runInProcess(
    ...['mesh', '--rectangle', '80x50', '--hole', '40,25,8', '--length-unit', 'mm', '--cells', '400'],
    ...['--out', at('plate.vtu'), '--problem', at(problem), ...more],
  );

describe('fieldsmith mesh --problem', () => {
  it('writes a problem that solves and that control keeps within its limit, every patch by name', async () => {
    const { code, output } = await meshOf('plate.yaml', '--json');
    expect(code).toBe(0);
    const { problem, patches } = JSON.parse(output);
    expect(problem).toBe(at('plate.yaml'));
    const file = readYaml(at('plate.yaml'), problemSchema);
    expect(Object.keys(file.boundary)).toEqual(patches.map(({ name }: { name: string }) => name));
    // the longest straight side
    expect(file.boundary.bottom).toEqual({ type: 'temperature', value: 40 });

    const solved = JSON.parse((await runInProcess('solve', at('plate.yaml'), '--json')).output);
    expect(solved.certificate.relativeResidual).toBeLessThanOrEqual(1e-8);
    // all heat leaves through the one patch that is not insulated
    expect(solved.heat).toMatchObject({ unit: 'W' });
    expect(solved.heat.generated / 10).toBeCloseTo(1, 9);
    const rates = Object.fromEntries(
      solved.heat.patches.map(({ name, rate }: { name: string; rate: number }) => [name, rate]),
    );
    expect(rates.bottom / -10).toBeCloseTo(1, 6);

    const plan = await runInProcess('control', at('plate.yaml'), '--out', at('plan'), '--json');
    const { verdict, cases, controls } = JSON.parse(plan.output);
    expect(controls[0]).toMatchObject({ quantity: 'temperature', unit: '°C' });
    expect([plan.code, verdict]).toEqual([0, 'success']);
    expect(cases[0].peakAfter).toBeLessThan(45.01);
  });

  it('of a surface in another folder: solved by its own path to the mesh', async () => {
    mkdirSync(at('meshes'));
    const args = ['--length-unit', 'mm', '--cell-size', '5', '--out', at('meshes/box.vtu')];
    const made = await runInProcess('mesh', at('box.stl'), ...args, '--problem', at('problems/box.yaml'));
    expect(made.code).toBe(0);
    expect(made.output).toMatch(/problem {3}.*box\.yaml, to change and solve/);
    expect(readFileSync(at('problems/box.yaml'), 'utf8')).toContain('../meshes/box.vtu');
    expect((await runInProcess('solve', at('problems/box.yaml'))).code).toBe(0);
  });

  it('does not overwrite what somebody may have changed, and finds that before the work', async () => {
    writeFileSync(at('mine.yaml'), 'mine');
    rmSync(at('plate.vtu'), { force: true });
    const { code, errors } = await meshOf('mine.yaml');
    expect(code).toBe(1);
    expect(errors).toMatch(/mine\.yaml is there already; name another file, or remove it/);
    expect(readFileSync(at('mine.yaml'), 'utf8')).toBe('mine');
    expect(existsSync(at('plate.vtu'))).toBe(false);
    expect((await meshOf('mine.txt')).errors).toMatch(/expected a name that ends in \.yaml/);
  });

  it('interrupted leaves neither mesh nor problem', async () => {
    const { code } = await interruptInProcess(
      ...['mesh', '--rectangle', '1x1', '--out', at('none.vtu'), '--problem', at('none.yaml')],
    );
    expect(code).toBe(130);
    expect([existsSync(at('none.vtu')), existsSync(at('none.yaml'))]).toEqual([false, false]);
  });
});

describe('patchPlaces', () => {
  it('finds length, centre and direction of sides, and that a hole is closed', () => {
    const square = [
      [0, 0],
      [2, 0],
      [2, 1],
      [0, 1],
    ] as [number, number][];
    const hole = arcVertices({ centre: [1, 0.5], radius: 0.2, pieces: 24 });
    const mesh = generateMesh(
      {
        outer: { vertices: square, patches: ['south', 'east', 'north', 'west'] },
        holes: [{ vertices: hole, patches: 'hole' }],
      },
      { cellCount: 200 },
    );
    const found = Object.fromEntries(patchPlaces(mesh).map((place, i) => [mesh.patches[i].name, place]));
    const close = (values: readonly number[], expected: readonly number[]) =>
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 12);
      });
    close([found.south.area, ...found.south.centre, ...found.south.meanNormal], [2, 1, 0, 0, -1]);
    close([found.east.area, ...found.east.centre, ...found.east.meanNormal], [1, 2, 0.5, 1, 0]);
    close([...found.hole.centre, ...found.hole.meanNormal], [1, 0.5, 0, 0]);
  });
});
