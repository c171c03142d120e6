import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.js';

const PROBLEM = `title: Plate
lengthUnit: mm
thickness: 3
conductivity: { chip: 120, default: 200 }
mesh:
  rectangle: { from: [0, 0], to: [60, 40] }
  holes:
    - { name: hole, centre: [30, 20], radius: 5 }
  regions:
    - { name: chip, from: [5, 5], to: [15, 15] }
  cells: 200
heat:
  - { region: chip, power: 10 }
boundary:
  hole: { type: temperature, value: 20 }
  default: { type: insulated }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wrong-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is written in place of what, the line that the error names (0: none), and what it says. */
type Mistake = readonly [from: string | RegExp, to: string, line: number, message: RegExp];

const MISSPELT: readonly Mistake[] = [
  ['title:', 'titel:', 1, /unknown key 'titel'; did you mean 'title'\?/],
  ['lengthUnit:', 'lenghtUnit:', 2, /unknown key 'lenghtUnit'; did you mean 'lengthUnit'\?/],
  ['thickness:', 'thicknes:', 3, /did you mean 'thickness'\?/],
  ['conductivity:', 'conductivty:', 4, /did you mean 'conductivity'\?/],
  ['mesh:', 'mehs:', 5, /did you mean 'mesh'\?/],
  [
    'rectangle:',
    'rectange:',
    6,
    /unknown key 'rectange' in mesh; did you mean 'rectangle'\? Allowed: file, rectangle/,
  ],
  ['from: [0', 'form: [0', 6, /unknown key 'form' in mesh\.rectangle; did you mean 'from'\?/],
  ['holes:', 'hole:', 7, /did you mean 'holes'\?/],
  ['centre:', 'center:', 8, /unknown key 'center' in mesh\.holes\[0\]; did you mean 'centre'\?/],
  ['radius:', 'raduis:', 8, /did you mean 'radius'\?/],
  ['regions:', 'region:', 9, /did you mean 'regions'\?/],
  ['cells:', 'cell:', 11, /did you mean 'cells'\?/],
  ['cells: 200', 'cellsize: 2', 11, /did you mean 'cellSize'\?/],
  [/^heat:/m, 'heats:', 12, /did you mean 'heat'\?/],
  ['power:', 'powr:', 13, /unknown key 'powr' in heat\[0\]; did you mean 'power'\?/],
  ['boundary:', 'boundry:', 14, /did you mean 'boundary'\?/],
  ['value:', 'vlaue:', 15, /unknown key 'vlaue' in boundary\.hole; did you mean 'value'\?/],
  [
    '{ type: temperature',
    '{ kind: temperature',
    15,
    /unknown key 'kind' in boundary\.hole Allowed: type, value/,
  ],
  ['title: Plate', 'tiime: { end: 3 }', 1, /did you mean 'time'\?/],
  ['title: Plate', 'time: { ends: 3 }', 1, /unknown key 'ends' in time; did you mean 'end'\?/],
  ['title: Plate', 'surface: { coeficient: 3, ambient: 20 }', 1, /did you mean 'coefficient'\?/],
  ['title: Plate', 'queires: { perMesh: 3 }', 1, /unknown key 'queires'; did you mean 'queries'\?/],
  [
    'title: Plate',
    'queries: { perMesch: 3 }',
    1,
    /unknown key 'perMesch' in queries; did you mean 'perMesh'\?/,
  ],
  [
    'title: Plate',
    'queries: { vary: { strenghts: [1, 2] } }',
    1,
    /unknown key 'strenghts' in queries\.vary; did you mean 'strengths'\?/,
  ],
  ['title: Plate', 'model: runs/plate', 1, /unknown key 'model'.* Allowed: .*surrogate/],
];

const WRONG_VALUES: readonly Mistake[] = [
  ['lengthUnit: mm', 'lengthUnit: inch', 2, /lengthUnit is "inch"; Allowed: m, cm, mm/],
  ['lengthUnit: mm', 'lengthUnit: mmm', 2, /lengthUnit is "mmm"; did you mean 'mm'\?/],
  ['thickness: 3', 'thickness: -3', 3, /thickness is -3: .*>0/],
  ['thickness: 3', 'thickness: three', 3, /thickness is "three": expected number/],
  ['{ chip: 120, default: 200 }', '-1', 4, /conductivity is -1: .*expected number to be >0/],
  ['chip: 120', 'chip: none', 4, /conductivity\.chip is "none": expected W\/\(m K\)/],
  ['chip: 120', 'chip: -120', 4, /conductivity\.chip is -120: expected number to be >0/],
  [
    '{ chip: 120, default: 200 }',
    '{}',
    4,
    /conductivity is \{\}: expected W\/\(m K\) as one positive number/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ tabel: [[20, 54], [500, 40]] }',
    4,
    /conductivity\.tabel is \[\[20,54\],\[500,40\]\]: expected W\/\(m K\) .*\{ table: \[\[T, κ\], …\] \}/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '\n  table:\n    - [20, 54]\n    - [10, 40]',
    7,
    /conductivity\.table\[1\] is \[10,40\]: temperatures of a table must rise, got 10 after 20/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ table: [[20, 54]] }',
    4,
    /conductivity\.table is \[\[20,54\]\]: expected pairs/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ table: [[20, 54], [30, -1]] }',
    4,
    /conductivity\.table\[1\]\[1\] is -1: .*>0/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ table: [20, 54] }',
    4,
    /conductivity\.table\[0\] is 20: expected two numbers, temperature/,
  ],
  ['{ chip: 120, default: 200 }', '{ polynomial: [] }', 4, /conductivity\.polynomial is \[\]: .*>=1/],
  [
    '{ chip: 120, default: 200 }',
    '{ polynomial: [50, steep] }',
    4,
    /conductivity\.polynomial\[1\] is "steep": expected number/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ polynomial: [50], table: [[20, 54], [30, 50]] }',
    4,
    /conductivity is .*: expected either a table or a polynomial/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ polynomial: [50], temperatureUnit: F }',
    4,
    /conductivity\.temperatureUnit is "F"; did you mean 'C'\? Allowed: C, K/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ polynomial: [50], unit: K }',
    4,
    /conductivity\.unit is "K": means nothing to a law of κ, which takes table, polynomial, temperatureUnit/,
  ],
  [
    'chip: 120',
    'chip: { polynom: [120] }',
    4,
    /conductivity\.chip\.polynom is \[120\]: means nothing to a law of κ/,
  ],
  ['title: Plate', 'queries: { perMesh: 0 }', 1, /queries\.perMesh is 0: .*>0/],
  ['title: Plate', 'queries: { error: 3 }', 1, /queries\.error is 3: .*<=0\.5/],
  [
    'title: Plate',
    'queries: { device: gpu }',
    1,
    /queries\.device is "gpu"; did you mean 'cpu'\? Allowed: cpu, webgpu/,
  ],
  ['title: Plate', 'queries: { vary: { strengths: 2 } }', 1, /expected two factors, as \[0\.5, 1\.5\]/],
  [
    'title: Plate',
    'queries: { vary: { sources: { kind: waves } } }',
    1,
    /expected the kind fourier, hot-spots or rough-field/,
  ],
  ['to: [60, 40]', 'to: [60]', 6, /mesh\.rectangle\.to is \[60\]: expected two numbers, as \[0, 1\.5\]/],
  ['from: [0, 0]', 'from: 0', 6, /mesh\.rectangle\.from is 0: expected two numbers/],
  ['radius: 5', 'radius: 0', 8, /mesh\.holes\[0\]\.radius is 0: .*>0/],
  ['name: hole', 'name: 7', 8, /mesh\.holes\[0\]\.name is 7: expected string/],
  ['cells: 200', 'cells: 20.5', 11, /mesh\.cells is 20\.5: expected int/],
  ['cells: 200', 'cells: many', 11, /mesh\.cells is "many": expected (number|int)/],
  ['power: 10', 'power: much', 13, /heat\[0\]\.power is "much": expected a number, or its course over time/],
  [
    'power: 10',
    'power: [[0, 1], [2]]',
    13,
    /expected a number, or its course over time as \[\[seconds, value\]/,
  ],
  [
    'type: temperature',
    'type: temprature',
    15,
    /boundary\.hole\.type is "temprature"; did you mean 'temperature'\?/,
  ],
  ['type: temperature', 'type: dirichlet', 15, /Allowed: temperature, flux, insulated, convection/],
  ['type: temperature, ', '', 15, /boundary\.hole\.type is missing; Allowed: temperature/],
  ['value: 20', 'value: warm', 15, /boundary\.hole\.value is "warm": expected a number/],
  ['{ type: temperature, value: 20 }', '20', 15, /boundary\.hole is 20: expected object/],
  ['title: Plate', 'title: Plate\ntime: { end: -1 }', 2, /time\.end is -1: .*>0/],
  ['title: Plate', 'title: Plate\ntime: {}', 2, /time\.end is missing; expected number/],
  ['title: Plate', 'title: Plate\ntime: { end: 1, method: euler }', 2, /Allowed: tr-bdf2, backward-euler/],
  ['title: Plate', 'title: Plate\ntime: { end: 1, frames: 1 }', 2, /time\.frames is 1: .*>=2/],
  ['title: Plate', 'title: Plate\ninitial: cold', 2, /initial is "cold": expected number/],
  [/conductivity.*\n/, '', 1, /conductivity is missing; expected W\/\(m K\)/],
  [/boundary:\n(.*\n)*/, '', 1, /boundary is missing; expected record/],
  [/mesh:\n( .*\n)*/, '', 1, /mesh is missing; expected object/],
  ['title: Plate', 'title: [Plate', 0, /:\d+:\d+: this is no YAML: /],
  ['thickness: 3', 'title: Twice', 0, /this is no YAML: Map keys must be unique/],
  [/[\s\S]*/, '- a list\n', 1, /the file is .*: expected object/],
  [/[\s\S]*/, '', 1, /the file is .*expected object|the file is missing; expected object/],
];

const CONTRADICTIONS: readonly Mistake[] = [
  [/ {2}rectangle.*\n/, '', 0, /mesh: give one of file, rectangle and outline; none is given/],
  ['cells: 200', 'cells: 200\n  file: part.vtu', 0, /file and rectangle are given/],
  ['cells: 200', 'cells: 200\n  cellSize: 2', 0, /mesh: give either cellSize or cells/],
  ['cells: 200', 'featureAngle: 30', 0, /featureAngle is for surfaces \(\.stl\)/],
  [
    / {2}rectangle.*\n {2}holes.*\n.*\n {2}regions.*\n.*\n {2}cells.*\n/,
    '  file: absent.vtu\n',
    0,
    /cannot read .*absent\.vtu/,
  ],
  [
    / {2}rectangle.*\n {2}holes.*\n.*\n {2}regions.*\n.*\n {2}cells.*\n/,
    '  file: part.vtu\n  cells: 9\n',
    0,
    /cells is for surfaces/,
  ],
  [
    / {2}rectangle.*\n/,
    '  file: part.vtu\n',
    0,
    /holes, regions belong to rectangle and outline, not to file/,
  ],
  ['centre: [30, 20]', 'centre: [58, 20]', 0, /hole|outer|ring|cross|meet|intersect/i],
  ['region: chip', 'region: chp', 0, /heat: no region is named 'chp'; there are .*chip/],
  ['chip: 120', 'chp: 120', 0, /conductivity: no region is named 'chp'; there are .*chip/],
  ['chip: 120, default: 200', 'chip: 120', 0, /some cells are in none of the regions named; add default/],
  [/thickness.*\n/, '', 0, /power in W needs the thickness of the plate/],
  ['power: 10', 'power: 10, density: 3', 0, /heat in chip: give either power in W or density in W\/m³/],
  [
    'chip: 120, default: 200',
    'chp: { polynomial: [120] }, default: 200',
    0,
    /conductivity: no region is named 'chp'; there are .*chip/,
  ],
  [
    '{ chip: 120, default: 200 }',
    '{ polynomial: [100, -8] }',
    0,
    /expected a positive conductivity, conductivity\.of\(\d/,
  ],
  [
    'title: Plate\n',
    'title: Plate\nsurrogate: random-bc\nconductivity: { polynomial: [100, 0.1] }\n',
    0,
    /Map keys must be unique/,
  ],
  ['power: 10', 'power: [[0, 1], [9, 2]]', 0, /heat\[0\]\.power changes with time/],
  [
    '  hole: {',
    '  hoel: {',
    0,
    /boundary: no patch is named 'hoel'; there are bottom, right, top, left, hole/,
  ],
  [
    / {2}default: \{ type.*\n/,
    '',
    0,
    /boundary: nothing is said of patch 'bottom'; name it, or give default/,
  ],
  [', value: 20', '', 0, /boundary\.hole: a boundary of type temperature needs value/],
  [
    'temperature, value: 20',
    'convection, ambient: 20',
    0,
    /boundary\.hole: a boundary of type convection needs coefficient/,
  ],
  [
    'value: 20',
    'value: 20, ambient: 3',
    0,
    /boundary\.hole: ambient means nothing to type temperature, which takes value/,
  ],
  [
    'type: insulated',
    'type: insulated, value: 3',
    0,
    /boundary\.default: value means nothing to type insulated, which takes nothing beside it/,
  ],
  [
    /thickness.*\n/,
    'surface: { coefficient: 3, ambient: 20 }\n',
    0,
    /surface: needs the thickness of the plate|power in W needs the thickness/,
  ],
  [
    'cells: 200',
    'cells: 200\n  extrude: { height: 2, layers: 2 }\nsurface: { coefficient: 3, ambient: 20 }',
    0,
    /surface: belongs to plates in 2D/,
  ],
  ['type: temperature, value: 20', 'type: insulated', 0, /net source|no solution|Neumann|balance/i],
  [
    'title: Plate',
    'title: Plate\nsurrogate: nothing',
    0,
    /no model 'nothing' in the package, which has control, random-bc/,
  ],
];

const TABLES = {
  'a word misspelt': MISSPELT,
  'a value that is none': WRONG_VALUES,
  'a contradiction': CONTRADICTIONS,
};

describe('a wrong problem file', () => {
  it('the right one has an answer', async () => {
    writeFileSync(join(folder, 'right.yaml'), PROBLEM);
    expect(await runInProcess('solve', join(folder, 'right.yaml'))).toMatchObject({ code: 0, errors: '' });
  });

  const rows = Object.entries(TABLES).flatMap(([kind, mistakes]) =>
    mistakes.map(([from, to, line, message]) => ({ kind, from, to, line, message })),
  );

  it('there are many', () => {
    expect(rows.length).toBeGreaterThanOrEqual(95);
  });

  it.each(rows)('$kind: $from → $to', async ({ from, to, line, message }) => {
    const text = PROBLEM.replace(from, to);
    expect(text).not.toBe(PROBLEM);
    const path = join(folder, 'problem.yaml');
    writeFileSync(path, text);
    const { code, output, errors } = await runInProcess('solve', path);
    expect(errors).toMatch(message);
    expect(errors).toMatch(/^fieldsmith: /);
    expect(code).toBe(1);
    expect(output).toBe('');
    // a sentence, not the place in the program that threw it
    expect(errors).not.toMatch(/^ +at /m);
    if (line > 0) expect(errors).toContain(`${path}:${line}: `);
  });
});
