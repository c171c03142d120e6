import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type NpsolverSample,
  poissonTask,
  readNpsolverFile,
  writeNpsolverFile,
} from '../../datasets/index.js';
import { boxMesh, cornerRemovedSquare, generateMesh, writeVtk, writeVtu } from '../../geometry/index.js';
import {
  baTransolver,
  encoderFeatureCounts,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from '../../operators/index.js';
import { assembleOperator, solve } from '../../solvers/index.js';
import {
  conditionsOf,
  evaluate,
  exportModel,
  openSurrogate,
  storedSamples,
  train,
} from '../../training/index.js';
import { fixture, fixtureBytes, hasH5py, python } from './hdf5-files.js';

const folder = mkdtempSync(join(tmpdir(), 'npsolver-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

/** ‖a − b‖/‖b‖ of what is left without the volume means. */
function relativeDifference(a: Float64Array, b: Float64Array, volumes?: Float64Array): number {
  const centred = (values: Float64Array) => {
    const mean = volumes ? sum(values.map((value, i) => value * volumes[i])) / sum(volumes) : 0;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  return Math.sqrt(sum(x.map((value, i) => (value - y[i]) ** 2)) / sum(y.map((value) => value ** 2)));
}

async function solved(sample: NpsolverSample): Promise<number> {
  const { mesh, source, solution } = sample;
  const { solution: u } = await solve(
    { mesh, source: source!, boundaryConditions: conditionsOf(sample) },
    { relativeTolerance: 1e-10, nonOrthogonalCorrection: false, neumannImbalance: 'remove' },
  );
  const insulated = Object.values(sample.boundaryTypes).every((type) => type === 'neumann');
  return relativeDifference(u, solution!, insulated ? mesh.cellVolumes : undefined);
}

describe('a file that h5py wrote', () => {
  test('a slab is a 2D mesh of its true size', async () => {
    const samples = await readNpsolverFile(fixture('npsolver-square'));
    expect(samples.map(({ name, caseName }) => [name, caseName])).toEqual([
      ['0', 'all fixed'],
      ['1', 'mixed'],
      ['2', 'insulated'],
      ['3', 'given values'],
    ]);
    const [{ mesh, boundaryTypes }] = samples;
    for (const sample of samples) expect(sample.mesh).toBe(mesh);
    expect(mesh).toMatchObject({ dimension: 2, cellCount: 58, internalFaceCount: 100, faceCount: 132 });
    const side = 2 * Math.PI;
    expect(sum(mesh.cellVolumes) / (side ** 2 * (58 / 64))).toBeCloseTo(1, 5);
    // a square without a rectangle at its corner has the square's perimeter
    expect(sum(mesh.faceAreas.subarray(100)) / (4 * side)).toBeCloseTo(1, 5);
    expect(mesh.patches.map(({ start, size }) => [start, size])).toEqual([
      [100, 8],
      [108, 2],
      [110, 6],
      [116, 8],
      [124, 3],
      [127, 5],
    ]);
    expect(Object.values(boundaryTypes)).toEqual(new Array(6).fill('dirichlet'));
    expect(samples[3].boundaryValues?.[0]).toBe(-5);
    for (const write of [writeVtu, writeVtk]) expect(() => write(mesh)).toThrow('the mesh has no points');
  });

  test.each(['npsolver-square', 'npsolver-cube'])(
    'our solver has its solutions, and the bytes are read as the file: %s',
    async (name) => {
      const samples = await readNpsolverFile(fixture(name));
      for (const sample of samples) expect(await solved(sample), sample.caseName).toBeLessThan(1e-6);
      expect(await readNpsolverFile(fixtureBytes(name))).toEqual(samples);
    },
  );

  test('groups are chosen, and the thickness given', async () => {
    const [sample] = await readNpsolverFile(fixture('npsolver-square'), { groups: ['2'], thickness: 0.2 });
    expect(sample.caseName).toBe('insulated');
    expect(sum(sample.mesh.cellVolumes) / ((2 * Math.PI) ** 2 * (58 / 64))).toBeCloseTo(0.5, 5);
    expect(await solved(sample)).toBeLessThan(1e-6);
  });

  test('coefficients are what the file says, not what the distances are', async () => {
    const [{ mesh, boundaryTypes }] = await readNpsolverFile(fixture('npsolver-square'));
    const deltaCoefficients = mesh.deltaCoefficients!.map((delta, face) => delta * (1 + 0.01 * face));
    const { faceCoefficients, boundaryCoefficients } = assembleOperator(
      { ...mesh, deltaCoefficients },
      3,
      boundaryTypes,
    );
    [...faceCoefficients, ...boundaryCoefficients].forEach((coefficient, face) => {
      expect(coefficient / (3 * deltaCoefficients[face] * mesh.faceAreas[face])).toBeCloseTo(1, 12);
    });
  });

  test('it trains and evaluates', async () => {
    const samples = await readNpsolverFile(fixture('npsolver-square'));
    const task = poissonTask({ meshes: [samples[0].mesh] });
    const options = { steps: 2, batchSize: 2, workers: 0, projectionThreads: 0, threads: 1 };
    const features = encoderFeatureCounts(2);
    const sizes = { width: 8, blocks: 1, heads: 2, cellSlices: 4, faceSlices: 2 };
    const field = await train(
      baTransolver({ ...sizes, ...features, cellFeatures: features.cellFeatures + 1 }),
      task,
      { ...options, supervise: pcgSteps({ steps: 3 }), out: join(folder, 'field') },
    );
    const basis = await train(reducedBasis({ rank: 6, encoder: { ...sizes, ...features } }), task, {
      ...options,
      supervise: ritzEnergy(),
      out: join(folder, 'basis'),
    });
    for (const run of [field, basis]) {
      expect(run.history).toHaveLength(2);
      const surrogate = await openSurrogate(await exportModel(run), { threads: 1 });
      const evaluation = await evaluate(surrogate.answer, storedSamples(samples.slice(0, 3), 'stored'));
      await surrogate.dispose();
      expect(evaluation.samples).toHaveLength(3);
      for (const { relativeL2 } of evaluation.samples) expect(Number.isFinite(relativeL2)).toBe(true);
    }
    const stored = storedSamples(samples, 'stored');
    let asked = 0;
    const exact = await evaluate(() => stored[asked++].reference, stored);
    for (const { relativeResidual } of exact.samples) expect(relativeResidual).toBeLessThan(1e-5);
  });
});

describe('a file of ours', () => {
  const square = generateMesh(cornerRemovedSquare({ corners: 2, seed: 4 }), { cellSize: 0.8 });
  const cube = boxMesh({ size: [1, 2, 3], cells: [3, 4, 3], grading: [2, 1, 1] });

  async function samplesOf(mesh: NpsolverSample['mesh']): Promise<NpsolverSample[]> {
    const types = (fixed: (i: number) => boolean) =>
      Object.fromEntries(
        mesh.patches.map(({ name }, i) => [name, fixed(i) ? ('dirichlet' as const) : ('neumann' as const)]),
      );
    const boundaryValues = Float64Array.from(
      { length: mesh.faceCount - mesh.internalFaceCount },
      (_, i) => i / 7,
    );
    const plain: NpsolverSample[] = [
      { mesh, boundaryTypes: types(() => true) },
      { mesh, boundaryTypes: types((i) => i % 2 === 0), boundaryValues, caseName: 'gelöst' },
      { mesh, boundaryTypes: types(() => false), name: 'insulated' },
    ];
    return Promise.all(
      plain.map(async (sample) => {
        const source = Float64Array.from({ length: mesh.cellCount }, (_, cell) => Math.sin(3 * cell));
        const mean = sum(source.map((q, cell) => q * mesh.cellVolumes[cell])) / sum(mesh.cellVolumes);
        const balanced = source.map((q) => q - mean);
        const { solution } = await solve(
          { mesh, source: balanced, boundaryConditions: conditionsOf(sample) },
          { relativeTolerance: 1e-12, nonOrthogonalCorrection: false, neumannImbalance: 'remove' },
        );
        return { ...sample, source: balanced, solution };
      }),
    );
  }

  test.each([
    ['2D', square],
    ['3D', cube],
  ])('comes back, %s', async (_, mesh) => {
    const path = join(folder, 'back.h5');
    const samples = await samplesOf(mesh);
    await writeNpsolverFile(path, samples, { thickness: 0.3 });
    const back = await readNpsolverFile(path);
    expect(back.map(({ name }) => name)).toEqual(['0', '1', 'insulated']);
    for (const [index, sample] of back.entries()) {
      expect(Object.values(sample.boundaryTypes)).toEqual(Object.values(samples[index].boundaryTypes));
      expect(sample.caseName).toBe(samples[index].caseName);
      for (const key of ['source', 'solution', 'boundaryValues'] as const) {
        expect(sample[key]).toEqual(
          samples[index][key] && Float64Array.from(samples[index][key]!, Math.fround),
        );
      }
      expect(await solved(sample)).toBeLessThan(1e-5);
    }
    const [{ mesh: read }] = back;
    expect(read.owner).toEqual(mesh.owner);
    expect(read.neighbour).toEqual(mesh.neighbour);
    for (const key of ['cellVolumes', 'cellCentroids', 'faceAreas', 'faceNormals'] as const) {
      expect(relativeDifference(read[key], mesh[key]), key).toBeLessThan(1e-6);
    }
  });

  test.skipIf(!hasH5py).each([
    ['2D', square],
    ['3D', cube],
  ])(
    'is read by h5py with every shape and type, and its solutions solve its equations: %s',
    async (_, mesh) => {
      const path = join(folder, 'ours.h5');
      await writeNpsolverFile(path, await samplesOf(mesh), { thickness: 0.3 });
      const [nc, nf, nb] = [mesh.cellCount, mesh.internalFaceCount, mesh.faceCount - mesh.internalFaceCount];
      const np = mesh.patches.length + (mesh.dimension === 2 ? 1 : 0);
      const expected: Record<string, [number[], string]> = {
        pos: [[nc, 3], 'float32'],
        bou_faces_centroid: [[nb, 3], 'float32'],
        volume: [[nc, 1], 'float32'],
        f_samples: [[nc, 1], 'float32'],
        p_solved: [[nc, 1], 'float32'],
        lowerIndex: [[nf], 'int64'],
        upperIndex: [[nf], 'int64'],
        face2cell: [[nb], 'int64'],
        cell_offset: [[1, 1], 'int64'],
      };
      for (const [prefix, count] of [
        ['', nf],
        ['bou', nb],
      ] as const) {
        const named = (name: string) => (prefix ? `bou${name[0].toUpperCase()}${name.slice(1)}` : name);
        expected[named('sf')] = [[count, 3], 'float32'];
        for (const name of ['magSf', 'deltaCoeff', 'weights'])
          expected[named(name)] = [[count, 1], 'float32'];
      }
      for (const name of [
        'patchSize',
        'patchOffset',
        'patchTypeP',
        'patchTypeU',
        'neighborPatchOffset',
        'patch2mesh',
      ]) {
        expected[name] = [[np, 1], 'int64'];
      }
      for (const name of ['cells', 'surfaces', 'boundary_surfaces', 'patches', 'meshes']) {
        expected[`num_${name}`] = [[], 'int64'];
      }
      const report = JSON.parse(python('npsolver-layout.py', 'inspect', path));
      expect(Object.keys(report)).toEqual(['0', '1', 'insulated']);
      expect(report[1].caseName).toBe('gelöst');
      const { case_name: text, ...numeric } = report[1].datasets;
      expect(text).toEqual([[], 'object']);
      expect(numeric).toEqual({ ...expected, boundaryP: [[nb, 1], 'float32'] });
      expect(report[0].datasets).toEqual(expected);
      for (const { numbers, error } of Object.values<{ numbers: unknown; error: number }>(report)) {
        expect(numbers).toEqual({
          num_cells: nc,
          num_surfaces: nf,
          num_boundary_surfaces: nb,
          num_patches: np,
          num_meshes: 1,
        });
        expect(error).toBeLessThan(1e-5);
      }
    },
  );

  test('is there whole or not at all', async () => {
    const own = join(folder, 'atomic');
    const [sample] = await samplesOf(square);
    const path = join(own, 'file.h5');
    await writeNpsolverFile(path, [sample]);
    const bad = { ...sample, source: sample.source!.map((q, cell) => (cell === 5 ? Number.NaN : q)) };
    await expect(writeNpsolverFile(path, [sample, bad])).rejects.toThrow("value 5 of 'f_samples' is NaN");
    await expect(writeNpsolverFile(path, [{ ...sample, boundaryTypes: {} }])).rejects.toThrow(
      'needs a boundary type',
    );
    await expect(writeNpsolverFile(path, [{ ...sample, solution: new Float64Array(3) }])).rejects.toThrow(
      'got 3',
    );
    await expect(writeNpsolverFile(path, [])).rejects.toThrow('no samples');
    await expect(writeNpsolverFile(path, [{ ...sample, name: '1' }, sample])).rejects.toThrow(
      "'1' cannot name",
    );
    expect(readdirSync(own)).toEqual(['file.h5']);
    expect(await readNpsolverFile(path)).toHaveLength(1);
    writeFileSync(join(folder, 'plain'), '');
    await expect(writeNpsolverFile(join(folder, 'plain', 'file.h5'), [sample])).rejects.toThrow(
      'cannot write',
    );
  });
});
