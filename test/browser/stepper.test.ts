import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STEPPER_METHODS } from '../../operators/index.js';
import { batchOfFrames, exportStepper, openStepper, rollout, trainStepper } from '../../training/index.js';
import { smallBurgers, smallOperator } from '../training/time-stepper/small-burgers.js';
import { describeInBrowser } from './open-page.js';
import { openRuntimePage, type RuntimePage } from './runtime-page.js';

const STEPS = 200;

describeInBrowser('a learned time stepper in a browser', () => {
  let folder: string;
  let opened: RuntimePage;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-stepper-'));
    opened = await openRuntimePage('test/browser/stepper-page.ts');
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('200 steps in WebAssembly are those of Node, from other grids too', async () => {
    const data = await smallBurgers({ trajectories: 2, frames: 11 });
    const trained = await trainStepper(smallOperator(), data, {
      // forgets what was rounded differently, as the solver does
      method: STEPPER_METHODS['reference-unrolled-2'],
      conservative: true,
      learningRate: 1e-2,
      batchSize: 4,
      threads: 1,
      steps: 300,
      out: folder,
    });
    const onnx = await exportStepper(trained);
    const file = Buffer.from(onnx).toString('base64');
    await using model = await openStepper(onnx);
    const fine = {
      shape: [1, 96, 1],
      data: Float32Array.from({ length: 96 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * i) / 96)),
    };
    for (const initial of [batchOfFrames(data, 0), fine]) {
      const expected = await rollout(model, initial, STEPS);
      const question = [initial.shape, [...initial.data], STEPS]
        .map((part) => JSON.stringify(part))
        .join(', ');
      const states = (await opened.page.evaluate(`rollOut('${file}', ${question})`)) as number[][];
      expect(states).toHaveLength(STEPS + 1);
      const largest = Math.max(...Array.from(initial.data, Math.abs));
      const apart = (step: number) =>
        Math.max(...states[step].map((value, i) => Math.abs(value - expected[step].data[i]))) / largest;
      expect(apart(1)).toBeLessThan(1e-5);
      for (let step = 2; step <= STEPS; step++) expect(apart(step)).toBeLessThan(1e-3);
    }
  });
});
