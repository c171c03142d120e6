import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeStlFile } from '../../geometry/files/index.js';
import { openSurrogate, readModel } from '../../training/index.js';
import { interruptInProcess, runInProcess } from './in-process.js';
import { boxSurface } from './parts.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
  mkdirSync(at('plates'));
  for (let part = 0; part < 5; part++) {
    const flags =
      `--rectangle ${100 + 10 * part}x80 --hole ${40 + 5 * part},40,${8 + part} --cells 150`.split(' ');
    await runInProcess('mesh', ...flags, '--out', at(`plates/plate-${part}.vtu`));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = (out: string) => ['--steps', '3', '--samples', '3', '--out', at(out)];

describe('from parts to a certified answer', { timeout: 120_000 }, () => {
  it('train --dry-run: what would be trained, and nothing written', async () => {
    const flags = ['--parts', at('plates'), ...tiny('dry'), '--dry-run'];
    const { code, output } = await runInProcess('train', ...flags, '--json');
    expect(code).toBe(0);
    const plan = JSON.parse(output);
    expect(plan).toMatchObject({ meshes: 4, steps: 3, batchSize: 2, files: { heldOut: ['plate-3.vtu'] } });
    expect(plan.patches).toEqual(['bottom', 'right', 'top', 'left', 'hole-0']);
    expect((await runInProcess('train', ...flags)).output).toMatch(/nothing was trained or written/);
    expect(existsSync(at('dry'))).toBe(false);
  });

  it('train --parts: every fourth held out, errors of both, a card with the trained range', async () => {
    const flags = [
      '--parts',
      at('plates'),
      '--dirichlet',
      'hole-*',
      '--flux',
      'left',
      'right',
      '--modes',
      '4',
    ];
    const { code, output, errors } = await runInProcess('train', ...flags, ...tiny('run'), '--json');
    expect(errors).toBe('');
    expect(code).toBe(0);
    const summary = JSON.parse(output);
    expect(JSON.parse(readFileSync(at('run/summary.json'), 'utf8'))).toEqual(summary);
    expect(summary).toMatchObject({
      parts: at('plates'),
      recipe: 'part-basis',
      files: {
        seen: ['plate-0.vtu', 'plate-1.vtu', 'plate-2.vtu', 'plate-4.vtu'],
        heldOut: ['plate-3.vtu'],
      },
    });
    expect(Object.keys(summary.categories)).toEqual(['parts held out', 'parts seen']);
    const { card } = readModel(at('run'));
    expect(card.trainedRange.geometry).toBe(`4 parts of ${at('plates')}`);
    expect(card.trainedRange.statistics).toBeDefined();
    expect(card.trainedRange.boundary).toMatchObject({ kind: 'fixed-types', dirichlet: ['hole-*'] });
    expect((card.training.task as { fluxes: unknown }).fluxes).toMatchObject({ patches: ['left', 'right'] });
  });

  it('evaluate: the errors that the card says, certified solves, solvers at equal error', async () => {
    const { code, output } = await runInProcess('evaluate', at('run'), '--samples', '3', '--json');
    expect(code).toBe(0);
    const result = JSON.parse(output);
    const carded = readModel(at('run')).card.errors.test;
    for (const [name, { meanRelativeL2 }] of Object.entries(carded)) {
      expect(result.categories[name].meanRelativeL2).toBe(meanRelativeL2);
      expect(result.categories[name].range.samples).toBe(result.categories[name].samples);
    }
    expect(result.certified).toMatchObject({ samples: 7, certified: 7 });
    expect(result.certified.iterations.guess).toBeLessThan(result.certified.iterations.zero);
    expect(result.comparison.classical.map(({ name }: { name: string }) => name)).toEqual([
      'AMG-PCG',
      'IC(0)-PCG',
    ]);
    for (const { atEqualError } of result.comparison.classical) expect(atEqualError.steps).toBeGreaterThan(0);
  });

  it('evaluate on a part of another make says that it is outside of the trained range', async () => {
    await runInProcess(
      'mesh',
      '--rectangle',
      '300x20',
      '--hole',
      '10,10,2',
      '--cells',
      '300',
      '--out',
      at('other.vtu'),
    );
    const { output } = await runInProcess(
      'evaluate',
      at('run'),
      '--parts',
      at('other.vtu'),
      '--samples',
      '2',
    );
    expect(output).toMatch(/parts in .*other\.vtu +2 .* 2 of 2/);
    expect(output).toMatch(/score [\d.]+, shape: /);
    expect(output).toMatch(/^verdict {3}(faster|slower) than /m);
  });

  it('export: one file that is complete by itself, or a folder; the same model', async () => {
    const { code, output } = await runInProcess('export', at('run'), '--out', at('lone.onnx'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ files: [at('lone.onnx')], operator: 'reduced-basis' });
    const surrogate = await openSurrogate(readModel(at('lone.onnx')));
    await surrogate.dispose();
    expect(surrogate.card).toEqual(readModel(at('run')).card);
    const again = await runInProcess('export', at('lone.onnx'), '--out', at('model-folder'));
    expect(again).toMatchObject({ code: 0, errors: '' });
    expect(readModel(at('model-folder')).card).toEqual(surrogate.card);
  });

  it('solve with the run as the surrogate that the problem file names', async () => {
    const problem = `surrogate: run
conductivity: 200
mesh: { file: plates/plate-3.vtu }
heat: [{ density: 1 }]
boundary: { hole-0: { type: temperature, value: 20 }, default: { type: insulated } }
`;
    writeFileSync(at('plate.yaml'), problem);
    const { code, output } = await runInProcess('solve', at('plate.yaml'), '--json');
    expect(code).toBe(0);
    const { guess, certificate } = JSON.parse(output);
    expect(guess).toMatchObject({ used: true });
    expect(certificate.relativeResidual).toBeLessThanOrEqual(1e-8);
  });

  it('train --parts with one surface, in space: new loads on the part itself', async () => {
    await writeStlFile(at('box.stl'), boxSurface(3, 2, 1), { encoding: 'ascii' });
    const flags = ['--parts', at('box.stl'), '--cell-size', '0.5', '--dirichlet', 'ends'];
    const { code, output } = await runInProcess(
      'train',
      ...flags,
      '--steps',
      '2',
      '--samples',
      '1',
      '--out',
      at('box'),
      '--json',
    );
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(output).categories)).toEqual(['parts seen']);
    expect(readModel(at('box')).card.meshKind).toMatch(/^3D/);
    const wrong = await runInProcess('evaluate', at('box'), '--parts', at('plates'));
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.errors).toMatch(/the parts in .* are 2D, the model is for 3D/);
  });

  it('interrupted: 130, no model, export and evaluate say why', async () => {
    const { code, output } = await interruptInProcess('train', '--parts', at('plates'), ...tiny('stopped'));
    expect(code).toBe(130);
    expect(output).toMatch(/interrupted; continue with: fieldsmith /);
    expect(existsSync(at('stopped/model'))).toBe(false);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no such folder', ['train', '--parts', 'absent', '--out', 'x'], 1, /there is no folder or file absent/],
    [
      'a patch that no part has',
      ['train', '--parts', '@plates', '--dirichlet', 'hole_0', '--out', '@x'],
      1,
      /no part has a patch 'hole_0'; did you mean 'hole-0'\?/,
    ],
    [
      'a flux through nothing',
      ['train', '--parts', '@plates', '--flux', 'letf', '--out', '@x'],
      1,
      /did you mean 'left'\?/,
    ],
    [
      'an odd number of modes',
      ['train', '--parts', '@plates', '--modes', '3', '--out', '@x'],
      2,
      /expected an even number/,
    ],
    ['a run that is none', ['evaluate', '@plates'], 1, /is no model: it has no card\.json/],
    [
      'a model without notes',
      ['evaluate', '@lone.onnx'],
      1,
      /does not say what it was trained on; name --parts or --task/,
    ],
    ['a task and parts', ['evaluate', '@run', '--task', 'cube', '--parts', 'x'], 2, /cannot be used with/],
    ['a task of another dimension', ['evaluate', '@run', '--task', 'cube'], 1, /the task cube are 3D|is 3D/],
    [
      'a model of nowhere',
      ['evaluate', 'nowhere'],
      1,
      /no model 'nowhere' in the package, which has control, random-bc/,
    ],
    ['export without a name', ['export', '@run'], 2, /required option '--out <path>'/],
    ['export of what is no model', ['export', '@plates', '--out', '@x.onnx'], 1, /is no model/],
    ['no samples', ['evaluate', '@run', '--samples', '0'], 2, /at least 1/],
  ])('%s: a sentence', async (_, args, expected, message) => {
    const { code, errors } = await runInProcess(
      ...args.map((arg) => (arg.startsWith('@') ? at(arg.slice(1)) : arg)),
    );
    expect(errors).toMatch(message);
    expect(code).toBe(expected);
    expect(existsSync(at('x'))).toBe(false);
    expect(existsSync(at('x.onnx'))).toBe(false);
  });
});
