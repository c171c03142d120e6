import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORNER_COUNTS, categoryName } from '../../cli/demo/held-out.js';
import { type Mesh, meshFromFile, readVtu } from '../../geometry/index.js';
import { openSurrogate, readMetrics, readModel, relativeL2, zeroConditions } from '../../training/index.js';
import { parseRunIndex, runIndexPath } from '../../viewer/index.js';
import { startCommand, stopAfterSteps } from './start-command.js';

const STEPS = 6;
const SAMPLES = 1;
/** Three demo runs in one test, on a machine that may be busy with others. */
const PATIENCE = 180_000;
const CATEGORIES = CORNER_COUNTS.map(categoryName);
const SETS = ['dirichlet', 'randomTypes'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (args: readonly string[], onErrors?: (errors: string, child: ChildProcess) => void) =>
  startCommand(folder, args, onErrors);

const tinyDemo = (out: string) =>
  `demo --steps ${STEPS} --meshes 4 --cells 120 --samples ${SAMPLES} --out ${out}`.split(' ');

/** Sends the signal once training has logged `lines` steps. */
const stopAfter = (out: string, lines: number, signal: NodeJS.Signals) =>
  stopAfterSteps(start(tinyDemo(out)), join(folder, out, 'metrics.jsonl'), lines, signal);

const summaryOf = (out: string) => JSON.parse(readFileSync(join(folder, out, 'summary.json'), 'utf8'));

/** What depends on the seed alone. */
const figuresOf = (out: string) => {
  const { meanRelativeL2, categories, discretisation, iterations, samples, certified } = summaryOf(out);
  const losses = readMetrics(join(folder, out, 'metrics.jsonl')).map(({ step, loss }) => [step, loss]);
  return { meanRelativeL2, categories, discretisation, iterations, samples, certified, losses };
};

describe('fieldsmith demo', { timeout: PATIENCE }, () => {
  let first: ReturnType<typeof figuresOf>;

  it('leaves figures, report, model and fields, all readable and in agreement', async () => {
    const { code, output, errors } = await start(tinyDemo('run')).ended;
    expect(errors).not.toMatch(/error/i);
    expect(code).toBe(0);
    expect(output).toContain('run/report.html');
    first = figuresOf('run');

    const summary = summaryOf('run');
    expect(summary.samples).toBe(SETS.length * CATEGORIES.length * SAMPLES);
    expect(summary.certified).toBe(summary.samples);
    expect(summary.trainingSeconds).toBeGreaterThan(0);
    expect(summary.trainingSteps).toBe(STEPS);
    expect(Object.keys(summary.categories)).toEqual(SETS);
    const means = SETS.map((set) => {
      const errorsOfSet = CATEGORIES.map((name) => summary.categories[set][name] as number);
      const mean = errorsOfSet.reduce((sum, error) => sum + error, 0) / errorsOfSet.length;
      expect(summary.categories[set].mean).toBeCloseTo(mean, 12);
      return mean;
    });
    expect(summary.meanRelativeL2).toBeCloseTo(Math.max(...means), 12);
    const report = readFileSync(join(folder, 'run/report.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);

    const { samples, fields } = parseRunIndex(readFileSync(join(folder, 'run', runIndexPath), 'utf8'));
    expect(samples.length).toBe(SETS.length * CATEGORIES.length * SAMPLES);
    const files = readdirSync(join(folder, 'run/fields')).filter((name) => name.endsWith('.vtu'));
    expect(samples.map(({ file }) => file).sort()).toEqual(files.sort());
    const surrogate = await openSurrogate(readModel(join(folder, 'run')));
    try {
      for (const { file, relativeL2: listed, boundaryTypes } of samples) {
        const vtu = readVtu(readFileSync(join(folder, 'run/fields', file)));
        const { mesh } = meshFromFile(vtu);
        const [prediction, reference, error, source] = (
          ['prediction', 'reference', 'error', 'source'] as const
        ).map((name) => Float64Array.from(vtu.cellData[fields[name]!.array].values));
        error.forEach((value, cell) => {
          expect(value).toBeCloseTo(prediction[cell] - reference[cell], 12);
        });
        const gauge = Object.values(boundaryTypes).every((type) => type === 'neumann')
          ? { gaugeVolumes: mesh.cellVolumes }
          : {};
        expect(relativeL2(prediction, reference, gauge)).toBeCloseTo(listed, 10);
        const problem = { mesh, source, boundaryConditions: conditionsOf(mesh, boundaryTypes) };
        const again = await surrogate.predict(problem);
        // the mesh read back is the same mesh: float32 round-off of the network at most
        expect(relativeL2(again, prediction)).toBeLessThan(1e-5);
      }
    } finally {
      await surrogate.dispose();
    }
    expect(readModel(join(folder, 'run/model/model.onnx')).card.training.steps).toBe(STEPS);
    expect(leftovers('run')).toEqual([]);
  });

  it('replaces a finished run, with the same figures for the same seed', async () => {
    expect((await start(tinyDemo('run')).ended).code).toBe(0);
    expect(figuresOf('run')).toEqual(first);
  });

  it('killed in training, then interrupted, ends with the figures of an uninterrupted run', async () => {
    expect((await stopAfter('stopped', 2, 'SIGKILL')).signal).toBe('SIGKILL');
    expect(existsSync(join(folder, 'stopped/summary.json'))).toBe(false);

    const interrupted = await stopAfter('stopped', 3, 'SIGINT');
    expect(interrupted.code).toBe(130);
    expect(interrupted.output).toMatch(/interrupted.*continues/);
    expect(readdirSync(join(folder, 'stopped/checkpoints')).length).toBe(1);
    expect(existsSync(join(folder, 'stopped/summary.json'))).toBe(false);

    const { code, errors } = await start(tinyDemo('stopped')).ended;
    expect(code).toBe(0);
    expect(errors).toMatch(/resumed from/);
    expect(figuresOf('stopped')).toEqual(first);
    expect(leftovers('stopped')).toEqual([]);
  });

  it.each(['"phase":"meshes"', '"phase":"evaluation"'])(
    'interrupted during %s ends with 130 and says so',
    async (phase) => {
      let sent = false;
      const { ended } = start(
        [
          'demo',
          '--steps',
          '1',
          '--meshes',
          '6',
          '--cells',
          '150',
          '--samples',
          '1',
          '--out',
          `early${phase.length}`,
        ],
        (errors, child) => {
          if (sent || !errors.includes(phase)) return;
          sent = true;
          child.kill('SIGINT');
        },
      );
      const { code, errors, output } = await ended;
      expect(code).toBe(130);
      expect(errors).not.toMatch(/Error/);
      expect(output).toMatch(/interrupted/);
      expect(existsSync(join(folder, `early${phase.length}`, 'summary.json'))).toBe(false);
    },
  );
});

const conditionsOf = (mesh: Mesh, types: Readonly<Record<string, 'dirichlet' | 'neumann'>>) =>
  zeroConditions(Object.fromEntries(mesh.patches.map(({ name }) => [name, types[name]])));

describe('fieldsmith demo --pretrained', { timeout: PATIENCE }, () => {
  it('evaluates, certifies and reports a model of the package without training', async () => {
    const args = 'demo --pretrained --cells 200 --samples 1 --out pretrained --json'.split(' ');
    const { code, output, errors } = await start(args).ended;
    expect(errors).not.toMatch(/"phase":"training"/);
    expect(code).toBe(0);
    const summary = summaryOf('pretrained');
    expect(summary.pretrained).toBe('random-bc');
    expect(JSON.parse(output)).toEqual(summary);
    expect(summary.certified).toBe(SETS.length * CATEGORIES.length);
    const { card } = readModel(join(folder, 'pretrained'));
    expect(summary.trainingSteps).toBe(card.training.steps);
    expect(readMetrics(join(folder, 'pretrained/metrics.jsonl')).length).toBe(card.training.steps);
    expect(readFileSync(join(folder, 'pretrained/report.html'), 'utf8')).toMatch(/trained beforehand/);
  });

  it('an unknown name: one line with the known ones', async () => {
    const { code, errors } = await start(['demo', '--pretrained', 'heat', '--out', 'unknown']).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(/^fieldsmith: loadPretrained: no model 'heat'; there are control, random-bc/m);
    expect(existsSync(join(folder, 'unknown'))).toBe(false);
  });
});

const leftovers = (out: string) =>
  readdirSync(join(folder, out), { recursive: true })
    .map(String)
    .filter((name) => name.includes('.partial'));

describe('fieldsmith with wrong arguments', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['--bogus'], /unknown option '--bogus'/],
    ['an unknown recipe', ['--recipe', 'magic'], /'magic' is invalid\. Allowed choices are reduced-basis/],
    ['no steps', ['--steps', '0'], /'0' is invalid/],
    ['a number that is none', ['--cells', 'many'], /'many' is invalid/],
    ['steps and minutes', ['--steps', '3', '--minutes', '1'], /--steps.*cannot be used with.*--minutes/],
  ])('%s: one line, exit code 2, no folder', async (_, args, message) => {
    const { code, output, errors } = await start(['demo', ...args, '--out', 'none']).ended;
    expect(code).toBe(2);
    expect(output).toBe('');
    const [line, hint, ...rest] = errors.trimEnd().split('\n');
    expect(line).toMatch(message);
    expect(hint).toBe('(add --help for the options)');
    expect(rest).toEqual([]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('a file where the folder should be', async () => {
    writeFileSync(join(folder, 'occupied'), 'content');
    const args = ['demo', '--steps', '1', '--meshes', '1', '--cells', '50', '--out', 'occupied'];
    const { code, errors } = await start(args).ended;
    expect(code).toBe(1);
    const lines = errors.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(lines).toEqual([expect.stringMatching(/^fieldsmith: .*cannot write into occupied/)]);
    expect(readFileSync(join(folder, 'occupied'), 'utf8')).toBe('content');
  });

  it('nothing to view', async () => {
    const { code, errors } = await start(['view', 'nowhere']).ended;
    expect(code).toBe(1);
    expect(errors.trimEnd()).toMatch(/^fieldsmith: .*nowhere does not exist[^\n]*$/);
  });
});
