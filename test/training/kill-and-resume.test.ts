import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latestCheckpoint } from '../../training/checkpoint.js';
import { readMetrics } from '../../training/metrics-log.js';
import { bundleScript, ended, killAfterLines, start } from './child-run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lastCheckpoint = (run: string) => readFileSync(latestCheckpoint(join(run, 'checkpoints'))!);
const losses = (run: string) => readMetrics(join(run, 'metrics.jsonl')).map(({ step, loss }) => [step, loss]);

describe('a run killed with SIGKILL', () => {
  it.each<[string, string, number, number[], ...string[]]>([
    ['plain code', 'least-squares-main', 200, [40, 123]],
    ['compiled graphs', 'perceptron-main', 120, [20, 75]],
    ['accumulated gradients and averaged weights', 'perceptron-main', 120, [20, 75], 'averaged'],
    ['a reduced basis', 'operator-main', 40, [10, 24]],
  ])(
    'ends, after being resumed twice, in the bytes of an uninterrupted run: %s',
    async (title, name, steps, kills, ...kind) => {
      const script = await bundleScript(name);
      const [whole, parts] = ['whole', 'parts'].map((run) => join(folder, title, run));
      expect(await ended(start(script, [whole, ...kind]))).toBe(0);
      for (const lines of kills) {
        const child = start(script, [parts, ...kind]);
        await killAfterLines(child, join(parts, 'metrics.jsonl'), lines);
        expect(child.signalCode).toBe('SIGKILL');
      }
      expect(losses(parts).length).toBeLessThan(steps);
      expect(await ended(start(script, [parts, ...kind]))).toBe(0);
      expect(lastCheckpoint(parts).equals(lastCheckpoint(whole))).toBe(true);
      expect(losses(parts)).toEqual(losses(whole));
      expect(losses(whole).length).toBe(steps);
    },
  );
});
