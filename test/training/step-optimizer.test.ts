import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { compileTrainingStep, type Parameters, packParameters, tf } from '../../runtime/index.js';
import { latestCheckpoint, loadCheckpoint } from '../../training/checkpoint.js';
import { executeRun } from '../../training/run.js';
import { oneCycle } from '../../training/schedule.js';
import { stepOptimizer } from '../../training/step-optimizer.js';

const parameters: Parameters = { w: { shape: [3, 1], values: Float32Array.of(0.5, -1, 2) } };
const DECAY = 0.9;
/** Rows of batch `index` out of a stream of rows, `rows` a batch. */
const batchesOf = (rows: number) => async (index: number) => {
  const x = new Float32Array(3 * rows);
  const y = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const random = createRandom(index * rows + row);
    for (let i = 0; i < 3; i++) x[3 * row + i] = random.normal();
    y[row] = x[3 * row] - 2 * x[3 * row + 1] + 0.1 * random.normal();
  }
  return { inputs: { x: { shape: [rows, 3], data: x }, y: { shape: [rows, 1], data: y } } };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accumulate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Kind {
  readonly accumulate?: number;
  readonly averageDecay?: number;
}

async function trained(name: string, steps: number, rows: number, kind: Kind, abortAfter?: number) {
  const step = await compileTrainingStep({
    parameters,
    batchSpecs: { x: { shape: ['rows', 3], dtype: 'float32' }, y: { shape: ['rows', 1], dtype: 'float32' } },
    loss: ({ w }, { x, y }) => tf.mean(tf.square(tf.sub(tf.matMul(x, w), y))),
    clipNorm: 1,
    threads: 1,
    ...kind,
  });
  const stop = new AbortController();
  let updates = 0;
  const options = {
    operator: 'linear',
    task: 'rows',
    supervision: 'labels',
    seed: 1,
    batchSize: rows,
    schedule: oneCycle({ maximum: 0.05 }),
    clipNorm: 1,
    ...kind,
  };
  try {
    return await executeRun(stepOptimizer(step, parameters), batchesOf(rows), options, {
      out: join(folder, name),
      steps,
      resume: true,
      signal: stop.signal,
      progress: {
        update: () => {
          if (++updates === abortAfter) stop.abort();
        },
        message: () => {},
      },
    });
  } finally {
    await step.dispose();
  }
}
const checkpointOf = (name: string) => loadCheckpoint(latestCheckpoint(join(folder, name, 'checkpoints'))!);

describe('accumulated gradients and averaged weights in a run', () => {
  it('four batches of 8 rows make the update of one batch of 32', async () => {
    const once = await trained('once', 30, 32, {});
    const parts = await trained('parts', 30, 8, { accumulate: 4 });
    expect(parts.history.map(({ step }) => step)).toEqual(once.history.map(({ step }) => step));
    for (const [index, { loss, gradientNorm }] of once.history.entries()) {
      expect(parts.history[index].loss).toBeCloseTo(loss, 4);
      expect(parts.history[index].gradientNorm).toBeCloseTo(gradientNorm, 4);
    }
    const [a, b] = [packParameters(once.parameters), packParameters(parts.parameters)];
    for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 4);
  });

  it('the model of the run is the moving average, which follows w ← d w + (1 − d) θ', async () => {
    const average = Array.from(parameters.w.values);
    for (let steps = 1; steps <= 6; steps++) {
      const run = await trained('averaged-' + steps, 6, 8, { averageDecay: DECAY }, steps);
      const checkpoint = checkpointOf('averaged-' + steps);
      expect(run.parameters).toEqual(checkpoint.average);
      // the schedule is that of six steps, so a run stopped after five is the first five of it
      checkpoint.parameters.w.values.forEach((value, i) => {
        average[i] = DECAY * average[i] + (1 - DECAY) * value;
        expect(run.parameters.w.values[i]).toBeCloseTo(average[i], 5);
      });
    }
  });

  it('a run that was stopped twice ends in the bytes of one that was not', async () => {
    const kind = { accumulate: 3, averageDecay: DECAY };
    const whole = await trained('whole', 20, 8, kind);
    expect((await trained('stopped', 20, 8, kind, 5)).status).toBe('interrupted');
    expect((await trained('stopped', 20, 8, kind, 6)).status).toBe('interrupted');
    const last = await trained('stopped', 20, 8, kind);
    expect(last.status).toBe('completed');
    expect(checkpointOf('stopped')).toEqual(checkpointOf('whole'));
    expect(last.history.map(({ loss }) => loss)).toEqual(whole.history.map(({ loss }) => loss));
  });

  it('is resumed with the same settings only', async () => {
    await trained('run', 6, 8, { accumulate: 2, averageDecay: DECAY }, 3);
    for (const [kind, message] of [
      [{ averageDecay: DECAY }, /accumulate is 2 in the file and missing here/],
      [{ accumulate: 2 }, /averageDecay is 0.9 in the file and missing here/],
      [{ accumulate: 4, averageDecay: DECAY }, /accumulate is 2 in the file and 4 here/],
    ] as [Kind, RegExp][]) {
      await expect(trained('run', 6, 8, kind)).rejects.toThrow(FileError);
      await expect(trained('run', 6, 8, kind)).rejects.toThrow(message);
    }
  });
});
