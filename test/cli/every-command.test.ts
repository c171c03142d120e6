import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.js';
import { packageFile } from '../../common/package-file.js';
import { writeMeshFile } from '../../geometry/files/index.js';
import { generateMesh } from '../../geometry/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { startCommand } from './start-command.js';

const PROBLEM = `lengthUnit: mm
thickness: 3
conductivity: 200
mesh: { rectangle: { from: [0, 0], to: [60, 40] }, cells: 300 }
heat: [{ power: 10 }]
boundary: { left: { type: temperature, value: 20 }, default: { type: insulated } }
controls: [{ patches: left, quantity: temperature, bounds: [0, 20] }]
limit: { maximum: 60 }
`;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  writeFileSync(at('plate.yaml'), PROBLEM);
  const square = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as [number, number][];
  await writeMeshFile(
    at('square.vtu'),
    generateMesh({ outer: { vertices: square, patches: 'rim' } }, { cellCount: 50 }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Arguments that a command works with, what its JSON has, and arguments that it says something sensible about. */
interface Case {
  readonly works: readonly string[];
  readonly json: readonly string[];
  readonly fails: readonly [args: readonly string[], code: number, message: RegExp];
  /** What ctrl-C must not leave behind */
  readonly writes?: string;
}

/** Written as a function of the folder, which is made before the tests run. */
const cases: Record<string, () => Case> = {
  mesh: () => ({
    works: ['--rectangle', '2x1', '--cells', '100', '--out', at('mesh.vtu')],
    json: ['cells', 'patches', 'quality', 'file'],
    fails: [['part.step', '--out', at('mesh.vtu')], 1, /expected a surface \(\.stl\)/],
    writes: 'mesh.vtu',
  }),
  convert: () => ({
    works: [at('square.vtu'), at('square.msh')],
    json: ['file', 'cells', 'patches'],
    fails: [[at('absent.vtu'), at('x.msh')], 1, /absent\.vtu/],
    writes: 'square.msh',
  }),
  evaluate: () => ({
    works: ['random-bc', '--task', 'random-bc', '--samples', '1', '--cells', '300'],
    json: ['model', 'categories', 'certified', 'comparison'],
    fails: [['no-such-model'], 1, /no model 'no-such-model' in the package/],
  }),
  export: () => ({
    works: ['random-bc', '--out', at('lone.onnx')],
    json: ['files', 'bytes', 'inputs', 'outputs'],
    fails: [['no-such-run', '--out', at('lone.onnx')], 1, /no-such-run/],
    writes: 'lone.onnx',
  }),
  solve: () => ({
    works: [at('plate.yaml'), '--out', at('field.vtu')],
    json: ['kind', 'cells', 'temperatures', 'heat', 'certificate'],
    fails: [[at('absent.yaml')], 1, /cannot read .*absent\.yaml/],
    writes: 'field.vtu',
  }),
  control: () => ({
    works: [at('plate.yaml'), '--out', at('plan')],
    json: ['verdict', 'sentence', 'controls', 'cases'],
    fails: [[at('absent.yaml')], 1, /cannot read .*absent\.yaml/],
    writes: 'plan',
  }),
  doctor: () => ({
    works: [],
    json: ['fieldsmith', 'node', 'onnxRuntime', 'devices'],
    fails: [['--jason'], 2, /Did you mean --json\?/],
  }),
};

/** Commands whose every case takes a training, data of their own or a process: where that is tested, and what shows it. */
const elsewhere: Record<string, readonly [file: string, ...shown: RegExp[]]> = {
  demo: ['demo.test.ts', /SIGINT/, /130/, /--json/],
  train: ['train.test.ts', /SIGINT/, /130/, /--json/],
  rollout: ['rollout.test.ts', /interruptInProcess/, /130/, /--json/],
  bench: ['bench', /interrupt/i, /--json/],
  completion: ['program.test.ts', /'completion', shell/, /--json/],
  serve: ['every-command.test.ts', /'serve'/],
  view: ['every-command.test.ts', /'view'/],
};

const timeout = 120_000;

describe('every command', () => {
  it('is in one of the tables', () => {
    const names = createProgram().commands.map((command) => command.name());
    expect([...Object.keys(cases), ...Object.keys(elsewhere)].sort()).toEqual(names.sort());
  });

  it.each(Object.entries(elsewhere))('%s is tested where it is said to be', (name, [file, ...shown]) => {
    const found = readdirSync(packageFile('test/cli'), { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.test.ts') && (path === file || path.startsWith(file)))
      .map((path) => readFileSync(packageFile(join('test/cli', path)), 'utf8'));
    expect(found.length).toBeGreaterThan(0);
    for (const pattern of [new RegExp(name), ...shown]) {
      expect(found.some((text) => pattern.test(text))).toBe(true);
    }
  });

  it.each(Object.entries(cases))(
    '%s: --json prints one value and nothing else',
    { timeout },
    async (name, of) => {
      const { works, json } = of();
      const { code, output, errors } = await runInProcess(name, ...works, '--json');
      expect([code, errors]).toEqual([0, '']);
      expect(Object.keys(JSON.parse(output))).toEqual(expect.arrayContaining([...json]));
    },
  );

  it.each(Object.entries(cases))(
    '%s: an error is a sentence, and nothing on standard output',
    async (name, of) => {
      const [args, expected, message] = of().fails;
      const { code, output, errors } = await runInProcess(name, ...args, '--json');
      expect([code, output]).toEqual([expected, '']);
      expect(errors).toMatch(message);
      expect(errors).toMatch(/^(fieldsmith|error): /);
    },
  );

  it.each(Object.entries(cases))(
    '%s: ctrl-C ends it with 130 and leaves nothing behind',
    { timeout },
    async (name, of) => {
      const { works, writes } = of();
      if (writes) rmSync(at(writes), { recursive: true, force: true });
      const before = readdirSync(folder).sort();
      const { code, output, errors } = await interruptInProcess(name, ...works, '--json');
      expect(code).toBe(130);
      expect(output).toBe('');
      expect(errors).toMatch(/interrupted/);
      expect(readdirSync(folder).sort()).toEqual(before);
    },
  );
});

describe('commands that stay open', () => {
  const address = /"url":"(http:[^"]+)"/;

  it('view: the address as JSON, a page there, and an end with ctrl-C', async () => {
    let output = '';
    const { child, ended } = startCommand(folder, ['view', at('square.vtu'), '--json']);
    const opened = new Promise<string>((resolve) => {
      child.stdout!.on('data', (chunk) => {
        output += chunk;
        const url = address.exec(output)?.[1];
        if (url) resolve(url);
      });
    });
    const page = await fetch(await Promise.race([opened, ended.then(({ errors }) => errors)]));
    expect([page.status, page.headers.get('cross-origin-opener-policy')]).toEqual([200, 'same-origin']);
    child.kill('SIGINT');
    // 130 as the shell has it: ended by the signal
    const { code, signal } = await ended;
    expect(code ?? signal).toBe('SIGINT');
  });

  it('view of what is not there: a sentence, code 1', async () => {
    const { code, errors } = await runInProcess('view', at('absent.vtu'));
    expect(code).toBe(1);
    expect(errors).toMatch(/^fieldsmith: .*absent\.vtu/);
  });

  it('serve: the address as JSON on standard error, health there, closed and 0 after ctrl-C', async () => {
    let resolved: (url: string) => void;
    const opened = new Promise<string>((resolve) => {
      resolved = resolve;
    });
    const args = ['serve', '--port', '0', '--workers', '1', '--model', 'random-bc', '--json'];
    const { child, ended } = startCommand(folder, args, (errors) => {
      const url = address.exec(errors)?.[1];
      if (url) resolved(url);
    });
    const url = await Promise.race([opened, ended.then(({ errors }) => errors)]);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect(code).toBe(0);
    // the log, a JSON value a line
    for (const line of output.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(existsSync(at('serve'))).toBe(false);
  });

  it('serve of a model that is none: a sentence, code 1', async () => {
    const { code, errors } = await runInProcess('serve', '--model', at('absent.onnx'), '--port', '0');
    expect(code).toBe(1);
    expect(errors).toMatch(/^fieldsmith: .*absent\.onnx/);
  });
});
