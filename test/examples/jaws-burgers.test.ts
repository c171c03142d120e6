import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { JAWS_CASES } from '../../examples/jaws/parts/cases.js';
import { rowOf } from '../../examples/jaws/parts/figures.js';
import { writeReport } from '../../examples/jaws/parts/report.js';
import { noisyTrajectories, trainStepper } from '../../training/index.js';
import { smallBurgers, smallOperator } from '../training/time-stepper/small-burgers.js';

const folder = mkdtempSync(join(tmpdir(), 'jaws-burgers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('cases have names of their own, since rows and folders go by them', () => {
  const names = JAWS_CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a run on noisy data in a time of its own becomes a row and a page', async () => {
  const clean = await smallBurgers({ trajectories: 4, frames: 11 });
  const sets = {
    test: await smallBurgers({ trajectories: 3, frames: 13, seed: 2 }),
    ood: await smallBurgers({ trajectories: 3, frames: 13, seed: 3 }),
  };
  const { method, conservative } = JAWS_CASES.find(({ name }) => name === 'jaws 1e-2')!;
  const trained = await trainStepper(smallOperator(), noisyTrajectories(clean, { level: 0.03 }), {
    method,
    conservative,
    processorBudgetSeconds: 0.5,
    learningRate: 1e-2,
    batchSize: 4,
    threads: 1,
    out: join(folder, 'run'),
  });
  const row = await rowOf('jaws 1e-2', 0, trained, sets);
  expect(row.trainingSteps).toBe(trained.history.length);
  expect(row.rolloutRelativeL2[10]).toBeGreaterThan(0);
  expect(row.jacobian.tolerance).toBeDefined();
  const page = join(folder, 'pages', 'jaws.html');
  await writeReport(page, 'jaws 1e-2', trained, clean, sets, { certifiedFrames: 1 });
  const html = readFileSync(page, 'utf8');
  for (const text of [
    'trained on 4 trajectories of 11 frames',
    'other initial states',
    'Contraction',
    'seed 0',
  ]) {
    expect(html).toContain(text);
  }
  expect(html).not.toMatch(/NaN|undefined/);
});
