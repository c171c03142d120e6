import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  boxMesh,
  cornerRemovedSquare,
  generateMesh,
  type Mesh,
  plateWithHoles,
  readMesh,
  writeVtu,
} from '../../geometry/index.js';
import {
  assemble,
  multiply,
  nonOrthogonalCorrection,
  type PoissonProblem,
  solve,
} from '../../solvers/index.js';
import { loadPretrained, openSurrogate } from '../../training/index.js';
import { ask, type RunningService, runService } from './running-service.js';

const BINARY = 'application/octet-stream';

let service: RunningService;
/** A plate as a file, with a field that differs from cell to cell. */
let mesh: Mesh;
let power: Float64Array;
let id: string;

beforeAll(async () => {
  service = await runService();
  mesh = generateMesh(plateWithHoles({ holes: 1, seed: 3 }), { cellCount: 500 });
  power = Float64Array.from({ length: mesh.cellCount }, (_, cell) => Math.sin(mesh.cellCentroids[2 * cell]));
  const uploaded = await ask(service, '/meshes', {
    body: writeVtu(mesh, { cellData: { power } }),
    headers: { 'content-type': BINARY },
  });
  expect(uploaded.status).toBe(201);
  id = uploaded.json.id;
});
afterAll(() => service.close());

const conditions = {
  'hole-*': { type: 'neumann', flux: 0.2 },
  left: { type: 'robin', coefficient: 3, ambient: 1 },
  '*': { type: 'dirichlet', value: 0 },
};
const statement = () => ({
  mesh: { id },
  conductivity: 2,
  source: { cellData: 'power' },
  boundaryConditions: conditions,
});
/** The same for the solver itself. */
const problem = (): PoissonProblem => ({
  mesh,
  conductivity: 2,
  source: power,
  boundaryConditions: Object.fromEntries(
    mesh.patches.map(({ name }) => [
      name,
      name.startsWith('hole-')
        ? { type: 'neumann', flux: 0.2 }
        : name === 'left'
          ? { type: 'robin', coefficient: 3, ambient: 1 }
          : { type: 'dirichlet', value: 0 },
    ]),
  ),
});

const norm = (values: Float64Array) => Math.hypot(...values);
const float64s = (bytes: Buffer) =>
  Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));

/** ‖b + c(u) − Bu‖ over ‖b + c(0)‖, from the solver's parts. */
function residualOf(u: Float64Array): { residualNorm: number; relativeResidual: number } {
  const { operator, rightHandSide } = assemble(problem());
  const image = multiply(operator.matrix, u);
  const right = (field: Float64Array) => {
    const correction = nonOrthogonalCorrection(operator, problem().boundaryConditions, field);
    return rightHandSide.map((value, i) => value + correction[i]);
  };
  const residualNorm = norm(right(u).map((value, i) => value - image[i]));
  return { residualNorm, relativeResidual: residualNorm / norm(right(new Float64Array(u.length))) };
}

describe('POST /solve', () => {
  test('answers with a certificate that can be computed anew from the field', async () => {
    const { status, json } = await ask(service, '/solve', {
      body: { ...statement(), relativeTolerance: 1e-6, heatBalance: true },
    });
    expect(status).toBe(200);
    const { residualNorm, relativeResidual } = residualOf(Float64Array.from(json.solution));
    expect(json.certified).toBe(true);
    expect(json.certificate.relativeResidual).toBeLessThanOrEqual(1e-6);
    expect(json.certificate.residualNorm / residualNorm).toBeCloseTo(1, 6);
    expect(json.certificate.relativeResidual / relativeResidual).toBeCloseTo(1, 6);
    expect(json.residualHistory.at(-1)).toBe(json.certificate.residualNorm);
    // what flows in flows out
    const { patches, source, relativeImbalance } = json.heatBalance;
    const rates = patches.map(({ rate }: { rate: number }) => rate);
    expect(rates.reduce((sum: number, rate: number) => sum + rate, source)).toBeCloseTo(0, 9);
    expect(relativeImbalance).toBeLessThan(1e-12);
    const volumes = mesh.cellVolumes;
    const mean = json.solution.reduce((sum: number, u: number, i: number) => sum + u * volumes[i], 0);
    expect(json.statistics.mean).toBeCloseTo(mean / volumes.reduce((a, b) => a + b), 12);
    expect(json.statistics.maximum).toBe(Math.max(...json.solution));
  });

  test('is the same field as JSON, as float64, as float32, and of the solver itself', async () => {
    const [json, double, single] = await Promise.all(
      ['application/json', BINARY, `${BINARY}; type=float32`].map((accept) =>
        ask(service, '/solve', { body: statement(), headers: { accept } }),
      ),
    );
    expect(double.headers['content-type']).toBe(`${BINARY}; type=float64`);
    expect([...float64s(double.bytes)]).toEqual(json.json.solution);
    const { solution } = await solve(problem());
    expect([...float64s(double.bytes)]).toEqual([...solution]);
    expect(single.headers['content-type']).toBe(`${BINARY}; type=float32`);
    const floats = Array.from({ length: mesh.cellCount }, (_, i) => single.bytes.readFloatLE(4 * i));
    expect(single.bytes.length).toBe(4 * mesh.cellCount);
    expect(floats).toEqual([...Float32Array.from(solution)]);
    const report = JSON.parse(String(double.headers['fieldsmith-report']));
    const { seconds: _, ...certificate } = report.certificate;
    expect(json.json.certificate).toMatchObject(certificate);
    expect(report.statistics).toEqual(json.json.statistics);
  });

  test('is a file that a viewer opens, with the mesh around it', async () => {
    const accept = 'application/x-vtu';
    const file = await ask(service, '/solve', { body: statement(), headers: { accept } });
    expect(file.headers['content-type']).toBe(accept);
    const read = await readMesh(file.bytes);
    const { solution } = await solve(problem());
    expect([...read.cellData.u.values]).toEqual([...solution]);
    expect(read.mesh.cellCentroids).toEqual(mesh.cellCentroids);
    expect(JSON.parse(String(file.headers['fieldsmith-report'])).certified).toBe(true);
    // and of the mesh alone
    const alone = await readMesh((await ask(service, `/meshes/${id}/file`)).bytes);
    expect(alone.mesh.patches).toEqual(mesh.patches);
    expect([...alone.cellData.power.values]).toEqual([...power]);
    expect((await ask(service, `/meshes/${'0'.repeat(64)}/file`)).status).toBe(404);
  });

  test('starts from the guess of a model, and says what became of it', async () => {
    const body = {
      mesh: { generator: 'corner-removed-square', corners: 1, cellCount: 900 },
      source: 1,
      boundaryConditions: { bottom: { type: 'dirichlet', value: 0 }, '*': { type: 'neumann', flux: 0 } },
      guess: { model: 'random-bc' },
    };
    const { json } = await ask(service, '/solve', { body });
    expect(json.certified).toBe(true);
    expect(json.certificate.guess.used).toBe(true);
    expect(json.certificate.guess.relativeEnergyError).toBeLessThan(1);
  });

  test('says so where it did not get to the tolerance', async () => {
    const { status, json } = await ask(service, '/solve', { body: { ...statement(), maximumIterations: 2 } });
    expect(status).toBe(200);
    expect(json.certified).toBe(false);
    expect(json.certificate.status).toBe('maximum-iterations');
    expect(json.warnings.join()).toMatch(/not converged/);
    expect(residualOf(Float64Array.from(json.solution)).residualNorm).toBeCloseTo(
      json.certificate.residualNorm,
      9,
    );
  });

  test('takes values by box, by cell, as tensors, and by region', async () => {
    const box = boxMesh({ size: [2, 1, 1], cells: [4, 2, 2] });
    const heated = Float64Array.from({ length: 16 }, (_, cell) => (box.cellCentroids[3 * cell] < 1 ? 5 : 1));
    const base = {
      mesh: { generator: 'box', size: [2, 1, 1], cells: [4, 2, 2] },
      boundaryConditions: conditionsOf3d(),
    };
    const boxes = { elsewhere: 1, boxes: [{ low: [0, 0, 0], high: [1, 1, 1], value: 5 }] };
    const answers = await Promise.all(
      [
        { conductivity: 3, source: boxes },
        { conductivity: 3, source: { values: [...heated] } },
        { conductivity: { tensor: [3, 0, 0, 3, 0, 3] }, source: boxes },
      ].map((more) => ask(service, '/solve', { body: { ...base, ...more, relativeTolerance: 1e-12 } })),
    );
    const [first, ...others] = answers.map(({ json }) => json.solution as number[]);
    for (const other of others) {
      other.forEach((value, cell) => {
        expect(value).toBeCloseTo(first[cell], 9);
      });
    }
    const regions = {
      mesh: {
        generator: 'polygon',
        cellCount: 200,
        geometry: {
          outer: { vertices: [[0, 0], [2, 0], [2, 1], [0, 1]], patches: ['bottom', 'right', 'top', 'left'] }, // biome-ignore format: one rectangle
          interfaces: [{ name: 'joint', vertices: [[1, 0], [1, 1]] }], // biome-ignore format: one line
          regions: [
            { name: 'copper', point: [0.5, 0.5] },
            { name: 'steel', point: [1.5, 0.5] },
          ],
        },
      },
      conductivity: { regions: { copper: 4, steel: 1 } },
      contactResistances: [{ interface: 'joint', resistance: 0.5 }],
      boundaryConditions: {
        left: { type: 'dirichlet', value: 1 },
        right: { type: 'dirichlet', value: 0 },
        '*': { type: 'neumann', flux: 0 },
      },
      heatBalance: true,
    };
    const { json } = await ask(service, '/solve', { body: regions });
    // one dimension: resistances 1/4, 1/2 and 1/1 in a row
    const left = json.heatBalance.patches.find(({ name }: { name: string }) => name === 'left');
    expect(left.rate).toBeCloseTo(1 / 1.75, 6);
  });
});

const conditionsOf3d = () => ({
  xMin: { type: 'dirichlet', value: 1 },
  xMax: { type: 'robin', coefficient: 2, ambient: 0 },
  '*': { type: 'neumann', flux: 0 },
});

describe('POST /predict', () => {
  const body = {
    mesh: { generator: 'corner-removed-square', corners: 1, seed: 4, cellCount: 900 },
    source: 1,
    boundaryConditions: {
      bottom: { type: 'dirichlet', value: 0 },
      left: { type: 'dirichlet', value: 1 },
      '*': { type: 'neumann', flux: 0 },
    },
    model: 'random-bc',
  };

  test('is the prediction of the model, with its residual, and not called certified', async () => {
    const [json, binary] = await Promise.all(
      ['application/json', BINARY].map((accept) => ask(service, '/predict', { body, headers: { accept } })),
    );
    const given = generateMesh(cornerRemovedSquare({ corners: 1, seed: 4 }), { cellCount: 900 });
    const same: PoissonProblem = {
      mesh: given,
      source: 1,
      boundaryConditions: Object.fromEntries(
        given.patches.map(({ name }) => [
          name,
          name === 'bottom'
            ? { type: 'dirichlet', value: 0 }
            : name === 'left'
              ? { type: 'dirichlet', value: 1 }
              : { type: 'neumann', flux: 0 },
        ]),
      ),
    };
    const surrogate = await openSurrogate(loadPretrained('random-bc'), { threads: 1 });
    const expected = await surrogate.predict(same);
    expect(json.json.certified).toBe(false);
    expect(json.json.solution).toEqual([...expected]);
    expect([...float64s(binary.bytes)]).toEqual([...expected]);
    expect(json.json.range).toEqual(surrogate.rangeOf(same));
    const { operator, rightHandSide } = assemble(same);
    const image = multiply(operator.matrix, expected);
    const residual = norm(rightHandSide.map((value, i) => value - image[i])) / norm(rightHandSide);
    expect(json.json.relativeResidual / residual).toBeCloseTo(1, 9);
    await surrogate.dispose();
  });

  test('warns outside of the trained range, or refuses there', async () => {
    const outside = { ...body, mesh: { generator: 'plate-with-holes', holes: 4, cellCount: 500 } };
    const { status, json } = await ask(service, '/predict', { body: outside });
    expect(status).toBe(200);
    expect(json.range.outside).toBe(true);
    expect(json.warnings.join()).toMatch(/outside the trained range.*through holes is 4/);
    const refused = await ask(service, '/predict', { body: { ...outside, outOfRange: 'refuse' } });
    expect(refused.status).toBe(422);
    expect(refused.json.kind).toBe('OutsideTrainedRangeError');
    expect(refused.json.detail).toMatch(/through holes is 4/);
  });
});

describe('models', () => {
  test('are listed with card and trained range', async () => {
    const { json } = await ask(service, '/models');
    const { probe: _, ...card } = loadPretrained('random-bc').card;
    expect(json.models).toEqual([{ name: 'random-bc', card: JSON.parse(JSON.stringify(card)) }]);
    expect(json.models[0].card.trainedRange.cells).toHaveLength(2);
    expect((await ask(service, '/models/random-bc')).json).toEqual(json.models[0]);
    expect((await ask(service, '/models/none')).status).toBe(404);
  });
});

describe('what cannot be answered is refused with a sentence', () => {
  type Body = ReturnType<typeof statement>;
  const refusals: [string, number, RegExp, (body: Body) => unknown][] = [
    ['an unknown mesh', 404, /no mesh of this id/, (b) => ({ ...b, mesh: { id: 'a'.repeat(64) } })],
    ['an unknown generator', 400, /plate-with-holes/, (b) => ({ ...b, mesh: { generator: 'torus' } })],
    ['an unknown model', 422, /there are random-bc/, (b) => ({ ...b, guess: { model: '../x' } })],
    ['a misspelt key', 400, /Unrecognized key: "sorce"/, (b) => ({ ...b, sorce: 1 })],
    ['an unknown patch', 422, /no patch is named 'lid'/, (b) => withPatch(b, 'lid')],
    ['an unused pattern', 422, /begins as 'lid-\*'/, (b) => withPatch(b, 'lid-*')],
    [
      'a patch without condition',
      422,
      /has no boundary condition/,
      (b) => ({ ...b, boundaryConditions: {} }),
    ],
    ['an unknown type', 400, /dirichlet, neumann, robin/, (b) => withPatch(b, 'left', { type: 'warm' })],
    ['a field that is not there', 422, /mesh has power/, (b) => ({ ...b, source: { cellData: 'heat' } })],
    ['too few values', 422, /expected \d+ values, one per cell/, (b) => ({ ...b, source: { values: [1] } })],
    ['a negative conductivity', 422, /positive conductivity/, (b) => ({ ...b, conductivity: -1 })],
    ['an empty box', 422, /holds the centroid of no cell/, (b) => ({ ...b, source: { boxes: [nowhere] } })],
    [
      'regions of a mesh without',
      422,
      /regions of the mesh are none/,
      (b) => ({ ...b, source: { regions: { a: 1 } } }),
    ],
    [
      'a net source with nowhere to go',
      422,
      /must be zero/,
      (b) => ({ ...b, source: 1, boundaryConditions: insulated }),
    ],
  ];
  const nowhere = { low: [50, 50], high: [51, 51], value: 1 };
  const insulated = { '*': { type: 'neumann', flux: 0 } };
  const withPatch = (body: Body, name: string, condition: unknown = { type: 'neumann', flux: 0 }) => ({
    ...body,
    boundaryConditions: { ...body.boundaryConditions, [name]: condition },
  });

  test.each(refusals)('%s', async (_, status, sentence, change) => {
    const answer = await ask(service, '/solve', { body: change(statement()) });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ status, type: 'about:blank' });
    expect(answer.json.detail).toMatch(sentence);
    expect(answer.status).toBe(status);
  });

  test('a media type that no field has', async () => {
    const answer = await ask(service, '/solve', { body: statement(), headers: { accept: 'image/png' } });
    expect(answer.status).toBe(406);
    expect(answer.json.detail).toContain('type=float32');
  });
});
