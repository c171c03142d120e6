import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import { baTransolver, linearResponse, ritzEnergy } from '../../operators/index.js';
import {
  type EncodeApplyFiles,
  evaluationSamples,
  exportEncodeApply,
  exportModel,
  exportRun,
  openEncodeApply,
  openSurrogate,
  readEncodeApply,
  type TrainedOperator,
  train,
} from '../../training/index.js';
import { featureCounts } from '../../training/operator-inputs.js';

const plan = { output: 'field' as const, features: {} };
const encoder = { width: 16, blocks: 2, heads: 2, cellSlices: 8, faceSlices: 4, ...featureCounts(plan, 2) };
let folder: string;
let run: TrainedOperator;
let files: EncodeApplyFiles & { onnx: Uint8Array };

const meshesOf = (cellCount: number) =>
  generateMeshes(cornerRemovedMeshes({ corners: 2, count: 1, seed: cellCount, cellCount }), { workers: 0 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encode-apply-'));
  const operator = linearResponse({ sourceChannels: 8, encoder });
  const settings = { supervise: ritzEnergy(), out: join(folder, 'run'), steps: 3, batchSize: 2, workers: 0 };
  run = await train(operator, poissonTask({ meshes: await meshesOf(120) }), settings);
  const model = await exportModel(run);
  await exportRun(run);
  files = { ...model, ...readEncodeApply(join(folder, 'run')) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('encode once and apply to several sources is the single graph, on a mesh of another size', async () => {
  const task = poissonTask({ meshes: await meshesOf(260) });
  const samples = evaluationSamples(task, { category: 'other', count: 1, seed: 3 });
  const [{ operator, boundaryTypes, source, rightHandSide }] = samples;
  const sources = [source, source.map((value, cell) => 1e3 * value + Math.cos(cell)), source.map(() => 0)];
  const whole = await openSurrogate({ card: files.card, onnx: files.onnx });
  const parts = await openEncodeApply(files);
  const answers = await (await parts.encode(operator, boundaryTypes)).apply(sources);
  for (const [s, given] of sources.entries()) {
    const expected = await whole.answer({ operator, boundaryTypes, source: given, rightHandSide });
    const largest = Math.max(...expected.map(Math.abs), 1e-30);
    expected.forEach((value, cell) => {
      expect(Math.abs(answers[s][cell] - value)).toBeLessThan(2e-5 * largest);
    });
  }
  await parts.dispose();
  await whole.dispose();
});

test('graphs of other weights than the probe are refused, operators without the two parts too', async () => {
  const other = await exportEncodeApply(
    {
      ...run,
      parameters: Object.fromEntries(
        Object.entries(run.parameters).map(([name, { shape, values }]) => [
          name,
          { shape, values: values.map((value) => 1.1 * value) },
        ]),
      ),
    },
    files.card,
  );
  await expect(openEncodeApply({ ...files, apply: other.apply })).rejects.toThrow(
    /do not belong to this card/,
  );
  const field = { ...run, operator: baTransolver(encoder) };
  expect(() => readEncodeApply(folder)).toThrow(/no card.json/);
  await expect(exportEncodeApply(field, files.card)).rejects.toThrow(/no encode and apply/);
});
