import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { combineSeeds } from '../../common/random.js';
import { cornerRemovedMeshes, generateMeshes, type PoissonTask, poissonTask } from '../../datasets/index.js';
import {
  baTransolver,
  encoderFeatureCounts,
  type NeuralOperator,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from '../../operators/index.js';
import { conjugateGradientSteps, jacobi, multiply } from '../../solvers/index.js';
import {
  evaluate,
  evaluationSamples,
  exportModel,
  latestCheckpoint,
  modelFromOnnx,
  openSurrogate,
  proxyQuality,
  type TrainOptions,
  train,
} from '../../training/index.js';

let folder: string;
let task: PoissonTask;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'probe-'));
  const meshes = await generateMeshes(
    cornerRemovedMeshes({ corners: 2, count: 2, seed: 4, cellCount: 100 }),
    { workers: 0 },
  );
  task = poissonTask({ meshes });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4 };
const { cellFeatures, faceFeatures } = encoderFeatureCounts(2);
const field = () => baTransolver({ ...small, cellFeatures: cellFeatures + 1, faceFeatures });
const basis = () =>
  reducedBasis({ rank: 8, waveNumber: 3, encoder: { ...small, cellFeatures, faceFeatures } });
const settings = { steps: 6, batchSize: 2, workers: 0, projectionThreads: 0, checkpointEvery: 2, seed: 3 };
const probe = { samples: 3, every: 2 };

const run = (operator: NeuralOperator, name: string, options: Partial<TrainOptions> = {}) =>
  train(operator, task, {
    supervise: pcgSteps({ steps: { from: 1, to: 3 } }),
    out: join(folder, name),
    ...settings,
    ...options,
  });
const lastCheckpoint = (name: string) => readFileSync(latestCheckpoint(join(folder, name, 'checkpoints'))!);

describe.each([
  ['field', field],
  ['basis', basis],
] as const)('a probe of a %s operator', (kind, operator) => {
  it('tells the error of the model that the run returns', async () => {
    const result = await run(operator(), kind, { probe, averageDecay: 0.5 });
    expect(result.history.map(({ probe: look }) => look !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    const samples = evaluationSamples(task, { category: 'probe', count: 3, seed: combineSeeds(3, 2) });
    const surrogate = await openSurrogate(modelFromOnnx((await exportModel(result)).onnx));
    const { meanRelativeL2 } = await evaluate(surrogate.answer, samples);
    await surrogate.dispose();
    const last = result.history[5].probe!;
    expect(last.relativeL2).toBeCloseTo(meanRelativeL2, 5);
    expect(last.categories).toBeUndefined();
    expect(last.proxyEnergy).toBeGreaterThan(0);
    expect(last.proxyEnergy).toBeLessThanOrEqual(1 + 1e-9);
    expect(last.descentCosine).toBeGreaterThan(0);
    expect(last.seconds).toBeGreaterThan(0);
  });

  it('leaves the training alone, also through an interruption', async () => {
    await run(operator(), `${kind}-plain`, { averageDecay: 0.5 });
    const controller = new AbortController();
    const update = (_: string, done: number) => done === 3 && controller.abort();
    const progress = { update, message: () => {} };
    const parts = { probe, averageDecay: 0.5, signal: controller.signal, progress };
    await run(operator(), `${kind}-parts`, parts);
    const resumed = await run(operator(), `${kind}-parts`, { probe, averageDecay: 0.5, resume: true });
    const whole = lastCheckpoint(kind);
    expect(whole.equals(lastCheckpoint(`${kind}-plain`))).toBe(true);
    expect(whole.equals(lastCheckpoint(`${kind}-parts`))).toBe(true);
    expect(resumed.history.filter(({ probe: look }) => look).map(({ step }) => step)).toEqual([2, 4, 6]);
  });
});

describe('quality of a proxy', () => {
  const samples = () => evaluationSamples(task, { category: 'probe', count: 2, seed: 1 });

  it('is the length of the K-step difference over that of the error', () => {
    for (const sample of samples()) {
      const { matrix, mesh, singular } = sample.operator;
      const guess = sample.reference.map((value, cell) => value * Math.cos(cell));
      const target = conjugateGradientSteps(matrix, sample.rightHandSide, guess, 4, jacobi(matrix), {
        singular: singular ? { volumes: mesh.cellVolumes } : undefined,
      });
      const centred = (x: Float64Array) => {
        if (!singular) return x;
        const total = mesh.cellVolumes.reduce((sum, v) => sum + v, 0);
        const mean = x.reduce((sum, v, cell) => sum + v * mesh.cellVolumes[cell], 0) / total;
        return x.map((v) => v - mean);
      };
      const d = centred(target.map((value, cell) => value - guess[cell]));
      const e = centred(sample.reference.map((value, cell) => value - guess[cell]));
      const l2 = (x: Float64Array) => x.reduce((sum, v, cell) => sum + mesh.cellVolumes[cell] * v * v, 0);
      const energy = (x: Float64Array) => multiply(matrix, x).reduce((sum, v, cell) => sum + v * x[cell], 0);
      const quality = proxyQuality(pcgSteps({ steps: 4 }), sample, guess)!;
      expect(quality.proxyL2).toBeCloseTo(Math.sqrt(l2(d) / l2(e)), 10);
      expect(quality.proxyEnergy).toBeCloseTo(Math.sqrt(energy(d) / energy(e)), 10);
    }
  });

  it('is a cosine alone where the loss has no proxy, and nothing at the answer', () => {
    const [sample] = samples();
    const quality = proxyQuality(ritzEnergy(), sample, new Float64Array(sample.reference.length))!;
    expect(Object.keys(quality)).toEqual(['descentCosine']);
    expect(proxyQuality(ritzEnergy(), sample, sample.reference)).toBeUndefined();
  });
});

it('a probe without samples or without a period is refused', async () => {
  await expect(run(field(), 'a', { probe: { samples: [] } })).rejects.toThrow(/probe.samples is empty/);
  await expect(run(field(), 'a', { probe: { every: 0 } })).rejects.toThrow(/probe.every/);
  await expect(run(field(), 'a', { probe: { samples: 0 } })).rejects.toThrow(/probe.samples/);
});
