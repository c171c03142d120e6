import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDuration } from '../../cli/train/duration.js';
import { npsolverTask } from '../../datasets/index.js';
import {
  evaluate,
  openSurrogate,
  readConfiguration,
  readMetrics,
  readModel,
  runFolder,
  testSamples,
} from '../../training/index.js';
import { startCommand, stopAfterSteps } from './start-command.js';

const PATIENCE = 180_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]) => startCommand(folder, ['train', ...args]);

const tiny = (out: string, task = 'random-bc') =>
  `--task ${task} --cells 120 --meshes 4 --samples 2 --steps 6 --out ${out}`.split(' ');

const lossesOf = (out: string) =>
  readMetrics(join(folder, out, 'metrics.jsonl')).map(({ step, loss }) => [step, loss]);

describe('fieldsmith train', { timeout: PATIENCE }, () => {
  it('ends in an exported model with the errors it prints, which are those of the model on the held-out samples', async () => {
    const { code, output, errors } = await start(...tiny('run'), '--json').ended;
    expect(errors).not.toMatch(/error/i);
    expect(code).toBe(0);
    const summary = JSON.parse(output);
    expect(JSON.parse(readFileSync(join(folder, 'run/summary.json'), 'utf8'))).toEqual(summary);
    expect(summary).toMatchObject({ task: 'random-bc', steps: 6, seed: 1, run: 'run' });
    expect(lossesOf('run').length).toBe(6);

    const surrogate = await openSurrogate(readModel(join(folder, summary.model)));
    try {
      const definition = npsolverTask('random-bc', {
        seed: 1,
        cellCount: 120,
        testMeshes: 2,
        samplesPerMesh: 1,
      });
      const names = definition.categories.map(({ name }) => name);
      expect(Object.keys(summary.categories)).toEqual(names);
      // any samples of these categories: the figure of two samples each is of the size of another two
      const { meanRelativeL2 } = await evaluate(surrogate.answer, await testSamples(definition, { seed: 5 }));
      expect(summary.meanRelativeL2 / meanRelativeL2).toBeGreaterThan(0.2);
      expect(summary.meanRelativeL2 / meanRelativeL2).toBeLessThan(5);
      const carded = Object.values(surrogate.card.errors.test).map((statistics) => statistics.meanRelativeL2);
      expect(carded).toEqual(Object.values(summary.categories));
    } finally {
      await surrogate.dispose();
    }
  });

  it('interrupted, then killed, says how to continue and ends with the losses of an uninterrupted run', async () => {
    const args = tiny('stopped');
    const metrics = join(folder, 'stopped/metrics.jsonl');
    const interrupted = await stopAfterSteps(start(...args), metrics, 2, 'SIGINT');
    expect(interrupted.code).toBe(130);
    expect(interrupted.output).toContain(`continue with: fieldsmith train ${args.join(' ')} --resume`);
    expect(existsSync(join(folder, 'stopped/model'))).toBe(false);

    const refused = await start(...args).ended;
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/^fieldsmith: .*already holds a run; resume it/m);

    await stopAfterSteps(start(...args, '--resume'), metrics, 4, 'SIGKILL');
    const { code, errors } = await start(...args, '--resume').ended;
    expect(code).toBe(0);
    expect(errors).toMatch(/resumed from/);
    expect(lossesOf('stopped')).toEqual(lossesOf('run'));
    expect(
      readdirSync(join(folder, 'stopped'), { recursive: true }).filter((name) =>
        String(name).includes('.partial'),
      ),
    ).toEqual([]);
  });

  it.each([
    ['control', 'linear-response'],
    ['cube', 'reduced-basis'],
  ])('%s with the recipe %s', async (task, recipe) => {
    const out = `${task}-run`;
    const smaller = `--task ${task} --cells 120 --meshes 1 --samples 1 --steps 1 --out ${out}`.split(' ');
    const { code, errors } = await start(...smaller, '--recipe', recipe).ended;
    expect(errors).not.toMatch(/^fieldsmith:/m);
    expect(code).toBe(0);
    expect(readModel(join(folder, out)).card.trainedRange.statistics?.dimension).toBe(
      task === 'cube' ? 3 : 2,
    );
  });

  it('takes a loss in place of the recipe’s, and a time in place of steps', async () => {
    const args = '--task dirichlet --cells 100 --meshes 2 --samples 1 --out other --budget 3s'.split(' ');
    const loss = '--supervise pcg-steps --preconditioner amg --pcg-steps 2'.split(' ');
    expect((await start(...args, ...loss).ended).code).toBe(0);
    const configuration = readConfiguration(runFolder(join(folder, 'other')));
    expect(configuration.budget?.seconds).toBe(3);
    expect(configuration.supervision).toMatchObject({
      name: 'pcg-steps',
      options: { preconditioner: 'amg', steps: 2 },
    });
  });
});

describe('fieldsmith train with wrong arguments', () => {
  it.each<[string, string[], RegExp]>([
    ['neither task nor parts', [], /give --parts with a folder or file of your own, or --task/],
    ['a flag of parts', ['--task', 'cube', '--modes', '2'], /--modes belongs to --parts/],
    ['parts and a task', ['--task', 'cube', '--parts', 'parts'], /cannot be used with/],
    [
      'an unknown task',
      ['--task', 'heat'],
      /'heat' is invalid\. Allowed choices are dirichlet, neumann, random-bc/,
    ],
    ['a budget without unit', ['--task', 'cube', '--budget', '5'], /expected a time, as 90s, 5m or 2h/],
    ['steps and a budget', ['--task', 'cube', '--budget', '5m', '--steps', '3'], /cannot be used with/],
    [
      'an unknown loss',
      ['--task', 'cube', '--supervise', 'magic'],
      /Allowed choices are residual, pcg-steps/,
    ],
    [
      'steps of a loss without',
      ['--task', 'cube', '--pcg-steps', '3'],
      /belong to --supervise pcg-steps or hybrid/,
    ],
  ])('%s: one line, exit code 2, no folder', async (_, args, message) => {
    const { code, output, errors } = await start(...args, '--out', 'none').ended;
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors.split('\n')[0]).toMatch(message);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['1.5h', 5400],
    ['0s', undefined],
    ['5', undefined],
    ['-3m', undefined],
    ['5 minutes', undefined],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
