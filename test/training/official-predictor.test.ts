import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { cornerRemovedSquare, generateMesh, type Mesh } from '../../geometry/index.js';
import { baTransolver, type NpsolverPresetName, npsolverPreset } from '../../operators/index.js';
import type { BoundaryConditions, PoissonProblem } from '../../solvers/index.js';
import {
  type OfficialCheckpoint,
  type OfficialPredictor,
  officialPredictor,
  type SafetensorsContent,
} from '../../training/index.js';
import { hasTorch, torchAnswer } from '../operators/official-arrays.js';

/** A small network of a task, whose answers depend on all that it reads. */
function network(task: 'random-bc' | 'control'): OfficialCheckpoint {
  const sizes = { width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3 };
  const operator = baTransolver({ ...npsolverPreset(task), ...sizes, initialisation: 'fan-in' });
  return { options: operator.options, parameters: operator.initialParameters(createRandom(5)) };
}

/** Its weights and configuration as the PyTorch module reads them. */
function torchNetwork({ options, parameters }: OfficialCheckpoint): SafetensorsContent {
  const { faceFeatures, width, blocks, heads, cellSlices, faceSlices } = options;
  const slices = [cellSlices, faceSlices];
  return {
    metadata: {
      configuration: JSON.stringify({
        space: 2,
        boundary: faceFeatures,
        width,
        layers: blocks,
        heads,
        slices,
      }),
    },
    tensors: Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, values }]) => [
        `weights/${name}`,
        { shape: [...shape], data: values },
      ]),
    ),
  };
}

/** The square [0, 2π]², which is NPSolver's own, so that nothing is scaled. */
const square = generateMesh(cornerRemovedSquare({ corners: 2, seed: 3 }), { cellSize: 0.9 });

const source = ([x, y]: readonly number[]) => Math.sin(x + 0.3) * Math.cos(2 * y) + 0.2;

function conditions({ patches }: Mesh, value = 0): BoundaryConditions {
  return Object.fromEntries(
    patches.map(({ name }, i) => [
      name,
      i % 2 === 0 ? { type: 'dirichlet' as const, value: value * i } : { type: 'neumann' as const, flux: 0 },
    ]),
  );
}

/** q of the largest size 1 (or of mean 1), as NPSolver's sources are. */
function normalised(mesh: Mesh, by: 'maximum' | 'mean'): Float64Array {
  const values = Float64Array.from({ length: mesh.cellCount }, (_, cell) =>
    source([mesh.cellCentroids[2 * cell], mesh.cellCentroids[2 * cell + 1]]),
  );
  const size =
    by === 'maximum'
      ? Math.max(...values.map(Math.abs))
      : values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / size);
}

/** The arrays of NPSolver's formulas: raw coordinates, f = −q, [x, zero gradient, fixed value (, value)] of the faces. */
function officialArrays(mesh: Mesh, q: Float64Array, given: BoundaryConditions, features: 4 | 5) {
  const faces: number[] = [];
  for (const { name, start, size } of mesh.patches) {
    const condition = given[name];
    for (let face = start; face < start + size; face++) {
      faces.push(mesh.faceCentroids[2 * face], mesh.faceCentroids[2 * face + 1]);
      faces.push(...(condition.type === 'dirichlet' ? [0, 1] : [1, 0]));
      if (features === 5) faces.push(condition.type === 'dirichlet' ? Number(condition.value) : 0);
    }
  }
  return {
    'case/x': { shape: [1, mesh.cellCount, 2], data: Float32Array.from(mesh.cellCentroids) },
    'case/f': { shape: [1, mesh.cellCount, 1], data: Float32Array.from(q, (value) => -value) },
    'case/x_bd': { shape: [1, faces.length / features, features], data: Float32Array.from(faces) },
  };
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, factor = 1) {
  const scale = largest(expected) * factor;
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => {
    expect(Math.abs(actual[i] - factor * value) / scale).toBeLessThan(1e-5);
  });
}

describe.skipIf(!hasTorch)('the PyTorch module fed with the same arrays', () => {
  test.each([
    ['random-bc', 4, 'maximum', 0],
    ['control', 5, 'mean', 1.5],
  ] as const)('%s', async (task, features, by, value) => {
    const checkpoint = network(task);
    const { metadata, tensors } = torchNetwork(checkpoint);
    const q = normalised(square, by);
    const boundaryConditions = conditions(square, value);
    const expected = torchAnswer({
      metadata,
      tensors: { ...tensors, ...officialArrays(square, q, boundaryConditions, features) },
    }).tensors['case/u'].data;
    for (const scaling of ['scaled', 'as-given'] as const) {
      const predictor = await officialPredictor(checkpoint, task, { scaling });
      expectClose(await predictor.predict({ mesh: square, source: q, boundaryConditions }), expected);
      await predictor.dispose();
    }
  });
});

describe('units, strength and conductivity', () => {
  let predictor: OfficialPredictor;
  const checkpoint = network('random-bc');
  beforeAll(async () => {
    predictor = await officialPredictor(checkpoint, 'random-bc');
  });
  afterAll(() => predictor.dispose());
  const problem: PoissonProblem = { mesh: square, source, boundaryConditions: conditions(square) };

  test('a stronger source in a better conductor', async () => {
    const plain = await predictor.predict(problem);
    const stronger = await predictor.predict({
      ...problem,
      source: (x) => 30 * source(x),
      conductivity: 4,
    });
    expectClose(stronger, plain, 30 / 4);
  });

  test('the same part in other units and elsewhere', async () => {
    const moved: Mesh = {
      ...square,
      points: square.points.map((x) => 3 + x / 10),
      cellCentroids: square.cellCentroids.map((x) => 3 + x / 10),
      faceCentroids: square.faceCentroids.map((x) => 3 + x / 10),
      cellVolumes: square.cellVolumes.map((volume) => volume / 100),
      faceAreas: square.faceAreas.map((area) => area / 10),
    };
    const plain = await predictor.predict(problem);
    const small = await predictor.predict({
      ...problem,
      mesh: moved,
      source: ([x, y]) => source([10 * (x - 3), 10 * (y - 3)]),
    });
    expectClose(small, plain, 0.01);
  });

  test('insulated everywhere: neither the mean of the source nor that of the answer counts', async () => {
    const boundaryConditions = Object.fromEntries(
      square.patches.map(({ name }) => [name, { type: 'neumann' as const, flux: 0 }]),
    );
    const raw = await officialPredictor(checkpoint, 'random-bc', { scaling: 'as-given' });
    const insulated = { mesh: square, boundaryConditions };
    const field = await raw.predict({ ...insulated, source });
    const volume = square.cellVolumes.reduce((sum, value) => sum + value, 0);
    const mean = field.reduce((sum, value, cell) => sum + value * square.cellVolumes[cell], 0) / volume;
    expect(Math.abs(mean)).toBeLessThan(1e-12 * largest(field));
    expectClose(await raw.predict({ ...insulated, source: (x) => source(x) + 1 }), field);
    await raw.dispose();
  });

  test.each<[string, Partial<PoissonProblem>, string]>([
    ['conductivity that varies', { conductivity: () => 1 }, 'constant coefficients'],
    ['a reaction', { reaction: 1 }, 'reactions'],
    ['a temperature', { boundaryConditions: conditions(square, 3) }, "know 0 only ('control' has"],
    [
      'a flux',
      {
        boundaryConditions: Object.fromEntries(
          square.patches.map(({ name }) => [name, { type: 'neumann' as const, flux: 2 }]),
        ),
      },
      'has the flux 2',
    ],
    [
      'convection',
      {
        boundaryConditions: Object.fromEntries(
          square.patches.map(({ name }) => [name, { type: 'robin' as const, coefficient: 1, ambient: 0 }]),
        ),
      },
      'is robin',
    ],
    ['a patch without condition', { boundaryConditions: {} }, 'has no boundary condition'],
  ])('%s is refused', async (_, change, message) => {
    await expect(predictor.predict({ ...problem, ...change })).rejects.toThrow(message);
  });

  test.each<NpsolverPresetName>(['dirichlet', 'neumann', 'control', 'cube'])(
    'a checkpoint of random types is none of %s',
    async (task) => {
      await expect(officialPredictor(checkpoint, task)).rejects.toThrow(`the networks of '${task}' have`);
    },
  );
});
