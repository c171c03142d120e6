import { beforeAll, describe, expect, it } from 'vitest';
import {
  cornerRemovedMeshes,
  drawSample,
  gaussianRandomField,
  generateMeshes,
  inclusions,
  NPSOLVER_TASKS,
  piecewiseTemperatures,
  poissonTask,
} from '../../datasets/index.js';
import type { SupervisionContext } from '../../operators/index.js';
import { multiply } from '../../solvers/index.js';
import { batchBuilder } from '../../training/batch-builder.js';
import type { BatchPlan } from '../../training/poisson-batch.js';
import { smallTask } from './task-meshes.js';

let plan: BatchPlan;
beforeAll(async () => {
  const requests = cornerRemovedMeshes({ corners: 4, count: 3, seed: 2, cellCount: 100 });
  const meshes = await generateMeshes(requests, { workers: 0 });
  const task = poissonTask({ meshes, sourcesPerSample: 2 });
  plan = { task, seed: 4, batchSize: 3, output: 'basis', features: {} };
});

async function firstBatches(workers: number, order: number[], of = plan) {
  const { build, close } = batchBuilder(of, workers);
  const batches = await Promise.all(order.map(async (index) => [index, await build(index)] as const));
  await close();
  return new Map(batches);
}

describe('batchBuilder', () => {
  it('builds the same batches whatever the number of workers and the order of asking', async () => {
    const here = await firstBatches(0, [0, 1, 2, 3]);
    for (const [workers, order] of [
      [1, [3, 1, 0, 2]],
      [2, [0, 2, 1, 3]],
    ] as const) {
      const there = await firstBatches(workers, [...order]);
      for (const index of [0, 1, 2, 3]) expect(there.get(index)).toEqual(here.get(index));
    }
    expect(here.get(0)).not.toEqual(here.get(1));
  });

  it('closes in peace while batches are being built', async () => {
    const { build, close } = batchBuilder(plan, 2);
    const pending = [0, 1, 2, 3].map((index) => build(index));
    await close();
    expect((await Promise.all(pending)).length).toBe(4);
  });

  it('assembles the stream’s samples: B annihilates constants inside, b integrates the source', async () => {
    const batch = (await firstBatches(0, [2])).get(2)!;
    const { samples } = batch.context as SupervisionContext;
    samples.forEach(({ operator, rightHandSides }, member) => {
      const drawn = drawSample(plan.task, 4, 2 * 3 + member);
      const { mesh } = operator;
      expect(mesh).toBe(plan.task.meshes[drawn.meshIndex]);
      const image = multiply(operator.matrix, new Float64Array(mesh.cellCount).fill(1));
      const onDirichlet = new Float64Array(mesh.cellCount);
      operator.boundaryCoefficients.forEach((coefficient, i) => {
        onDirichlet[mesh.owner[mesh.internalFaceCount + i]] += coefficient;
      });
      for (let cell = 0; cell < mesh.cellCount; cell++) {
        expect(image[cell]).toBeCloseTo(onDirichlet[cell], 9);
        expect(rightHandSides[1][cell]).toBeCloseTo(drawn.sources[1][cell] * mesh.cellVolumes[cell], 12);
      }
    });
  });

  it('pads to the largest mesh, with masks and measures of the members', async () => {
    const { inputs } = (await firstBatches(0, [0])).get(0)!;
    const [, cells] = inputs.cellMask.shape;
    for (let member = 0; member < 3; member++) {
      const { meshIndex } = drawSample(plan.task, 4, member);
      const row = (array: typeof inputs.cellMask) =>
        Array.from(array.data.subarray(member * cells, (member + 1) * cells));
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      expect(sum(row(inputs.cellMask))).toBe(plan.task.meshes[meshIndex].cellCount);
      expect(sum(row(inputs.cellMeasures))).toBeCloseTo(1, 5);
    }
  });
});

describe('batches of every task', () => {
  it.each([...NPSOLVER_TASKS, 'variable κ'] as const)(
    '%s: the same bytes with 0, 1 and 2 workers',
    async (name) => {
      const task =
        name === 'variable κ'
          ? poissonTask({
              meshes: plan.task.meshes,
              source: gaussianRandomField({ waves: 32 }),
              boundary: piecewiseTemperatures(),
              conductivity: inclusions(),
            })
          : await smallTask(name);
      const features = { boundaryValues: true, conductivity: true };
      const of: BatchPlan = { task, seed: 9, batchSize: 2, output: 'field', features, labelled: true };
      const here = await firstBatches(0, [0, 1, 2], of);
      const one = await firstBatches(1, [2, 0, 1], of);
      const two = await firstBatches(2, [1, 2, 0], of);
      for (const index of [0, 1, 2]) {
        expect(one.get(index)).toEqual(here.get(index));
        expect(two.get(index)).toEqual(here.get(index));
      }
    },
  );
});

describe('labelled batches', () => {
  const residual = (sample: SupervisionContext['samples'][number], s: number) => {
    const product = multiply(sample.operator.matrix, sample.solutions![s]);
    const b = sample.rightHandSides[s];
    return Math.hypot(...product.map((value, cell) => value - b[cell])) / Math.hypot(...b);
  };

  it.each(['random-bc', 'control', 'cube'] as const)(
    '%s: solutions meet B u = b to float32',
    async (name) => {
      const task = await smallTask(name, { sourcesPerSample: 2 });
      for (const output of ['basis', 'field'] as const) {
        const features = { boundaryValues: true };
        const of: BatchPlan = { task, seed: 1, batchSize: 3, output, features, labelled: true };
        const { samples } = (await firstBatches(0, [0], of)).get(0)!.context as SupervisionContext;
        for (const sample of samples) {
          expect(sample.solutions).toHaveLength(2);
          for (const s of [0, 1]) expect(residual(sample, s)).toBeLessThan(1e-4);
        }
      }
    },
  );

  it('pass a fixed set again and again, in another order, each sample solved once', async () => {
    const task = await smallTask('random-bc', { distinctSamples: 6 });
    const of: BatchPlan = { task, seed: 1, batchSize: 3, output: 'basis', features: {}, labelled: true };
    const { build, prepareLabels, close } = batchBuilder(of, 2);
    const reported: number[] = [];
    await prepareLabels({ progress: { update: (_, done) => reported.push(done), message: () => {} } });
    expect(reported).toEqual([1, 2, 3, 4, 5, 6]);
    const prepared = await Promise.all([0, 1, 2, 3, 4, 5].map(build));
    await close();
    // solved on demand instead, in another order
    const demanded = await firstBatches(1, [5, 3, 0, 4, 2, 1], of);
    prepared.forEach((batch, index) => {
      expect(demanded.get(index)).toEqual(batch);
    });
    const solutionsOf = (index: number) =>
      (prepared[index].context as SupervisionContext).samples.map(({ solutions }) =>
        JSON.stringify([...solutions![0]]),
      );
    const rounds = [0, 2, 4].map((first) => [...solutionsOf(first), ...solutionsOf(first + 1)]);
    expect(new Set(rounds[0]).size).toBe(6);
    for (const round of rounds) expect([...round].sort()).toEqual([...rounds[0]].sort());
    expect(rounds[1]).not.toEqual(rounds[0]);
  });

  it('refuse a set that does not fit in memory', async () => {
    const task = await smallTask('random-bc', { distinctSamples: 1e9 });
    const of: BatchPlan = { task, seed: 1, batchSize: 3, output: 'basis', features: {}, labelled: true };
    expect(() => batchBuilder(of, 0)).toThrow(/use fewer distinctSamples/);
    expect(() => batchBuilder({ ...of, labelled: false }, 0)).not.toThrow();
  });

  it('stop solving when asked to', async () => {
    const task = await smallTask('random-bc', { distinctSamples: 50 });
    const of: BatchPlan = { task, seed: 1, batchSize: 3, output: 'basis', features: {}, labelled: true };
    const { prepareLabels, close } = batchBuilder(of, 1);
    const controller = new AbortController();
    const update = (_: string, done: number) => done === 3 && controller.abort();
    const asked = prepareLabels({ signal: controller.signal, progress: { update, message: () => {} } });
    await expect(asked).rejects.toThrow(/abort/i);
    await close();
  });
});
