import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type FieldsmithError,
  FileError,
  GeometryError,
  IllPosedProblemError,
  InvalidInputError,
} from '../common/errors.js';
import { poissonTask } from '../datasets/index.js';
import {
  cornerRemovedSquare,
  createMesh,
  generateMesh,
  meshFromFile,
  type PolygonGeometry,
  plateWithHoles,
  readVtu,
  writeVtu,
} from '../geometry/index.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../operators/index.js';
import { type BoundaryConditions, type PoissonProblem, solve } from '../solvers/index.js';
import {
  exportRun,
  latestCheckpoint,
  openSurrogate,
  readModel,
  runFolder,
  type TrainOptions,
  train,
} from '../training/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The error of `work`, which must be of the class given and one sentence for a user, not a stack or a dump. */
async function errorOf(type: new (message: string) => FieldsmithError, work: () => unknown): Promise<string> {
  const error = await (async () => work())().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'an error is thrown').toBeInstanceOf(type);
  const { message, name } = error as FieldsmithError;
  expect(name).toBe(type.name);
  expect(message).not.toMatch(/\n|undefined|\[object/);
  expect(message.length).toBeLessThan(500);
  return message;
}

const conditions = ({ mesh }: Pick<PoissonProblem, 'mesh'>, value: number): BoundaryConditions =>
  Object.fromEntries(mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value }]));
const insulated = ({ mesh }: Pick<PoissonProblem, 'mesh'>): BoundaryConditions =>
  Object.fromEntries(mesh.patches.map(({ name }) => [name, { type: 'neumann', flux: 0 }]));

describe('geometry', () => {
  const polygon = (...vertices: [number, number][]): PolygonGeometry => ({
    outer: { vertices, patches: 'wall' },
  });

  it.each<[string, PolygonGeometry, RegExp]>([
    ['that crosses itself', polygon([0, 0], [1, 1], [1, 0], [0, 1]), /intersects or touches itself/],
    ['that touches itself', polygon([0, 0], [2, 0], [2, 2], [1, 0], [0, 2]), /intersects or touches itself/],
    ['of zero size', polygon([1, 1], [1, 1], [1, 1]), /zero size/],
    ['without area', polygon([0, 0], [1, 1], [2, 2]), /collinear|on one line|area/],
    ['with a NaN', polygon([0, 0], [1, 0], [Number.NaN, 1]), /vertex 2 .*NaN/],
    ['of two vertices', polygon([0, 0], [1, 0]), /at least 3 vertices/],
    [
      'with a hole outside',
      {
        ...polygon([0, 0], [1, 0], [1, 1], [0, 1]),
        holes: [
          {
            vertices: [
              [2, 2],
              [3, 2],
              [3, 3],
            ],
            patches: 'hole',
          },
        ],
      },
      /hole \d .*outside/,
    ],
  ])('a polygon %s', async (_, geometry, message) => {
    expect(await errorOf(GeometryError, () => generateMesh(geometry, { cellSize: 0.2 }))).toMatch(message);
  });

  it('a plate without width, and a cell size without size', async () => {
    expect(await errorOf(InvalidInputError, () => plateWithHoles({ holes: 1, seed: 1, width: 0 }))).toMatch(
      /width/,
    );
    expect(await errorOf(InvalidInputError, () => cornerRemovedSquare({ corners: 5, seed: 1 }))).toMatch(
      /corners/,
    );
    const square = cornerRemovedSquare({ corners: 0, seed: 1 });
    for (const cellSize of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await errorOf(InvalidInputError, () => generateMesh(square, { cellSize }))).toMatch(/cellSize/);
    }
    expect(await errorOf(GeometryError, () => generateMesh(square, { cellSize: 1e-9 }))).toMatch(
      /maximumCells/,
    );
  });

  it('a mesh in two parts', async () => {
    const parts = {
      points: [0, 0, 1, 0, 0, 1, 5, 0, 6, 0, 5, 1],
      cells: [
        [0, 1, 2],
        [3, 4, 5],
      ],
    };
    expect(await errorOf(GeometryError, () => createMesh(parts))).toMatch(/2 parts/);
  });

  it('a VTU file cut off at any point', async () => {
    const mesh = generateMesh(cornerRemovedSquare({ corners: 2, seed: 1 }), { cellCount: 60 });
    const field = Float64Array.from(mesh.cellVolumes);
    for (const encoding of ['appended', 'ascii'] as const) {
      const bytes = writeVtu(mesh, { encoding, cellData: { field } });
      // the text after the last array tells a reader nothing it needs
      const end =
        encoding === 'appended' ? bytes.length - '\n</AppendedData>\n</VTKFile>\n'.length : bytes.length - 40;
      for (let length = 0; length < end; length += Math.ceil(end / 40)) {
        await errorOf(FileError, () => meshFromFile(readVtu(bytes.subarray(0, length))).mesh);
      }
      expect(meshFromFile(readVtu(bytes)).mesh.cellCount).toBe(mesh.cellCount);
    }
    expect(await errorOf(FileError, () => readVtu(new Uint8Array(0)))).toMatch(/readVtu/);
    expect(await errorOf(FileError, () => readVtu(new TextEncoder().encode('<html></html>')))).toMatch(
      /readVtu/,
    );
  });
});

describe('problem', () => {
  const mesh = generateMesh(cornerRemovedSquare({ corners: 1, seed: 1, side: 1 }), { cellCount: 100 });
  const problem = { mesh, source: 1, boundaryConditions: conditions({ mesh }, 0) };
  const withNaN = (count: number, at: number) => {
    const values = new Float64Array(count).fill(1);
    values[at] = Number.NaN;
    return values;
  };

  it.each<[string, Partial<PoissonProblem>, RegExp]>([
    ['a NaN source', { source: Number.NaN }, /source is NaN/],
    ['a source with one NaN', { source: withNaN(mesh.cellCount, 17) }, /source\[17\] is NaN/],
    ['a source function with a NaN', { source: ([x]) => (x < 0.5 ? 1 : Number.NaN) }, /source\[\d+\] is NaN/],
    ['an infinite source', { source: Number.POSITIVE_INFINITY }, /source is Infinity/],
    ['a source of another mesh', { source: new Float64Array(7) }, /source.*got 7/],
    ['a NaN conductivity', { conductivity: Number.NaN }, /conductivity is NaN/],
    ['a conductivity with one NaN', { conductivity: withNaN(mesh.cellCount, 3) }, /conductivity\[3\] is NaN/],
    [
      'no conductivity in a cell',
      { conductivity: new Float64Array(mesh.cellCount) },
      /positive conductivity/,
    ],
    [
      'a NaN boundary value',
      { boundaryConditions: conditions({ mesh }, Number.NaN) },
      /boundaryConditions\.\S+\.value/,
    ],
    ['a patch without a condition', { boundaryConditions: {} }, /patch '\S+' has no boundary condition/],
    [
      'a condition without a patch',
      { boundaryConditions: { ...problem.boundaryConditions, lid: { type: 'dirichlet', value: 0 } } },
      /no patch is named 'lid'/,
    ],
  ])('%s', async (_, change, message) => {
    expect(await errorOf(InvalidInputError, () => solve({ ...problem, ...change }))).toMatch(message);
  });

  it('Neumann conditions everywhere with a net source', async () => {
    const illPosed = { ...problem, boundaryConditions: insulated({ mesh }) };
    expect(await errorOf(IllPosedProblemError, () => solve(illPosed))).toMatch(
      /must be zero.*neumannImbalance/,
    );
    const { status, solution } = await solve(illPosed, { neumannImbalance: 'remove' });
    expect(status).toBe('converged');
    expect(solution.every(Number.isFinite)).toBe(true);
  });

  it('a guess with a NaN, or of another mesh', async () => {
    const guess = withNaN(mesh.cellCount, 5);
    expect(await errorOf(InvalidInputError, () => solve(problem, { guess }))).toMatch(/guess\[5\] is NaN/);
    expect(await errorOf(InvalidInputError, () => solve(problem, { guess: new Float64Array(3) }))).toMatch(
      /guess/,
    );
  });
});

describe('surrogate and run folder', () => {
  const meshes = [1, 2].map((seed) =>
    generateMesh(cornerRemovedSquare({ corners: 4, seed }), { cellCount: 80 }),
  );
  const task = poissonTask({ meshes, sourcesPerSample: 2 });
  const operatorOf = (rank: number) =>
    reducedBasis({
      rank,
      waveNumber: 4,
      encoder: { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4, ...encoderFeatureCounts(2) },
    });
  const operator = operatorOf(24);
  const options = (out: string): TrainOptions => ({
    supervise: ritzEnergy(),
    out,
    steps: 3,
    batchSize: 2,
    workers: 0,
    checkpointEvery: 2,
  });

  let trained: string;
  beforeAll(async () => {
    trained = mkdtempSync(join(tmpdir(), 'bad-input-run-'));
    await exportRun(await train(operator, task, options(trained)));
  });
  afterAll(() => rmSync(trained, { recursive: true, force: true }));

  it('the same part in millimetres and in metres has the same answer, scaled', async () => {
    const part = (side: number) =>
      generateMesh(cornerRemovedSquare({ corners: 3, seed: 9, side }), { cellCount: 150 });
    const problemOf = (side: number): PoissonProblem => {
      const mesh = part(side);
      return {
        mesh,
        source: ([x, y]) => 1 + Math.sin((5 * x) / side) * Math.cos((4 * y) / side),
        boundaryConditions: Object.fromEntries(
          mesh.patches.map(({ name }, i) => [
            name,
            i % 2 === 0 ? { type: 'dirichlet', value: 0 } : { type: 'neumann', flux: 0 },
          ]),
        ),
      };
    };
    const [metres, millimetres] = [problemOf(0.2), problemOf(200)];
    // u ~ q L²: the same numbers of q per unit volume give 10⁶ times the field
    const compare = (inMetres: Float64Array, inMillimetres: Float64Array, tolerance: number) => {
      const largest = inMetres.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const difference = inMetres.reduce(
        (most, value, cell) => Math.max(most, Math.abs(value - inMillimetres[cell] / 1e6)),
        0,
      );
      expect(difference / largest).toBeLessThan(tolerance);
    };
    const tight = { relativeTolerance: 1e-12 };
    compare((await solve(metres, tight)).solution, (await solve(millimetres, tight)).solution, 1e-10);
    const surrogate = await openSurrogate(readModel(trained));
    try {
      // the network is float32: the features of both meshes agree to its round-off
      compare(await surrogate.predict(metres), await surrogate.predict(millimetres), 1e-4);
    } finally {
      await surrogate.dispose();
    }
  });

  it.each<[string, Partial<TrainOptions>]>([
    ['steps', { steps: 0 }],
    ['batchSize', { batchSize: 1.5 }],
    ['seed', { seed: Number.NaN }],
    ['clipNorm', { clipNorm: 0 }],
    ['learningRate', { learningRate: Number.NaN }],
    ['workers', { workers: -1 }],
    ['checkpointEvery', { checkpointEvery: 0 }],
    ['batchesAhead', { batchesAhead: -1 }],
    ['device', { device: 'abacus' as TrainOptions['device'] }],
  ])('training with an impossible %s', async (name, change) => {
    const out = join(folder, 'run');
    const message = await errorOf(InvalidInputError, () =>
      train(operator, task, { ...options(out), ...change }),
    );
    expect(message).toMatch(name === 'learningRate' ? /maximum/ : new RegExp(name));
    expect(existsSync(join(out, 'config.json'))).toBe(false);
  });

  it('a problem with a NaN for a surrogate', async () => {
    const surrogate = await openSurrogate(readModel(trained));
    try {
      const [mesh] = meshes;
      const boundaryConditions = conditions({ mesh }, 0);
      const predict = (source: number) => surrogate.predict({ mesh, source, boundaryConditions });
      expect(await errorOf(InvalidInputError, () => predict(Number.NaN))).toMatch(/source is NaN/);
      expect(await predict(0)).toEqual(new Float64Array(mesh.cellCount));
      // no steady state: refused as by solve, unless the imbalance is to be removed
      const insulated: BoundaryConditions = Object.fromEntries(
        mesh.patches.map(({ name }) => [name, { type: 'neumann', flux: 0 }]),
      );
      const closed = { mesh, source: 1, boundaryConditions: insulated };
      expect(await errorOf(IllPosedProblemError, () => surrogate.predict(closed))).toMatch(/must be zero/);
      const removed = await surrogate.predict(closed, { neumannImbalance: 'remove' });
      expect(removed.every(Number.isFinite)).toBe(true);
      const [{ name }] = mesh.patches;
      const convecting: BoundaryConditions = {
        ...insulated,
        [name]: { type: 'robin', coefficient: 1, ambient: 0 },
      };
      const robin = { mesh, source: 1, boundaryConditions: convecting };
      expect(await errorOf(InvalidInputError, () => surrogate.predict(robin))).toMatch(/is robin/);
    } finally {
      await surrogate.dispose();
    }
  });

  it('an output folder that cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'content');
    expect(await errorOf(FileError, () => train(operator, task, options(join(file, 'run'))))).toMatch(
      /file\/run/,
    );
    expect(await errorOf(FileError, () => train(operator, task, options(file)))).toMatch(/cannot write/);
    expect(readFileSync(file, 'utf8')).toBe('content');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('a folder that holds a run already', async () => {
    expect(await errorOf(InvalidInputError, () => train(operator, task, options(trained)))).toMatch(
      /already holds/,
    );
  });

  it.each<[string, number, Partial<TrainOptions>, RegExp]>([
    ['model', 12, {}, /operator\.options\.\S+ is 24 in the file and 12 here/],
    ['seed', 24, { seed: 5 }, /seed is 1234 in the file and 5 here/],
    ['batch size', 24, { batchSize: 3 }, /batchSize is 2 in the file and 3 here/],
    ['length', 24, { steps: 9 }, /steps is 3 in the file and 9 here/],
  ])('a run to be resumed with another %s', async (_, rank, change, message) => {
    const resume = () => train(operatorOf(rank), task, { ...options(trained), resume: true, ...change });
    expect(await errorOf(FileError, resume)).toMatch(message);
  });

  it('a truncated checkpoint', async () => {
    const out = join(folder, 'run');
    await train(operator, task, options(out));
    const path = latestCheckpoint(runFolder(out).checkpoints)!;
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 9));
    const resume = () => train(operator, task, { ...options(out), resume: true });
    expect(await errorOf(FileError, resume)).toMatch(/step-00000003.*truncated/);
  });

  it('a checkpoint of another model in the place of the run’s own', async () => {
    const [out, other] = ['run', 'other'].map((name) => join(folder, name));
    await train(operator, task, options(out));
    await train(operatorOf(12), task, options(other));
    const [path, foreign] = [out, other].map((run) => latestCheckpoint(runFolder(run).checkpoints)!);
    writeFileSync(path, readFileSync(foreign));
    const resume = () => train(operator, task, { ...options(out), resume: true });
    expect(await errorOf(FileError, resume)).toMatch(/another model/);
  });

  it('a model whose files are truncated or missing', async () => {
    const { model } = runFolder(trained);
    const [onnx, card] = ['model.onnx', 'card.json'].map((name) => readFileSync(join(model, name)));
    const open = () => openSurrogate(readModel(folder));
    for (const length of [0, 10, onnx.length >> 1, onnx.length - 1]) {
      writeFileSync(join(folder, 'card.json'), card);
      writeFileSync(join(folder, 'model.onnx'), onnx.subarray(0, length));
      await errorOf(FileError, open);
      await errorOf(FileError, async () => openSurrogate(readModel(join(folder, 'model.onnx'))));
    }
    writeFileSync(join(folder, 'model.onnx'), onnx);
    for (const length of [0, 10, card.length >> 1, card.length - 3]) {
      writeFileSync(join(folder, 'card.json'), card.subarray(0, length));
      expect(await errorOf(FileError, open)).toMatch(/card\.json/);
    }
    rmSync(join(folder, 'card.json'));
    expect(await errorOf(FileError, open)).toMatch(/no card\.json/);
    writeFileSync(join(folder, 'card.json'), card);
    rmSync(join(folder, 'model.onnx'));
    expect(await errorOf(FileError, open)).toMatch(/model\.onnx/);
    expect(await errorOf(FileError, () => readModel(join(folder, 'nowhere')))).toMatch(/nowhere/);
  });

  it('a model with one damaged weight', async () => {
    const { model } = runFolder(trained);
    const files = readModel(model);
    const onnx = files.onnx.slice();
    // somewhere in the middle lie the weights, which make up most of the file
    for (let i = 0; i < 64; i++) onnx[(onnx.length >> 1) + i] = 0x41;
    await errorOf(FileError, () => openSurrogate({ ...files, onnx }));
    expect(existsSync(model)).toBe(true);
  });
});
