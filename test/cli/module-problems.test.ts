import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { runInProcess } from './in-process.js';

/** A plate as a program has it: holes in a row. */
const PROBLEM = {
  lengthUnit: 'mm',
  thickness: 3,
  conductivity: 200,
  mesh: {
    rectangle: { from: [0, 0], to: [60, 40] },
    holes: [0, 1].map((i) => ({ name: `hole-${i}`, centre: [20 * (i + 1), 20], radius: 4 })),
    cells: 200,
  },
  heat: [{ power: 10 }],
  boundary: { 'hole-*': { type: 'temperature', value: 20 }, default: { type: 'insulated' } },
};

/** The same as a program of a user. */
const PROGRAM = `
const holes = [0, 1].map((i) => ({ name: \`hole-\${i}\`, centre: [20 * (i + 1), 20], radius: 4 }));
const power /*: watts */ = 2 * 5;
export default {
  lengthUnit: 'mm', thickness: 3, conductivity: 200,
  mesh: { rectangle: { from: [0, 0], to: [60, 40] }, holes, cells: 200 },
  heat: [{ power }],
  boundary: { 'hole-*': { type: 'temperature', value: 20 }, default: { type: 'insulated' } },
};
`;

let folder: string;
const at = (name: string) => join(folder, name);
const written = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'modules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { typescript } = process.features as { readonly typescript?: string | false };
const title = (name: string) => (typescript ? name : `${name} (SKIPPED: this Node runs no TypeScript)`);

describe('problems as modules', () => {
  const temperatures = async (path: string) => {
    const { code, output, errors } = await runInProcess('solve', path, '--json');
    expect([code, errors]).toEqual([0, '']);
    return JSON.parse(output).temperatures;
  };

  it('a program answers as the same problem in YAML', async () => {
    const asYaml = await temperatures(written('plate.yaml', JSON.stringify(PROBLEM)));
    expect(await temperatures(written('plate.mjs', PROGRAM))).toEqual(asYaml);
  });

  it('mesh and control read them too', async () => {
    const path = written(
      'control.mjs',
      PROGRAM.replace(
        'export default {',
        `export default {
  controls: [{ patches: 'hole-*', quantity: 'temperature', bounds: [10, 20] }], limit: { maximum: 40 },`,
      ),
    );
    expect((await runInProcess('mesh', path, '--out', at('plate.vtu'))).code).toBe(0);
    const outline = await runInProcess('control', path, '--dry-run', '--json');
    expect(outline.code).toBe(0);
    expect(JSON.parse(outline.output)).toMatchObject({ limit: { maximum: 40 }, objective: ['cost'] });
  });

  it.each<[string, string, RegExp]>([
    [
      'an unknown key',
      PROGRAM.replace('thickness', 'thicknes'),
      /unknown key 'thicknes'; did you mean 'thickness'\?/,
    ],
    [
      'an unknown key further in',
      PROGRAM.replace('radius', 'raduis'),
      /unknown key 'raduis' in mesh\.holes\[0\]; did you mean 'radius'\?/,
    ],
    [
      'an unknown type',
      PROGRAM.replace("'insulated'", "'isolated'"),
      /boundary\.default\.type is "isolated"; did you mean 'insulated'\?/,
    ],
    [
      'a function for a number',
      PROGRAM.replace('conductivity: 200', 'conductivity: () => 200'),
      /conductivity is .*expected W\/\(m K\)|conductivity is/,
    ],
    ['a value that is missing', PROGRAM.replace('conductivity: 200,', ''), /conductivity is missing/],
    [
      'no default export',
      PROGRAM.replace('export default', 'export const problem ='),
      /export the problem as default.*it exports problem/,
    ],
    [
      'a program that fails',
      `${PROGRAM}\nthrow new Error('no such part');`,
      /this program fails: no such part/,
    ],
    ['a program that is none', 'export default {', /this program fails: /],
  ])('%s: a sentence with the name of the file', async (name, text, message) => {
    const path = written(`${name.replaceAll(' ', '-')}.mjs`, text);
    const { code, output, errors } = await runInProcess('solve', path);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(message);
    expect(errors).toContain(`fieldsmith: ${path}: `);
  });

  it('a .js file that Node takes for CommonJS: under which name it is a module', () => {
    // by Node itself, which this test runner stands in for
    writeFileSync(at('package.json'), '{ "type": "commonjs" }');
    const path = written('plate.js', PROGRAM);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [packageFile('dist/cli/main.js'), 'solve', path],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`name it ${at('plate.mjs')}, or say "type": "module" in package.json`);
  });

  it('one that is not there', async () => {
    const { code, errors } = await runInProcess('solve', at('absent.mjs'));
    expect(code).toBe(1);
    expect(errors).toMatch(/cannot read .*absent\.mjs: there is no such file/);
  });

  it.skipIf(typescript)('TypeScript where Node runs none: what to do', async () => {
    const { code, errors } = await runInProcess('solve', written('old.ts', PROGRAM));
    expect(code).toBe(1);
    expect(errors).toMatch(/runs no TypeScript; use Node 22\.18 or later, or write it as \.mjs or \.yaml/);
  });

  it.skipIf(!typescript)(title('TypeScript with its type from the package'), async () => {
    const entry = pathToFileURL(packageFile('cli/index.ts')).href;
    const text = `import { defineProblem, type Problem } from '${entry}';
const power: number = 10;
export default defineProblem(${JSON.stringify({ ...PROBLEM, heat: [] }).replace('"heat":[]', '"heat":[{ power }]')} satisfies Problem);
`;
    expect(await temperatures(written('typed.ts', text))).toEqual(
      await temperatures(written('again.yaml', JSON.stringify(PROBLEM))),
    );
  });
});
