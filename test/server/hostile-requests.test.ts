import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { boxMesh, writeMsh, writeStl, writeVtk, writeVtu } from '../../geometry/index.js';
import { damaged, FUZZ_RUNS } from '../hostile-bytes.js';
import { ask, type RunningService, runService } from './running-service.js';

/** A request takes longer than reading a file. */
const RUNS = Math.ceil(FUZZ_RUNS / 16);

let service: RunningService;
beforeAll(async () => {
  service = await runService({ maximumCells: 500, jsonBytes: 2 ** 16 });
});
afterAll(() => service.close());

const plate = { generator: 'corner-removed-square', corners: 1, seed: 1, cellCount: 60 };
const boundaryConditions = {
  bottom: { type: 'dirichlet', value: 0 },
  left: { type: 'neumann', flux: { values: [1] } },
  '*': { type: 'neumann', flux: 0 },
};
const bodies: Record<string, unknown> = {
  '/solve': { mesh: plate, source: 1, boundaryConditions, relativeTolerance: 1e-6, maximumIterations: 50 },
  '/predict': { mesh: plate, source: { values: [1] }, boundaryConditions, model: 'random-bc' },
  '/control': {
    mesh: { generator: 'box', size: [1, 1, 1], cells: [3, 2, 2] },
    source: { boxes: [{ low: [0, 0, 0], high: [1, 1, 1], value: 1 }] },
    boundaryConditions: {
      xMin: { type: 'robin', coefficient: 1, ambient: 0 },
      '*': { type: 'neumann', flux: 0 },
    },
    controls: [{ patches: 'xMin', quantity: 'temperature', bounds: [-1, 1] }],
    limit: { maximum: 2 },
    objective: [{ kind: 'mean', weight: 1 }, { kind: 'cost' }],
    loadCases: [{ source: 1 }],
  },
  '/meshes/generate': {
    generator: 'polygon',
    geometry: { outer: { vertices: [[0, 0], [1, 0], [0, 1]], patches: 'rim' } }, // biome-ignore format: a triangle
    cellSize: 0.3,
  },
};

/** Paths of all values in JSON. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const inner =
    value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))
      : [];
  return [[...path], ...inner];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  const part = replaced(copy[key], rest, by);
  if (part === undefined) delete copy[key];
  else copy[key] = part;
  return copy;
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    undefined,
    ...[0, -1, 0.5, 1e300, -1e300, 5e-324, 2 ** 53, 1e9, '', '\0', '*', '__proto__', 'constructor', '../x'],
    ...[
      [],
      {},
      [[]],
      null,
      true,
      { values: [] },
      { values: [1e308, -1e308] },
      { regions: {} },
      { cellData: '__proto__' },
    ],
  ),
);

test('whatever stands in place of any value is answered or refused with a sentence', async () => {
  const cases = Object.entries(bodies).flatMap(([path, body]) => pathsOf(body).map((at) => ({ path, at })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cases), strange, async ({ path, at }, by) => {
      const body = replaced(bodies[path], at, by) ?? null;
      const { status, bytes } = await ask(service, path, { body: JSON.stringify(body) });
      const text = bytes.toString();
      expect([200, 201, 400, 404, 422], text.slice(0, 500)).toContain(status);
      if (status >= 400) expect(JSON.parse(text).detail.length).toBeGreaterThan(10);
      else expect(text).not.toMatch(/:null,"maximum"|NaN/);
    }),
    { numRuns: RUNS, seed: 11 },
  );
  expect(service.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test('files with strange bytes are meshes or refused with a sentence', async () => {
  const box = boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] });
  const whole = (written: Uint8Array | readonly Uint8Array[]) =>
    Buffer.from(written instanceof Uint8Array ? written : Buffer.concat(written as Uint8Array[]));
  const triangle = { points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), triangles: Int32Array.of(0, 1, 2) };
  const files = [
    { query: '', file: whole(writeVtu(box)) },
    { query: '', file: whole(writeMsh(box)) },
    { query: '', file: whole(writeVtk(box)) },
    { query: '?format=stl&cellSize=0.3', file: whole(writeStl(triangle)) },
  ];
  const random = createRandom(12);
  for (let run = 0; run < RUNS; run++) {
    const { query, file } = files[run % files.length];
    const body = damaged(file, random);
    const headers = { 'content-type': 'application/octet-stream' };
    const { status, json } = await ask(service, `/meshes${query}`, { body, headers });
    expect([200, 201, 413, 422]).toContain(status);
    if (status >= 400) expect(json.detail).toMatch(/^\w+/);
  }
  expect(service.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
