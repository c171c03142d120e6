import { beforeAll, describe, expect, it } from 'vitest';
import { cornerRemovedMeshes, drawSample, generateMeshes, poissonTask } from '../../datasets/index.js';
import type { SupervisionContext } from '../../operators/index.js';
import { multiply } from '../../solvers/index.js';
import { batchBuilder } from '../../training/batch-builder.js';
import type { BatchPlan } from '../../training/poisson-batch.js';

let plan: BatchPlan;
beforeAll(async () => {
  const requests = cornerRemovedMeshes({ corners: 4, count: 3, seed: 2, cellCount: 100 });
  const meshes = await generateMeshes(requests, { workers: 0 });
  const task = poissonTask({ meshes, sourcesPerSample: 2 });
  plan = { task, seed: 4, batchSize: 3, output: 'basis', features: {} };
});

async function firstBatches(workers: number, order: number[]) {
  const { build, close } = batchBuilder(plan, workers);
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
