import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSeries, readMeshFile, writeStlFile } from '../../geometry/files/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { boxSurface } from './parts.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'solve-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Solves a problem given as text; the printed JSON. */
async function solved(text: string, ...args: string[]) {
  writeFileSync(at('problem.yaml'), text);
  const { code, output, errors } = await runInProcess('solve', at('problem.yaml'), '--json', ...args);
  expect(errors).toBe('');
  expect(code).toBe(0);
  return JSON.parse(output);
}

/** q in a bar of length L with both ends at 20 °C: T = 20 + q x (L − x)/(2 κ). */
const bar = (unit: 'm' | 'mm', cells = 2000) => {
  const [length, width] = unit === 'm' ? [0.1, 0.01] : [100, 10];
  return `lengthUnit: ${unit}
conductivity: 50
mesh:
  rectangle: { from: [0, 0], to: [${length}, ${width}] }
  cells: ${cells}
heat: [{ density: 1.0e6 }]
boundary:
  left: { type: temperature, value: 20 }
  right: { type: temperature, value: 20 }
  default: { type: insulated }
`;
};

describe('fieldsmith solve, steady', () => {
  it('a heated bar: the peak in its middle, heat out at both ends, the residual asked for', async () => {
    const { temperatures, heat, certificate, file } = await solved(bar('m'), '--out', at('bar.vtu'));
    const peak = (1e6 * 0.1 ** 2) / (8 * 50);
    expect((temperatures.highest.value - 20) / peak).toBeCloseTo(1, 2);
    expect(temperatures.highest.at[0]).toBeCloseTo(0.05, 2);
    expect((temperatures.mean - 20) / ((2 / 3) * peak)).toBeCloseTo(1, 2);
    expect(heat.unit).toBe('W/m');
    expect(heat.generated).toBeCloseTo(1e6 * 0.1 * 0.01, 6);
    for (const name of ['left', 'right']) {
      const { rate, meanFlux } = heat.patches.find((patch: { name: string }) => patch.name === name);
      expect(rate / (-heat.generated / 2)).toBeCloseTo(1, 2);
      expect(meanFlux).toBeCloseTo(rate / 0.01, 6);
    }
    expect(heat.relativeImbalance).toBeLessThan(1e-12);
    expect(certificate.relativeResidual).toBeLessThanOrEqual(1e-8);

    expect(file).toBe(at('bar.vtu'));
    const { mesh, cellData } = await readMeshFile(file);
    const { values, unit } = cellData.temperature;
    expect(unit).toBe('°C');
    const { heatFlux } = cellData;
    for (let cell = 0; cell < mesh.cellCount; cell++) {
      const x = mesh.cellCentroids[2 * cell];
      expect(Math.abs(values[cell] - 20 - (1e6 * x * (0.1 - x)) / 100)).toBeLessThan(0.02 * peak);
      // −κ dT/dx = q (x − L/2)
      expect(Math.abs(heatFlux.values[3 * cell] - 1e6 * (x - 0.05))).toBeLessThan(0.05 * 5e4);
    }
  });

  it('the same in millimetres, on a mesh of fieldsmith mesh, and on a mesh file in millimetres', async () => {
    const [metres, millimetres] = [await solved(bar('m', 300)), await solved(bar('mm', 300))];
    expect(millimetres.temperatures.highest.value).toBeCloseTo(metres.temperatures.highest.value, 9);
    writeFileSync(at('bar.yaml'), bar('mm', 300));
    await runInProcess('mesh', at('bar.yaml'), '--out', at('bar-mesh.vtu'));
    const rest = bar('m').replace(/ {2}rectangle.*\n {2}cells.*\n/, '  file: bar-mesh.vtu\n');
    expect((await solved(rest)).temperatures.highest.value).toBeCloseTo(metres.temperatures.highest.value, 9);
    await runInProcess('convert', at('bar-mesh.vtu'), at('bar-mm.msh'), '--scale', '1000');
    const scaled = rest.replace('lengthUnit: m', 'lengthUnit: mm').replace('bar-mesh.vtu', 'bar-mm.msh');
    expect((await solved(scaled)).temperatures.highest.value).toBeCloseTo(
      metres.temperatures.highest.value,
      8,
    );
  });

  it('a solid part from its surface: κ T′′ = 0 between its ends', async () => {
    await writeStlFile(at('box.stl'), boxSurface(30, 20, 10), { encoding: 'ascii' });
    const { heat, temperatures } = await solved(`lengthUnit: mm
conductivity: 10
mesh: { file: box.stl, cellSize: 6 }
boundary:
  ends: { type: convection, coefficient: 100, ambient: 0 }
  sides: { type: insulated }
heat: [{ power: 3 }]
`);
    // P leaves through both ends alike; the ends are P/(2 h A) above the air, the middle P L/(8 κ A) more
    const area = 20e-3 * 10e-3;
    const middle = 3 / (2 * 100 * area) + (3 * 30e-3) / (8 * 10 * area);
    expect(temperatures.highest.value / middle).toBeCloseTo(1, 1);
    expect(heat.unit).toBe('W');
    expect(heat.patches.find(({ name }: { name: string }) => name === 'ends').rate).toBeCloseTo(-3, 9);
  });

  it('a plate in still air: what is produced leaves through its faces, in W', async () => {
    const { heat, temperatures } = await solved(`lengthUnit: mm
thickness: 2
conductivity: 400
mesh: { rectangle: { from: [0, 0], to: [50, 50] }, cells: 200 }
surface: { coefficient: 10, ambient: 25, sides: 2 }
heat: [{ power: 1 }]
boundary: { default: { type: insulated } }
`);
    expect(heat).toMatchObject({ unit: 'W' });
    expect(heat.generated).toBeCloseTo(1, 12);
    expect(heat.surface).toBeCloseTo(-1, 9);
    expect(temperatures.mean).toBeCloseTo(25 + 1 / (2 * 10 * 0.05 ** 2), 6);
  });

  it('load cases by name, and words for people', async () => {
    const text = bar('m', 200).replace(
      'heat: [{ density: 1.0e6 }]',
      'loadCases: [{ name: day, heat: [{ density: 1.0e6 }] }, { name: night, heat: [{ density: 2.0e5 }] }]',
    );
    const [day, night] = [await solved(text, '--case', 'day'), await solved(text, '--case', 'night')];
    expect((night.temperatures.highest.value - 20) / (day.temperatures.highest.value - 20)).toBeCloseTo(
      0.2,
      6,
    );
    const { output } = await runInProcess(
      'solve',
      at('problem.yaml'),
      '--case',
      'day',
      '--out',
      at('day.vtu'),
    );
    expect(output).toMatch(/^peak {6}[\d.]+ °C at \(/m);
    expect(output).toMatch(/^certified 20\d cells|^certified 1\d\d cells/m);
    expect(output).toContain(`npx fieldsmith view ${at('day.vtu')}`);
    const unnamed = await runInProcess('solve', at('problem.yaml'));
    expect(unnamed).toMatchObject({ code: 1 });
    expect(unnamed.errors).toMatch(/choose one with --case: day, night/);
    const wrong = await runInProcess('solve', at('problem.yaml'), '--case', 'nigth');
    expect(wrong.errors).toMatch(/no load case is named 'nigth'; did you mean 'night'\?/);
  });

  it('from a surrogate: the same answer, and what the guess was worth', async () => {
    const problem = `conductivity: 1
mesh: { rectangle: { from: [0, 0], to: [6.283, 6.283] }, cells: 800 }
heat: [{ density: 1 }]
boundary: { default: { type: temperature, value: 0 } }
`;
    const plain = await solved(problem);
    const guessed = await solved(problem, '--model', 'random-bc', '--out', at('guessed.vtu'));
    expect(guessed.guess.used).toBe(true);
    expect(guessed.guess.relativeEnergyError).toBeLessThan(0.5);
    expect(guessed.certificate.relativeResidual).toBeLessThanOrEqual(1e-8);
    const ratio = guessed.temperatures.highest.value / plain.temperatures.highest.value;
    expect(ratio).toBeCloseTo(1, 5);
    expect(Object.keys((await readMeshFile(at('guessed.vtu'))).cellData)).toContain('surrogate');
  });

  it('no answer within the tolerance: an error, and no file', async () => {
    writeFileSync(at('problem.yaml'), bar('m', 200));
    const args = ['solve', at('problem.yaml'), '--tolerance', '1e-30', '--out', at('never.vtu')];
    const { code, errors } = await runInProcess(...args);
    expect(code).toBe(1);
    expect(errors).toMatch(/no answer within the tolerance 1e-30/);
    expect(existsSync(at('never.vtu'))).toBe(false);
  });

  it('interrupted: 130 and no file, a sentence on standard error where JSON is expected', async () => {
    writeFileSync(at('problem.yaml'), bar('m', 3000));
    const args = ['solve', at('problem.yaml'), '--out', at('stopped.vtu'), '--json'];
    const { code, output, errors } = await interruptInProcess(...args);
    expect(code).toBe(130);
    expect(output).toBe('');
    expect(errors).toMatch(/interrupted; nothing was written/);
    expect(readdirSync(folder).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});

describe('fieldsmith solve, in time', () => {
  /** 1 W in a plate of 50 × 50 × 2 mm, C V = 10 J/K: thermally thin, one temperature. */
  const plate = (rest: string) => `lengthUnit: mm
thickness: 2
conductivity: 400
heatCapacity: 2.0e6
initial: 20
mesh: { rectangle: { from: [0, 0], to: [50, 50] }, cells: 100 }
boundary: { default: { type: insulated } }
${rest}`;

  it('heated without a way out, the temperature rises by P t/(C V); a series that opens', async () => {
    const text = plate('heat: [{ power: 1 }]\ntime: { end: 100, frames: 5 }\n');
    const { kind, course, peak, heat, file } = await solved(text, '--out', at('heated.pvd'));
    expect(kind).toBe('transient');
    expect(course.map(({ time }: { time: number }) => time)).toEqual([0, 25, 50, 75, 100]);
    for (const { time, mean } of course) expect(mean).toBeCloseTo(20 + time / 10, 6);
    expect(peak.time).toBe(100);
    expect(heat.relativeImbalance).toBeLessThan(1e-8);
    const series = await openSeries(file);
    expect(series.entries.map(({ time }) => time)).toEqual([0, 25, 50, 75, 100]);
    const last = await series.read(series.entries[4]);
    expect(last.cellData.temperature.values[0]).toBeCloseTo(30, 6);
  });

  it('cooling in air: exp(−t h A/(C V))', async () => {
    const text = plate(
      'surface: { coefficient: 20, ambient: 0, sides: 2 }\ntime: { end: 100, frames: 3, tolerance: 1.0e-4 }\n',
    );
    const { course } = await solved(text);
    const rate = (2 * 20 * 0.05 ** 2) / 10;
    for (const { time, mean } of course) expect(mean / (20 * Math.exp(-rate * time))).toBeCloseTo(1, 3);
  });

  it('power that changes with time: its integral is stored; a boundary that changes drags the part along', async () => {
    const pulse = plate(
      'heat: [{ power: [[0, 0], [40, 2], [60, 2], [80, 0]] }]\ntime: { end: 100, frames: 2, timeStep: 1 }\n',
    );
    const joules = 40 + 40 + 20;
    expect((await solved(pulse)).course[1].mean).toBeCloseTo(20 + joules / 10, 2);
    // a pulse of a second that a long step would run over
    const short = plate('heat: [{ power: [[50, 0], [50.5, 40], [51, 0]] }]\ntime: { end: 100, frames: 3 }\n');
    const { course, heat } = await solved(short);
    expect(course.map(({ time }: { time: number }) => time)).toEqual([0, 50, 100]);
    expect(course[1].mean).toBeCloseTo(20, 9);
    expect(course[2].mean).toBeCloseTo(20 + 20 / 10, 3);
    expect(heat).toMatchObject({ unit: 'J' });
    expect(heat.stored).toBeCloseTo(20, 2);
    const ramp = plate('time: { end: 4000, frames: 2 }\n').replace(
      '{ default: { type: insulated } }',
      '{ left: { type: temperature, value: [[0, 20], [1000, 80]] }, default: { type: insulated } }',
    );
    expect((await solved(ramp)).course[1].lowest.value).toBeCloseTo(80, 2);
  });

  it.each<[string, string, string[], RegExp]>([
    ['no heat capacity', 'time: { end: 1 }', [], /heatCapacity: heat in time needs/],
    ['no initial temperature', 'time: { end: 1 }', [], /initial: heat in time needs/],
    ['a field in place of a series', 'time: { end: 1 }', ['--out', 'x.vtu'], /ends in \.pvd/],
    ['a model', 'time: { end: 1 }', ['--model', 'random-bc'], /surrogates guess steady problems/],
    [
      'times that fall',
      'heat: [{ power: [[5, 1], [3, 1]] }]\ntime: { end: 1 }',
      [],
      /heat\[0\]\.power: times must rise/,
    ],
    [
      'a course in a steady problem',
      'heat: [{ power: [[0, 1], [3, 1]] }]',
      [],
      /heat\[0\]\.power changes with time/,
    ],
    ['a series of a steady problem', '', ['--out', 'x.pvd'], /written as \.vtu, \.msh or \.vtk/],
  ])('%s is an error in a sentence', async (name, rest, args, message) => {
    let text = plate(rest);
    if (name === 'no heat capacity') text = text.replace(/heatCapacity.*\n/, '');
    if (name === 'no initial temperature') text = text.replace(/initial.*\n/, '');
    writeFileSync(at('wrong.yaml'), text);
    const { code, errors, output } = await runInProcess('solve', at('wrong.yaml'), ...args);
    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors).toMatch(message);
  });
});

describe('fieldsmith solve, with a conductivity of the temperature', () => {
  /** A slab of 0.1 m between 0 and 100 °C. */
  const slab = (conductivity: string, rest = '') => `conductivity: ${conductivity}
mesh: { rectangle: { from: [0, 0], to: [0.1, 0.01] }, cells: 600 }
boundary:
  left: { type: temperature, value: 0 }
  right: { type: temperature, value: 100 }
  default: { type: insulated }
${rest}`;
  const through = (heat: { patches: { name: string; rate: number }[] }) =>
    heat.patches.find(({ name }) => name === 'right')!.rate / 0.01;

  it.each([
    ['a polynomial', '{ polynomial: [50, 0.2] }'],
    ['a table', '{ table: [[0, 50], [100, 70]] }'],
    ['a polynomial in kelvin', '{ polynomial: [-4.63, 0.2], temperatureUnit: K }'],
    ['a law for the rest', '{ default: { polynomial: [50, 0.2] } }'],
  ])("%s: Kirchhoff's flux, its mean times the slope", async (_, conductivity) => {
    const { heat, certificate, temperatures } = await solved(slab(conductivity), '--out', at('slab.vtu'));
    // ∫ κ dT/L = 60 · 1000 W/m²
    expect(through(heat) / 60_000).toBeCloseTo(1, 2);
    expect(heat.relativeImbalance).toBeLessThan(1e-6);
    expect(certificate.newton.steps).toBeLessThan(9);
    expect(certificate.newton.conductivity[0]).toBeGreaterThan(50);
    expect(certificate.newton.conductivity[1]).toBeLessThan(70);
    expect(certificate.relativeResidual).toBeLessThanOrEqual(1e-8);
    // warmer than straight in the middle, by κ'ΔT²/(8 κ_m) to first order
    expect(temperatures.mean).toBeGreaterThan(51);
    const { mesh, cellData } = await readMeshFile(at('slab.vtu'));
    for (let cell = 0; cell < mesh.cellCount; cell++) {
      const x = mesh.cellCentroids[2 * cell];
      const exact = (-50 + Math.sqrt(2500 + 0.4 * 60_000 * x)) / 0.2;
      expect(Math.abs(cellData.temperature.values[cell] - exact)).toBeLessThan(0.5);
    }
  });

  it('beyond its ends a table stays, and a constant law is a number', async () => {
    const level = await solved(slab('{ table: [[200, 30], [300, 90]] }'));
    expect(level.certificate.newton.conductivity).toEqual([30, 30]);
    const plain = await solved(slab('30'));
    expect(plain.certificate.newton).toBeUndefined();
    expect(level.temperatures.mean).toBeCloseTo(plain.temperatures.mean, 4);
    expect(through(level.heat)).toBeCloseTo(through(plain.heat), 0);
  });

  it('in time it ends where the steady solve is, and words say how', async () => {
    const law = '{ polynomial: [50, 0.2] }';
    const steady = await solved(slab(law));
    const late = await solved(
      slab(law, 'heatCapacity: 3.0e6\ninitial: 0\ntime: { end: 10000, frames: 2, tolerance: 0.5 }\n'),
    );
    expect(late.course[1].mean).toBeCloseTo(steady.temperatures.mean, 3);
    writeFileSync(at('problem.yaml'), slab(law));
    const { output } = await runInProcess('solve', at('problem.yaml'));
    expect(output).toMatch(/\d Newton steps, κ 5\d\.?\d* to 69\.?\d* W\/\(m K\)/);
  });

  it('surrogates, control and bench take numbers: a sentence says so', async () => {
    writeFileSync(at('problem.yaml'), slab('{ polynomial: [50, 0.2] }'));
    const guessed = await runInProcess('solve', at('problem.yaml'), '--model', 'random-bc');
    expect(guessed).toMatchObject({ code: 1 });
    expect(guessed.errors).toMatch(/surrogates guess linear problems/);
    const benched = await runInProcess('bench', at('problem.yaml'));
    expect(benched).toMatchObject({ code: 1 });
    expect(benched.errors).toMatch(/it depends on the temperature.*fieldsmith bench needs numbers/);
  });
});

describe('problem files of examples/solve', () => {
  const example = async (name: string) => {
    const { code, output } = await runInProcess('solve', `examples/solve/${name}.yaml`, '--json');
    expect(code).toBe(0);
    return JSON.parse(output);
  };

  it('heated-plate: 20 W leave through the pipe and into the air', async () => {
    const { heat, temperatures } = await example('heated-plate');
    const pipe = heat.patches.find(({ name }: { name: string }) => name === 'pipe').rate;
    expect(heat.generated).toBeCloseTo(20, 9);
    expect(pipe + heat.surface).toBeCloseTo(-20, 6);
    // the chip is the hottest place
    const [x, y] = temperatures.highest.at;
    expect(x > 0.02 && x < 0.05 && y > 0.025 && y < 0.055).toBe(true);
  });

  it('furnace-wall: the flux of two layers in one dimension, found by bisection on its integrals of κ', async () => {
    const { heat, temperatures, certificate } = await example('furnace-wall');
    const table = [
      [20, 1.15],
      [400, 1.25],
      [800, 1.4],
      [1200, 1.6],
    ];
    const brick = (t: number) => {
      const k = Math.max(0, table.findIndex(([at]) => at > t) - 1);
      const [[t0, k0], [t1, k1]] = [table[k], table[k + 1]];
      return k0 + ((k1 - k0) * (t - t0)) / (t1 - t0);
    };
    const wool = (t: number) => 0.035 + 5e-5 * t + 1.5e-7 * t * t;
    /** Temperature behind a layer that a flux comes through, by small steps of dT/dx = −q/κ. */
    const behind = (law: (t: number) => number, from: number, q: number, length: number) => {
      let t = from;
      for (let step = 0; step < 4000; step++) t -= (q * (length / 4000)) / law(t);
      return t;
    };
    let [low, high] = [0, 2000];
    for (let k = 0; k < 50; k++) {
      const q = (low + high) / 2;
      const outside = behind(wool, behind(brick, 1050, q, 0.115), q, 0.05);
      if (outside > 20 + q / 12) low = q;
      else high = q;
    }
    const rate = heat.patches.find(({ name }: { name: string }) => name === 'left').rate / 0.06;
    expect(rate / low).toBeCloseTo(1, 2);
    expect(temperatures.highest.value).toBeLessThan(1050);
    expect(certificate.newton.steps).toBeLessThan(12);
    expect(heat.relativeImbalance).toBeLessThan(1e-6);
  });

  it('quench: nothing happens in the furnace air, then the bar cools towards the oil, its heart last', async () => {
    const { course, heat } = await example('quench');
    for (const { time, highest, lowest } of course) {
      if (time <= 10) expect(lowest.value).toBeCloseTo(850, 6);
      expect(lowest.value).toBeGreaterThan(60);
      expect(highest.value).toBeLessThan(850.001);
    }
    const means = course.map(({ mean }: { mean: number }) => mean);
    for (let i = 3; i < means.length; i++) expect(means[i]).toBeLessThan(means[i - 1]);
    const [x, y] = course.at(-1).highest.at;
    expect(Math.hypot(x - 0.02, y - 0.01)).toBeLessThan(0.003);
    expect(heat.relativeImbalance).toBeLessThan(1e-6);
  });
});
