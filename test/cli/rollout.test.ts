import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameOf, type Trajectories, writePdebenchFile } from '../../datasets/index.js';
import {
  errorQuartiles,
  exportStepper,
  openStepper,
  relativeErrors,
  rolloutTrajectories,
  trainStepper,
} from '../../training/index.js';
import { smallBurgers, smallOperator } from '../training/time-stepper/small-burgers.js';
import { interruptInProcess, runInProcess } from './in-process.js';

const SAMPLES = 4;
let folder: string;
let data: Trajectories;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-'));
  data = await smallBurgers({ trajectories: SAMPLES, frames: 31 });
  const trained = await trainStepper(smallOperator(), data, { steps: 5, batchSize: 4, out: at('run') });
  writeFileSync(at('stepper.onnx'), await exportStepper(trained));
  const [points] = data.points;
  await writePdebenchFile(at('burgers.h5'), {
    times: Array.from({ length: data.frames }, (_, frame) => frame * data.interval),
    positions: Array.from({ length: points }, (_, i) => ((i + 0.5) * data.length[0]) / points),
    sampleCount: SAMPLES,
    field: (sample) =>
      Array.from({ length: data.frames }, (_, frame) => [...frameOf(data, sample, frame)]).flat(),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rollout = (...args: string[]) =>
  runInProcess(
    'rollout',
    at('stepper.onnx'),
    '--data',
    at('burgers.h5'),
    '--out',
    at('report.html'),
    ...args,
  );

describe('fieldsmith rollout', { timeout: 120_000 }, () => {
  it('the errors of the roll-outs, and a page', async () => {
    const { code, output, errors } = await rollout('--steps', '20', '--json');
    expect(errors).toBe('');
    expect(code).toBe(0);
    const result = JSON.parse(output);
    expect(result).toMatchObject({ trajectories: SAMPLES, steps: 20, report: at('report.html') });
    const model = await openStepper(readFileSync(at('stepper.onnx')));
    const predicted = await rolloutTrajectories(model, data, { steps: 20 });
    await model.dispose();
    const values = Array.from({ length: SAMPLES }, (_, sample) =>
      Array.from({ length: 21 }, (_, frame) => [...frameOf(data, sample, frame)]).flat(),
    ).flat();
    const reference = { ...data, frames: 21, values: Float32Array.from(values) };
    const { median } = errorQuartiles(relativeErrors(predicted, reference));
    // the file holds what the data hold, in 32 bits
    for (const [frame, error] of result.errors.entries()) expect(error).toBeCloseTo(median[frame], 6);
    const page = readFileSync(at('report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);
    expect(page).toContain('Roll-out of stepper.onnx over burgers.h5');
  });

  it('in words, of fewer trajectories', async () => {
    const { code, output } = await rollout('--steps', '12', '--samples', '2');
    expect(code).toBe(0);
    expect(output).toMatch(/2 roll-outs of 12 steps/);
    expect(output).toMatch(/useful frames/);
  });

  it('--dry-run: what would be rolled out, and no page', async () => {
    rmSync(at('report.html'), { force: true });
    const { code, output } = await rollout('--steps', '20', '--samples', '2', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      trajectories: 2,
      steps: 20,
      points: [...data.points],
      report: at('report.html'),
    });
    expect((await rollout('--steps', '20', '--dry-run')).output).toMatch(/nothing was rolled out or written/);
    const tooMany = await rollout('--steps', '2000', '--dry-run');
    expect([tooMany.code, tooMany.output]).toEqual([1, '']);
    expect(existsSync(at('report.html'))).toBe(false);
  });

  it('interrupted: 130 and no page', async () => {
    rmSync(at('report.html'), { force: true });
    const args = ['rollout', at('stepper.onnx'), '--data', at('burgers.h5'), '--steps', '20'];
    const { code } = await interruptInProcess(...args, '--out', at('report.html'));
    expect(code).toBe(130);
    expect(existsSync(at('report.html'))).toBe(false);
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'more steps than the file has',
      ['--steps', '99'],
      1,
      /has 30 steps of 0\.02 to compare with, --steps asks for 99/,
    ],
    ['more samples than the file has', ['--steps', '9', '--samples', '99'], 1, /has 4 samples/],
    ['a page of another kind', ['--out', 'x.pdf'], 1, /ends in \.html/],
    ['data that are none', ['--data', 'absent.h5'], 1, /absent\.h5/],
    ['no step', ['--steps', '0'], 2, /at least 1/],
  ])('%s: a sentence', async (_, args, expected, message) => {
    const { code, errors } = await rollout(...args);
    expect(errors).toMatch(message);
    expect(code).toBe(expected);
  });

  it('what is no stepper', async () => {
    const args = ['--data', at('burgers.h5'), '--out', at('x.html')];
    const absent = await runInProcess('rollout', at('absent'), ...args);
    expect(absent).toMatchObject({ code: 1 });
    expect(absent.errors).toMatch(/is no \.onnx file of a time stepper, nor a folder with one/);
    writeFileSync(at('text.onnx'), 'text');
    expect(await runInProcess('rollout', at('text.onnx'), ...args)).toMatchObject({ code: 1 });
  });
});
