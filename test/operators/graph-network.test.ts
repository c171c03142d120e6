import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { allDirichlet, poissonTask } from '../../datasets/index.js';
import type { Mesh } from '../../geometry/index.js';
import {
  baTransolver,
  batchInputs,
  batchSpecs,
  type EncoderInputs,
  encoderFeatureCounts,
  encoderInputs,
  graphNetwork,
  labels,
  type OperatorInputs,
  pcgSteps,
} from '../../operators/index.js';
import { compile, type Parameters } from '../../runtime/index.js';
import { evaluationSamples, exportModel, openSurrogate, train } from '../../training/index.js';
import { smallMesh, typesOf } from './poisson-samples.js';

const features = { edges: true, boundaryDistance: false };
const counts = encoderFeatureCounts(2, features);
const operator = graphNetwork({ ...counts, width: 12, layers: 3 });
const parameters = operator.initialParameters(createRandom(3));

const member = (mesh: Mesh): EncoderInputs => encoderInputs(mesh, typesOf(mesh, 'mixed'), 1, features);

async function network(weights: Parameters = parameters) {
  const compiled = await compile(
    (inputs, tensors) => ({ field: operator.forward(tensors, inputs as unknown as OperatorInputs) }),
    batchSpecs(counts.cellFeatures, counts.faceFeatures, 'batch', counts.edgeFeatures),
    { parameters: weights, threads: 1 },
  );
  return {
    /** `[member][cell]` */
    async run(members: EncoderInputs[]): Promise<number[][]> {
      const { field } = await compiled.run(batchInputs(members));
      const cells = field.shape[1];
      return members.map((_, b) => Array.from(field.data.slice(b * cells, (b + 1) * cells)));
    },
    dispose: () => compiled.dispose(),
  };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThan(1e-5);
  });
}

test('edges are the faces between cells, seen from the owner, whatever the unit', () => {
  const mesh = smallMesh(2);
  const { edges } = member(mesh);
  expect(edges!.edgeCount).toBe(mesh.internalFaceCount);
  const size = Math.sqrt(mesh.cellVolumes.reduce((sum, volume) => sum + volume, 0) / mesh.cellCount);
  const row = (values: Float32Array, at: number) => values.subarray(5 * at, 5 * at + 5);
  for (const face of [0, 7, mesh.internalFaceCount - 1]) {
    const [from, to] = [mesh.owner[face], mesh.neighbour[face]];
    const d = [0, 1].map(
      (axis) => (mesh.cellCentroids[2 * to + axis] - mesh.cellCentroids[2 * from + axis]) / size,
    );
    expectClose(row(edges!.edges, face), [
      ...d,
      Math.hypot(...d),
      mesh.faceAreas[face] / size,
      // the square's half side is π
      Math.log(size / Math.PI),
    ]);
  }
  const inMillimetres: Mesh = {
    ...mesh,
    points: mesh.points.map((x) => 1000 * x),
    cellCentroids: mesh.cellCentroids.map((x) => 1000 * x),
    faceCentroids: mesh.faceCentroids.map((x) => 1000 * x),
    cellVolumes: mesh.cellVolumes.map((volume) => 1e6 * volume),
    faceAreas: mesh.faceAreas.map((area) => 1000 * area),
  };
  const scaled = member(inMillimetres).edges!;
  expectClose(scaled.edges, edges!.edges);
  expectClose(scaled.faceEdges, edges!.faceEdges);
});

describe('symmetries', () => {
  const meshes = [smallMesh(1), smallMesh(5, 1.3)];

  test('a padded batch gives what its members give alone', async () => {
    const { run, dispose } = await network();
    const together = await run(meshes.map(member));
    for (const [b, mesh] of meshes.entries()) {
      const [alone] = await run([member(mesh)]);
      expectClose(together[b].slice(0, mesh.cellCount), alone);
      expect(together[b].slice(mesh.cellCount).every((value) => value === 0)).toBe(true);
    }
    await dispose();
  });

  test('neither the order of edges nor the direction in which one is stored counts', async () => {
    const { run, dispose } = await network();
    const inputs = member(meshes[0]);
    const { edgeCount, edgeFeatures, owner, neighbour, edges, ...rest } = inputs.edges!;
    const order = Array.from({ length: edgeCount }, (_, i) => edgeCount - 1 - i);
    const turned = (edge: number) => edge % 3 === 0;
    const other: EncoderInputs = {
      ...inputs,
      edges: {
        ...rest,
        edgeCount,
        edgeFeatures,
        owner: Int32Array.from(order, (edge) => (turned(edge) ? neighbour : owner)[edge]),
        neighbour: Int32Array.from(order, (edge) => (turned(edge) ? owner : neighbour)[edge]),
        edges: Float32Array.from(
          order.flatMap((edge) =>
            Array.from(edges.subarray(5 * edge, 5 * edge + 5), (value, k) =>
              turned(edge) && k < 2 ? -value : value,
            ),
          ),
        ),
      },
    };
    const [[plain], [changed]] = [await run([inputs]), await run([other])];
    expectClose(changed, plain);
    await dispose();
  });

  test('an answer sees as many cells far as there are layers', async () => {
    const { run, dispose } = await network();
    const [mesh] = meshes;
    const inputs = member(mesh);
    const cells = inputs.cells.slice();
    cells[0] += 3;
    const [[plain], [changed]] = [await run([inputs]), await run([{ ...inputs, cells }])];
    const distance = new Array<number>(mesh.cellCount).fill(Number.POSITIVE_INFINITY);
    distance[0] = 0;
    for (let round = 0; round < mesh.cellCount; round++) {
      mesh.neighbour.forEach((to, face) => {
        const from = mesh.owner[face];
        distance[to] = Math.min(distance[to], distance[from] + 1);
        distance[from] = Math.min(distance[from], distance[to] + 1);
      });
    }
    const reached = new Set(distance.filter((_, cell) => changed[cell] !== plain[cell]));
    expect([...reached].sort()).toEqual([0, 1, 2, 3]);
    await dispose();
  });

  test('boundary faces speak to their cells', async () => {
    const { run, dispose } = await network();
    const inputs = member(meshes[0]);
    const faces = inputs.faces.slice();
    faces[0] += 3;
    const [[plain], [changed]] = [await run([inputs]), await run([{ ...inputs, faces }])];
    expect(changed[inputs.edges!.faceCells[0]]).not.toBe(plain[inputs.edges!.faceCells[0]]);
    await dispose();
  });
});

describe('through the trainer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-network-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const task = poissonTask({ meshes: [smallMesh(1), smallMesh(2, 1.2)], boundary: allDirichlet() });
  const field = graphNetwork({ ...counts, cellFeatures: counts.cellFeatures + 1, width: 16, layers: 4 });

  test('it learns, and its file answers on meshes of any size', async () => {
    const run = await train(field, task, {
      supervise: pcgSteps({ steps: 20 }),
      features,
      steps: 60,
      batchSize: 4,
      learningRate: 5e-3,
      workers: 0,
      threads: 1,
      out: join(folder, 'run'),
    });
    const losses = run.history.map(({ loss }) => loss);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.7 * mean(losses.slice(0, 5)));

    const files = await exportModel(run);
    const surrogate = await openSurrogate(files, { threads: 1 });
    const larger = poissonTask({ meshes: [smallMesh(7, 0.6)] });
    const [sample] = evaluationSamples(larger, { category: 'larger', count: 1, seed: 1 });
    const answer = await surrogate.answer(sample);
    await surrogate.dispose();
    expect(answer).toHaveLength(larger.meshes[0].cellCount);
    expect(answer.every(Number.isFinite)).toBe(true);
    expect(files.card.inputs.map(({ name }) => name)).toContain('edgeOwners');
  });

  test('inputs without edges are refused', async () => {
    const options = { supervise: labels(), steps: 1, workers: 0, out: join(folder, 'refused') };
    await expect(train(field, task, { ...options, features: { boundaryDistance: false } })).rejects.toThrow(
      'built for 5 edge features, the inputs have no edges; set features.edges',
    );
    const inputs = member(smallMesh(1));
    expect(() => batchInputs([inputs, { ...inputs, edges: undefined }])).toThrow('1 of 2 members have edges');
    expect(() => graphNetwork({ layers: 0 })).toThrow(
      'graphNetwork: layers must be a positive integer, got 0',
    );
  });

  test('operators that read no edges do not mind them', async () => {
    const plain = baTransolver({
      ...encoderFeatureCounts(2, { boundaryDistance: false }),
      cellFeatures: counts.cellFeatures + 1,
      width: 8,
      blocks: 1,
      heads: 2,
    });
    const run = await train(plain, task, {
      ...{ supervise: pcgSteps({ steps: 2 }), features, steps: 1, workers: 0, threads: 1 },
      out: join(folder, 'plain'),
    });
    const surrogate = await openSurrogate(await exportModel(run), { threads: 1 });
    const [sample] = evaluationSamples(task, { category: 'any', count: 1, seed: 1 });
    expect((await surrogate.answer(sample)).every(Number.isFinite)).toBe(true);
    await surrogate.dispose();
  });
});
