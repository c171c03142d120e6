import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import {
  baTransolver,
  batchInputs,
  encoderFeatureCounts,
  linearResponse,
  type NeuralOperator,
  type OperatorInputs,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from '../../operators/index.js';
import { type NamedArrays, tf } from '../../runtime/index.js';
import { solve } from '../../solvers/index.js';
import { zeroConditions } from '../../training/evaluation-samples.js';
import {
  evaluate,
  evaluationSamples,
  exportModel,
  exportRun,
  modelFromOnnx,
  openModel,
  openSurrogate,
  readModel,
  type TrainedOperator,
  train,
} from '../../training/index.js';
import { featureCounts, operatorMember } from '../../training/operator-inputs.js';
import { readConfiguration, runFolder } from '../../training/run-folder.js';

let folder: string;
let basis: TrainedOperator;
let field: TrainedOperator;
let response: TrainedOperator;

const small = { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4 };

async function meshesOf(cellCount: number, count: number) {
  return generateMeshes(cornerRemovedMeshes({ corners: 2, count, seed: cellCount, cellCount }), {
    workers: 0,
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  const meshes = await meshesOf(120, 3);
  const encoder = { ...small, ...encoderFeatureCounts(2) };
  basis = await train(
    reducedBasis({ rank: 12, waveNumber: 0, encoder }),
    poissonTask({ meshes, sourcesPerSample: 4 }),
    {
      supervise: ritzEnergy(),
      out: join(folder, 'basis'),
      steps: 120,
      batchSize: 2,
      learningRate: 5e-3,
      workers: 1,
    },
  );
  const plan = { output: 'field' as const, features: {} };
  field = await train(baTransolver({ ...small, ...featureCounts(plan, 2) }), poissonTask({ meshes }), {
    supervise: pcgSteps({ steps: 10 }),
    out: join(folder, 'field'),
    steps: 5,
    batchSize: 2,
    workers: 0,
  });
  response = await train(
    linearResponse({ sourceChannels: 8, encoder: { ...small, ...featureCounts(plan, 2) } }),
    poissonTask({ meshes }),
    {
      supervise: ritzEnergy(),
      out: join(folder, 'response'),
      steps: 40,
      batchSize: 2,
      learningRate: 5e-3,
      workers: 0,
    },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The operator's TensorFlow.js function on TensorFlow.js's own backend. */
async function eager(
  operator: NeuralOperator,
  run: TrainedOperator,
  inputs: NamedArrays,
): Promise<Float32Array> {
  await tf.setBackend('cpu');
  return tf.tidy(() => {
    const parameters = Object.fromEntries(
      Object.entries(run.parameters).map(([name, { shape, values }]) => [
        name,
        tf.tensor(values, [...shape]),
      ]),
    );
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
    );
    return operator.forward(parameters, tensors as unknown as OperatorInputs).dataSync() as Float32Array;
  });
}

describe('train', () => {
  it.each([
    ['a reduced basis', () => basis],
    ['linear response', () => response],
  ])('makes %s better at unseen meshes without labels', async (_, pick) => {
    const trained = pick();
    const task = { ...trained.task, meshes: await meshesOf(140, 3), sourcesPerSample: 1 };
    const samples = evaluationSamples(task, { category: 'unseen', count: 12, seed: 8 });
    const errorOf = async (parameters: TrainedOperator['parameters']) => {
      const surrogate = await openSurrogate(await exportModel({ ...trained, parameters }));
      const { meanRelativeL2 } = await evaluate(surrogate.answer, samples);
      await surrogate.dispose();
      return meanRelativeL2;
    };
    const untrained = trained.operator.initialParameters(createRandom(1));
    expect(await errorOf(trained.parameters)).toBeLessThan(0.8 * (await errorOf(untrained)));
  });
});

describe('a loss', () => {
  it('is recorded with its options, which a resumed run has to share', async () => {
    const { supervision } = readConfiguration(runFolder(join(folder, 'field')));
    const { name, options } = pcgSteps({ steps: 10 });
    expect(supervision).toEqual({ name, options });
    const resume = (steps: number) =>
      train(field.operator, field.task, {
        supervise: pcgSteps({ steps }),
        out: join(folder, 'field'),
        steps: 5,
        batchSize: 2,
        workers: 0,
        resume: true,
      });
    expect((await resume(10)).status).toBe('completed');
    await expect(resume(11)).rejects.toThrow(/supervision\.options\.steps is 10 in the file and 11 here/);
  });
});

describe('exportModel', () => {
  it.each([
    ['basis', () => basis],
    ['field', () => field],
    ['linear', () => response],
  ])('writes a graph that equals the eager %s operator at sizes it never saw', async (_, pick) => {
    const run = pick();
    const model = await openModel(await exportModel(run));
    for (const cellCount of [60, 150, 300]) {
      const [mesh] = await meshesOf(cellCount, 1);
      const [sample] = evaluationSamples(
        { ...run.task, meshes: [mesh], sourcesPerSample: 1 },
        {
          category: 'any',
          count: 1,
          seed: cellCount,
        },
      );
      const member = operatorMember(run.plan, sample.operator, sample.boundaryTypes, sample.source);
      const inputs = batchInputs([member.inputs]);
      const expected = await eager(run.operator, run, inputs);
      const { [run.operator.output]: found } = await model.run(inputs);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(found.data.length).toBe(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs(found.data[i] - value)).toBeLessThan(1e-5 * largest);
      });
    }
    await model.dispose();
  });

  it('gives the same model from its folder, its run and the lone ONNX file', async () => {
    const path = await exportRun(basis, { geometry: 'squares without two corners' });
    const fromRun = readModel(join(folder, 'basis'));
    expect(readModel(path)).toEqual(fromRun);
    expect(readModel(join(path, 'model.onnx'))).toEqual(fromRun);
    expect(fromRun.card.trainedRange.geometry).toBe('squares without two corners');
    expect(fromRun.card.training.steps).toBe(120);
  });

  it('notices other weights than the probe was made with, and damaged files', async () => {
    const files = await exportModel(basis);
    const other = { ...basis, parameters: structuredClone(basis.parameters) };
    for (const { values } of Object.values(other.parameters)) values[0] += 0.1;
    const { onnx } = await exportModel(other);
    await expect(openModel({ card: files.card, onnx })).rejects.toThrow(/probe's output differs/);
    await expect(openModel({ card: files.card, onnx: (await exportModel(field)).onnx })).rejects.toThrow(
      FileError,
    );
    expect(() => modelFromOnnx(files.onnx.subarray(0, 1000))).toThrow(FileError);
    const path = await exportRun(basis);
    const card = JSON.parse(readFileSync(join(path, 'card.json'), 'utf8'));
    writeFileSync(join(path, 'card.json'), JSON.stringify({ ...card, outputs: [] }));
    expect(() => readModel(path)).toThrow(/card.json is no model card: outputs/);
    expect(() => readModel(folder)).toThrow(/is no model/);
  });
});

describe('openSurrogate', () => {
  it('answers unseen meshes better than nothing, and starts a certified solve', async () => {
    const meshes = await meshesOf(130, 2);
    const task = { ...basis.task, meshes, sourcesPerSample: 1 };
    const samples = evaluationSamples(task, { category: 'unseen', count: 6, seed: 5 });
    const surrogate = await openSurrogate(await exportModel(basis));
    const { meanRelativeL2 } = await evaluate(surrogate.answer, samples);
    expect(meanRelativeL2).toBeLessThan(0.9);
    const { operator, boundaryTypes, source, reference } = samples[0];
    const problem = {
      mesh: operator.mesh,
      source,
      boundaryConditions: zeroConditions(boundaryTypes),
    };
    const solved = await solve(problem, { guess: surrogate.predict, relativeTolerance: 1e-10 });
    expect(solved.status).toBe('converged');
    expect(solved.solution.length).toBe(reference.length);
    await surrogate.dispose();
  });

  it('superposes the answers of a trained linear response, whatever the strength of the sources', async () => {
    const task = { ...response.task, meshes: await meshesOf(130, 1) };
    const [{ source, ...problem }] = evaluationSamples(task, { category: 'unseen', count: 1, seed: 5 });
    const surrogate = await openSurrogate(await exportModel(response));
    const other = source.map((_, cell) => 3 * Math.sin(cell));
    const answers = await Promise.all(
      [source, other, source.map((value, cell) => 1e3 * value - 7 * other[cell])].map((given) =>
        surrogate.answer({ ...problem, source: given }),
      ),
    );
    const [first, second, mixed] = answers;
    const scale = Math.max(...mixed.map(Math.abs));
    mixed.forEach((value, cell) => {
      expect(Math.abs(value - 1e3 * first[cell] + 7 * second[cell])).toBeLessThan(1e-5 * scale);
    });
    await surrogate.dispose();
  });

  it('answers a part in millimetres like the same part in metres', async () => {
    const [mesh] = await meshesOf(100, 1);
    const scale = 1000;
    const times = (values: Float64Array, factor: number) => values.map((value) => value * factor);
    const scaled = {
      ...mesh,
      points: times(mesh.points, scale),
      cellVolumes: times(mesh.cellVolumes, scale ** 2),
      cellCentroids: times(mesh.cellCentroids, scale),
      faceAreas: times(mesh.faceAreas, scale),
      faceCentroids: times(mesh.faceCentroids, scale),
    };
    const boundaryConditions = Object.fromEntries(
      mesh.patches.map(({ name }) => [name, { type: 'dirichlet' as const, value: 0 }]),
    );
    for (const run of [basis, field]) {
      const surrogate = await openSurrogate(await exportModel(run));
      const metres = await surrogate.predict({
        mesh,
        source: ([x, y]) => Math.sin(x + 2 * y),
        boundaryConditions,
      });
      // the same heat in the same place: q per area falls by 10⁶, lengths grow by 10³, u stays
      const millimetres = await surrogate.predict({
        mesh: scaled,
        source: ([x, y]) => Math.sin(x / scale + (2 * y) / scale) / scale ** 2,
        boundaryConditions,
      });
      const largest = metres.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      metres.forEach((value, cell) => {
        expect(Math.abs(millimetres[cell] - value)).toBeLessThan(1e-4 * largest);
      });
      await surrogate.dispose();
    }
  });
});
