import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import { createMesh } from '../../geometry/index.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../../operators/index.js';
import { exportModel, type ModelFiles, openSurrogate, train } from '../../training/index.js';
import { describeInBrowser } from './open-page.js';
import { openRuntimePage, type RuntimePage } from './runtime-page.js';
import { disc, problemOn } from './surrogate-problem.js';

describeInBrowser('a trained surrogate in a browser', () => {
  let folder: string;
  let files: ModelFiles;
  let opened: RuntimePage;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-surrogate-'));
    const plan = cornerRemovedMeshes({ corners: 2, count: 2, seed: 1, cellCount: 100 });
    const meshes = await generateMeshes(plan, { workers: 0 });
    const encoder = {
      width: 16,
      blocks: 1,
      heads: 2,
      cellSlices: 8,
      faceSlices: 4,
      ...encoderFeatureCounts(2),
    };
    const run = await train(reducedBasis({ rank: 12, waveNumber: 0, encoder }), poissonTask({ meshes }), {
      supervise: ritzEnergy(),
      out: folder,
      steps: 5,
      batchSize: 2,
      workers: 0,
    });
    files = await exportModel(run);
    opened = await openRuntimePage('test/browser/runtime-surrogate-page.ts');
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['wasm', 1e-5],
    ['webgpu', 1e-4],
  ])('%s gives the field of Node to %d of its largest value', async (device, tolerance) => {
    const surrogate = await openSurrogate(files);
    const expected = await surrogate.predict(problemOn(createMesh(disc())));
    await surrogate.dispose();
    const file = Buffer.from(files.onnx).toString('base64');
    const { field, messages } = (await opened.page.evaluate(`predict('${file}', '${device}')`)) as {
      field: number[];
      messages: string[];
    };
    // it falls back where the device is missing, never because of what it answered
    for (const message of messages) expect(message).toMatch(/no adapter|provider missing/);
    expect(field).toHaveLength(expected.length);
    const largest = expected.reduce((m, value) => Math.max(m, Math.abs(value)), 0);
    const difference = field.reduce((m, value, cell) => Math.max(m, Math.abs(value - expected[cell])), 0);
    expect(largest).toBeGreaterThan(0.1);
    expect(difference).toBeLessThanOrEqual(tolerance * largest);
  });
});
