import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileError, InvalidInputError } from '../../common/errors.js';
import { DivergenceError } from '../../runtime/index.js';
import { latestCheckpoint } from '../../training/checkpoint.js';
import { readMetrics } from '../../training/metrics-log.js';
import { executeRun, type RunControl } from '../../training/run.js';
import { type RunOptions, readConfiguration } from '../../training/run-folder.js';
import { oneCycle } from '../../training/schedule.js';
import { leastSquaresBatch, leastSquaresOptimizer } from './least-squares-optimizer.js';

const options: RunOptions = {
  operator: { name: 'least-squares' },
  task: 'sines',
  supervision: 'labels',
  seed: 1,
  batchSize: 8,
  schedule: oneCycle({ maximum: 0.1 }),
  clipNorm: 1,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (name: string, control: Partial<RunControl>, changed: Partial<RunOptions> = {}) =>
  executeRun(
    leastSquaresOptimizer(),
    leastSquaresBatch,
    { ...options, ...changed },
    { out: join(folder, name), ...control },
  );

function abortAfter(step: number): Pick<RunControl, 'signal' | 'progress'> {
  const controller = new AbortController();
  const update = (_: string, done: number) => done === step && controller.abort();
  return { signal: controller.signal, progress: { update, message: () => {} } };
}

describe('executeRun', () => {
  it('fits and logs every step', async () => {
    const { status, history, parameters } = await run('a', { steps: 400 });
    expect(status).toBe('completed');
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    expect(history[399].loss).toBeLessThan(1e-4 * history[0].loss);
    for (let j = 0; j < 4; j++) expect(parameters.w.values[j]).toBeCloseTo(j + 1, 1);
    const lines = readMetrics(join(folder, 'a/metrics.jsonl'));
    expect(lines).toEqual(history);
  });

  it('resumes after an abort to the same bytes, without losing or repeating a line', async () => {
    const whole = await run('whole', { steps: 60, checkpointEvery: 7 });
    const first = await run('parts', { steps: 60, checkpointEvery: 7, ...abortAfter(25) });
    expect(first.status).toBe('interrupted');
    expect(first.history.length).toBe(25);
    const second = await run('parts', { steps: 60, checkpointEvery: 7, resume: true });
    expect(second.status).toBe('completed');
    expect(second.parameters).toEqual(whole.parameters);
    expect(second.history.map(({ step, loss }) => [step, loss])).toEqual(
      whole.history.map(({ step, loss }) => [step, loss]),
    );
    const last = (name: string) => readFileSync(latestCheckpoint(join(folder, name, 'checkpoints'))!);
    expect(last('parts').equals(last('whole'))).toBe(true);
  });

  it('drops metrics behind the last checkpoint and a line cut off by a kill', async () => {
    await run('a', { steps: 30, checkpointEvery: 10, ...abortAfter(20) });
    const metrics = join(folder, 'a/metrics.jsonl');
    appendFileSync(metrics, '{"step":21,"loss":9}\n{"step":22,"lo');
    const { history } = await run('a', { steps: 30, checkpointEvery: 10, resume: true });
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(readMetrics(metrics)).toEqual(history);
  });

  it('turns a time budget into a recorded step count that resume obeys', async () => {
    const slow = async (index: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return leastSquaresBatch(index);
    };
    const start = (control: Partial<RunControl>) =>
      executeRun(leastSquaresOptimizer(), slow, options, {
        out: join(folder, 'a'),
        budgetSeconds: 0.5,
        batchesAhead: 0,
        ...control,
      });
    const first = await start(abortAfter(5));
    const { steps, budget } = readConfiguration(first.folder);
    expect(budget?.seconds).toBe(0.5);
    expect(steps).toBeGreaterThan(5);
    expect(steps * budget!.measuredStepSeconds).toBeLessThanOrEqual(0.5);
    const second = await start({ resume: true });
    expect(second.history.length).toBe(steps);
    // the steps that were timed left no trace: the same count given outright ends in the same weights
    expect(second.parameters).toEqual((await run('b', { steps })).parameters);
  });

  it('turns a budget of processor time into steps, by the work and not by the waiting', async () => {
    const build = async (index: number) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const until = performance.now() + 4;
      while (performance.now() < until);
      return leastSquaresBatch(index);
    };
    const control = { out: join(folder, 'a'), processorBudgetSeconds: 0.4, batchesAhead: 0 };
    const { configuration, history } = await executeRun(leastSquaresOptimizer(), build, options, {
      ...control,
      ...abortAfter(2),
    });
    const { steps, budget } = configuration;
    expect(budget?.processorSeconds).toBe(0.4);
    expect(steps * budget!.measuredStepProcessorSeconds).toBeLessThanOrEqual(0.4);
    // the pause is no processor time
    expect(budget!.measuredStepProcessorSeconds).toBeLessThan(budget!.measuredStepSeconds);
    expect(history[0].processorSeconds).toBeGreaterThan(0);
  });

  it('refuses other options, a damaged checkpoint, and a folder in use', async () => {
    await run('a', { steps: 20 });
    await expect(run('a', { steps: 20 })).rejects.toThrow(/already holds a run/);
    await expect(run('a', { steps: 20, resume: true }, { seed: 2 })).rejects.toThrow(
      /seed is 1 in the file and 2 here/,
    );
    await expect(run('a', { steps: 30, resume: true })).rejects.toThrow(
      /steps is 20 in the file and 30 here/,
    );
    const path = latestCheckpoint(join(folder, 'a/checkpoints'))!;
    writeFileSync(path, readFileSync(path).subarray(0, 200));
    const damaged = run('a', { steps: 20, resume: true });
    await expect(damaged).rejects.toThrow(FileError);
    await expect(damaged).rejects.toThrow(/step-00000020.*truncated/);
    writeFileSync(join(folder, 'file'), '');
    await expect(run('file', { steps: 2 })).rejects.toThrow(FileError);
  });

  it('refuses a run without a length', async () => {
    for (const control of [
      {},
      { steps: 0 },
      { steps: 3, budgetSeconds: 1 },
      { budgetSeconds: -1 },
      { budgetSeconds: 1, processorBudgetSeconds: 1 },
    ]) {
      await expect(run('a', control)).rejects.toThrow(InvalidInputError);
    }
  });

  it('stops at a loss that is not finite, keeping the checkpoint before it', async () => {
    const build = async (index: number) => {
      const batch = await leastSquaresBatch(index);
      if (index === 15) batch.inputs.y.data[0] = Number.NaN;
      return batch;
    };
    const control = { out: join(folder, 'a'), steps: 20, checkpointEvery: 10 };
    const failing = executeRun(leastSquaresOptimizer(), build, options, control);
    await expect(failing).rejects.toThrow(DivergenceError);
    expect(latestCheckpoint(join(folder, 'a/checkpoints'))).toMatch(/step-00000010/);
  });
});
