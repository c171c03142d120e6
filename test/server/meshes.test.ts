import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  boxMesh,
  generateMesh,
  plateWithHoles,
  readStl,
  writeMsh,
  writeStl,
  writeVtk,
  writeVtu,
} from '../../geometry/index.js';
import { meshStore } from '../../server/mesh-store.js';
import { arrayBytes, inSharedMemory } from '../../server/shared-arrays.js';
import { ask, type RunningService, runService } from './running-service.js';

const FILE = { 'content-type': 'application/octet-stream' };
const box = boxMesh({ size: [2, 1, 1], cells: [4, 3, 2] });

let service: RunningService;
beforeAll(async () => {
  service = await runService({ models: [], meshBytes: 2 ** 20, maximumCells: 5000 });
});
afterAll(() => service.close());

/** Corners and triangles of the box [0, 1]³, outwards. */
const cube = {
  points: Float64Array.from([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1]),
  triangles: Int32Array.from([
    0, 2, 1, 0, 3, 2, 4, 5, 6, 4, 6, 7, 0, 1, 5, 0, 5, 4, 1, 2, 6, 1, 6, 5, 2, 3, 7, 2, 7, 6, 3, 0, 4, 3, 4,
    7,
  ]),
};

describe('uploads', () => {
  const bytes = (written: Uint8Array | readonly Uint8Array[]) =>
    written instanceof Uint8Array ? written : Buffer.concat(written as Uint8Array[]);

  test.each([
    ['vtu', () => writeVtu(box)],
    ['msh', () => writeMsh(box)],
    ['vtk', () => writeVtk(box)],
  ])('%s is read, named or by its first bytes', async (format, write) => {
    const body = bytes(write());
    for (const query of ['', `?format=${format}`]) {
      const { status, json, headers } = await ask(service, `/meshes${query}`, { body, headers: FILE });
      expect(status).toBe(201);
      expect(headers.location).toBe(`/meshes/${json.id}`);
      expect(json).toMatchObject({ dimension: 3, cells: box.cellCount, faces: box.faceCount });
      expect(json.volume).toBeCloseTo(2, 12);
      const areas = json.patches.map(({ area }: { area: number }) => area);
      expect(areas.reduce((a: number, b: number) => a + b)).toBeCloseTo(10, 12);
      // the same bytes are the same mesh
      const again = await ask(service, `/meshes${query}`, { body, headers: FILE });
      expect(again.status).toBe(200);
      expect(again.json).toEqual(json);
    }
    const other = await ask(service, '/meshes?format=stl', { body, headers: FILE });
    expect(other.status).toBe(422);
  });

  test('a surface is filled with tetrahedra of the size asked for', async () => {
    const body = bytes(writeStl(cube));
    expect(readStl(body).triangles.length).toBe(36);
    for (const [query, headers] of [
      ['?format=stl&cellSize=0.3', FILE],
      ['?cellSize=0.3', { 'content-type': 'model/stl' }],
    ] as const) {
      const { json } = await ask(service, `/meshes${query}`, { body, headers });
      expect(json.volume).toBeCloseTo(1, 2);
      expect(json.patches).toHaveLength(6);
    }
    const { status, json } = await ask(service, '/meshes?format=stl', { body, headers: FILE });
    expect(status).toBe(422);
    expect(json.detail).toMatch(/give cellSize/);
  });

  test.each([
    ['no mesh at all', '', '%PDF-1.7', 422, /neither VTU, Gmsh MSH nor legacy VTK/],
    [
      'a file cut short',
      '',
      Buffer.from(writeVtu(box)).subarray(0, writeVtu(box).length / 2),
      422,
      /readVtu|truncated|corrupt/,
    ],
    ['another format', '?format=pvd', 'x', 400, /format/],
    ['a path for a format', '?format=../../etc/passwd', 'x', 400, /format/],
    ['an option that is none', '?file=/etc/passwd', 'x', 400, /Unrecognized key/],
    [
      'too many cells',
      '',
      Buffer.from(writeVtu(boxMesh({ size: [1, 1, 1], cells: [20, 20, 20] }))),
      422,
      /8000 cells/,
    ],
    [
      'a mesh that cannot be kept',
      '',
      Buffer.from(writeVtu(boxMesh({ size: [1, 1, 1], cells: [16, 16, 16] }))),
      413,
      /than the service keeps/,
    ],
    ['nothing', '', '', 422, /meshFormatOf/],
  ] as const)('%s is refused', async (_, query, body, status, sentence) => {
    const answer = await ask(service, `/meshes${query}`, { body, headers: FILE });
    expect(answer.json.detail).toMatch(sentence);
    expect(answer.status).toBe(status);
  });

  test('JSON is no file, and a file no JSON', async () => {
    expect((await ask(service, '/meshes', { body: {} })).status).toBe(400);
    expect((await ask(service, '/meshes/generate', { body: 'x', headers: FILE })).status).toBe(400);
    const text = await ask(service, '/meshes', { body: 'x', headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(415);
  });
});

describe('meshes that are kept', () => {
  const generate = (seed: number, cellCount = 300) =>
    ask(service, '/meshes/generate', { body: { generator: 'plate-with-holes', holes: 1, seed, cellCount } });

  test('are those of the generator, listed and found by id, until they are deleted', async () => {
    const { json } = await generate(5);
    const expected = generateMesh(plateWithHoles({ holes: 1, seed: 5 }), { cellCount: 300 });
    expect(json.cells).toBe(expected.cellCount);
    expect(json.bytes).toBe(arrayBytes(expected));
    expect((await ask(service, `/meshes/${json.id}`)).json).toEqual(json);
    expect((await ask(service, '/meshes')).json.meshes).toContainEqual(json);
    expect((await ask(service, `/meshes/${json.id}`, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      expect((await ask(service, `/meshes/${json.id}`, { method })).status).toBe(404);
    }
    expect((await generate(5)).status).toBe(201);
  });

  test('stay within their memory: those used last stay', async () => {
    const first = (await generate(1, 1500)).json;
    for (let seed = 2; seed < 10; seed++) {
      await generate(seed, 1500);
      expect((await ask(service, `/meshes/${first.id}`)).status).toBe(200);
    }
    const { meshes } = (await ask(service, '/meshes')).json;
    const bytes = meshes.reduce((sum: number, each: { bytes: number }) => sum + each.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(2 ** 20);
    expect(bytes).toBeGreaterThan(2 ** 19);
    expect(meshes.at(-1).id).toBe(first.id);
    const second = createHash('sha256')
      .update(JSON.stringify({ generator: 'plate-with-holes', holes: 1, seed: 2, cellCount: 1500 }))
      .digest('hex');
    expect((await ask(service, `/meshes/${second}`)).status).toBe(404);
  });
});

describe('the store', () => {
  test('keeps the meshes used last and never more than its memory', () => {
    const mesh = (id: number, bytes: number) =>
      ({ summary: { id: String(id), bytes } }) as unknown as Parameters<
        ReturnType<typeof meshStore>['put']
      >[0];
    const act = fc.record({
      kind: fc.constantFrom('put', 'get', 'delete'),
      id: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.integer({ min: 20, max: 60 }), (acts, limit) => {
        const store = meshStore(limit);
        let expected: number[] = [];
        const size = (id: number) => 5 + id;
        const total = () => expected.reduce((sum, id) => sum + size(id), 0);
        for (const { kind, id } of acts) {
          const had = expected.includes(id);
          if (kind === 'get') expect(store.get(String(id)) !== undefined).toBe(had);
          if (kind === 'delete') expect(store.delete(String(id))).toBe(had);
          if (kind === 'put') store.put(mesh(id, size(id)));
          if (kind !== 'get' || had) expected = expected.filter((each) => each !== id);
          if (kind === 'put' || (kind === 'get' && had)) {
            expected.push(id);
            while (total() > limit) expected.shift();
          }
          expect(store.list().map((each) => Number(each.id))).toEqual(expected);
          expect(store.bytes).toBe(total());
          expect(store.bytes).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('a mesh in shared memory is the same mesh', () => {
    const shared = inSharedMemory(box);
    expect(shared).toEqual(box);
    expect(shared.points.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
