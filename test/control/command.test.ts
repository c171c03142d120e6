import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProblem } from '../../cli/control/build-problem.js';
import { problemSchema } from '../../cli/problem/problem-schema.js';
import { readYaml } from '../../cli/problem/read-yaml.js';
import { packageFile } from '../../common/package-file.js';
import { controlBoundary } from '../../control/index.js';
import { readVtu } from '../../geometry/index.js';
import { startCommand } from '../cli/start-command.js';

const PATIENCE = 120_000;

/** A steel bar of 200 × 20 × 10 mm, 40 W at one end, water at the other. */
const problem = `title: Bar
lengthUnit: mm
thickness: 10
conductivity: 50
mesh:
  rectangle: { from: [0, 0], to: [200, 20] }
  regions:
    - { name: heater, from: [0, 0], to: [40, 20] }
  cells: 300
heat:
  - { region: heater, power: 40 }
boundary:
  right: { type: convection, coefficient: 5000, ambient: 20 }
  default: { type: insulated }
controls:
  - { name: water, patches: right, quantity: temperature, bounds: [5, 20] }
limit: { maximum: LIMIT }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (text: string, ...args: string[]) => {
  writeFileSync(join(folder, 'problem.yaml'), text);
  return startCommand(folder, ['control', 'problem.yaml', ...args]).ended;
};

describe('fieldsmith control', { timeout: PATIENCE }, () => {
  it('plans, and writes plan, fields and report', async () => {
    const free = JSON.parse((await run(problem.replace('LIMIT', '1000'), '--json', '--out', 'free')).output);
    // 40 W through 200 mm² of wall, and along the bar from the heater's middle at the least
    const wall = 20 + 40 / (5000 * 2e-4);
    expect(free.peak.before).toBeGreaterThan(wall + (40 * 0.16) / (50 * 2e-4));
    expect(free.peak.before).toBeLessThan(wall + (40 * 0.2) / (50 * 2e-4));
    const limit = free.peak.before - 8;
    const { code, output } = await run(problem.replace('LIMIT', String(limit)), '--json', '--out', 'plan');
    expect(code).toBe(0);
    const plan = JSON.parse(output);
    expect(plan).toMatchObject({ verdict: 'success', method: 'exact' });
    // all temperatures follow the water
    expect(plan.controls[0].mean).toBeCloseTo(12, 3);
    expect(JSON.parse(readFileSync(join(folder, 'plan/plan.json'), 'utf8'))).toEqual(plan);
    const report = readFileSync(join(folder, 'plan/report.html'), 'utf8');
    expect(report).toContain(plan.sentence.split(';')[0]);
    expect(report).toContain('<svg');
    const { cellData } = readVtu(readFileSync(join(folder, 'plan', plan.cases[0].file)));
    const peak = Math.max(...(cellData.after.values as Float64Array));
    expect(peak).toBeCloseTo(plan.peak.verified, 10);
    expect(peak).toBeLessThanOrEqual(limit);
  });

  it('says so, and ends with another code, where no plan exists', async () => {
    const { code, output } = await run(problem.replace('LIMIT', '30'), '--out', 'hopeless');
    expect(code).toBe(3);
    expect(output).toContain('infeasible: whatever the controls');
    expect(existsSync(join(folder, 'hopeless/report.html'))).toBe(true);
  });

  it('plans the heat spreader of the examples', async () => {
    const example = readFileSync(packageFile('examples/control/heat-spreader.yaml'), 'utf8');
    const coarse = example.replace('cellSize: 2', 'cellSize: 6');
    const { code, output } = await run(coarse, '--json', '--out', 'spreader');
    expect(code).toBe(0);
    const plan = JSON.parse(output);
    expect(plan.verdict).toBe('success');
    expect(plan.peak.before).toBeGreaterThan(100);
    expect(plan.peak.verified).toBeLessThanOrEqual(85);
    for (const { least, largest } of plan.controls) {
      expect(least).toBeGreaterThanOrEqual(1500);
      expect(largest).toBeLessThanOrEqual(12_000);
    }
  });

  it('writes nothing where the file is wrong', async () => {
    const { code, errors } = await run(problem.replace('maximum', 'maximun'), '--out', 'none');
    expect(code).not.toBe(0);
    expect(errors).toContain("unknown key 'maximun' in limit; did you mean 'maximum'?");
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('a problem file', () => {
  it.each([
    [
      'limit: { maximum: LIMIT }',
      'limit: { maximun: 80 }',
      /problem\.yaml:17: unknown key 'maximun' in limit; did you mean 'maximum'\? Allowed: maximum, minimum/,
    ],
    [
      'quantity: temperature',
      'quantity: temprature',
      /problem\.yaml:16: controls\[0\]\.quantity is "temprature"; did you mean 'temperature'\? Allowed: temperature, flux, coefficient/,
    ],
    [
      'conductivity: 50',
      'conductivty: 50',
      /problem\.yaml:4: unknown key 'conductivty'; did you mean 'conductivity'\?/,
    ],
    ['power: 40', 'power: lots', /problem\.yaml:11: heat\[0\]\.power is "lots": expected/],
    [
      'patches: right',
      'patches: rigth',
      /no patch is named 'rigth'; the patches are bottom, right, top, left/,
    ],
    ['region: heater', 'region: chip', /no region (is named )?'chip'/],
    ['thickness: 10\n', '', /needs the thickness/],
  ])('names line, key and what was meant: %s → %s', async (from, to, message) => {
    const path = join(folder, 'problem.yaml');
    writeFileSync(path, problem.replace(from, to).replace('LIMIT', '80'));
    const planning = async () => {
      const { problem: built, controls, goal } = await buildProblem(readYaml(path, problemSchema), path);
      return controlBoundary(built, { controls, ...goal });
    };
    await expect(planning()).rejects.toThrow(message);
  });
});
