import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import type { NumberArray } from '../../geometry/formats/number-arrays.js';
import {
  boxMesh,
  cornerRemovedSquare,
  extrudeMesh,
  generateMesh,
  type Mesh,
  meshFromFile,
  plateWithHoles,
  readMesh,
  readMsh,
  readPvd,
  readStl,
  readVtk,
  readVtu,
  type WriteVtuOptions,
  writeMsh,
  writePvd,
  writeStl,
  writeVtk,
  writeVtu,
} from '../../geometry/index.js';
import { polyhedralCopy } from './polyhedral-copy.js';

const box = boxMesh({ size: [1, 2, 3], cells: [2, 3, 2] });

const plate = generateMesh(plateWithHoles({ holes: 2, seed: 4 }), { cellCount: 200 });
const regions = {
  ...plate,
  regionNames: ['a', 'b "c" & d'],
  cellRegions: new Int32Array(plate.cellCount).map((_, c) => c % 2),
};
const meshes: Record<string, Mesh> = {
  triangles: generateMesh(cornerRemovedSquare({ corners: 2, seed: 3 }), { cellCount: 120 }),
  plate,
  'regions and interfaces': {
    ...regions,
    interfaces: [{ name: 'contact|π', faces: Int32Array.of(0, 3, 8) }],
  },
  hexahedra: box,
  prisms: extrudeMesh(plate, { height: 0.5, layers: 2, bottom: 'floor', top: 'lid' }),
  polyhedra: polyhedralCopy(box),
};

/** Any value of an array type: subnormals, not finite ones and the ends of the range included. */
const arrays: Record<string, (length: number) => fc.Arbitrary<NumberArray>> = {
  Int8: (n: number) => fc.int8Array({ minLength: n, maxLength: n }),
  UInt8: (n: number) => fc.uint8Array({ minLength: n, maxLength: n }),
  Int16: (n: number) => fc.int16Array({ minLength: n, maxLength: n }),
  UInt16: (n: number) => fc.uint16Array({ minLength: n, maxLength: n }),
  Int32: (n: number) => fc.int32Array({ minLength: n, maxLength: n }),
  UInt32: (n: number) => fc.uint32Array({ minLength: n, maxLength: n }),
  Float32: (n: number) => fc.float32Array({ minLength: n, maxLength: n }),
  Float64: (n: number) => fc.float64Array({ minLength: n, maxLength: n }),
} as unknown as Record<string, (length: number) => fc.Arbitrary<NumberArray>>;

const storage: fc.Arbitrary<WriteVtuOptions> = fc.record({
  encoding: fc.constantFrom('ascii', 'base64', 'appended', 'appended-base64'),
  compression: fc.constantFrom('zlib', 'none'),
  headerType: fc.constantFrom('UInt32', 'UInt64'),
  byteOrder: fc.constantFrom('LittleEndian', 'BigEndian'),
});

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const seeded = { seed: 20261124 };

describe('write, then read, is the identity', () => {
  it.each(Object.keys(meshes))('VTU in every storage: %s', (key) => {
    const mesh = meshes[key];
    const field = fc.constantFrom(...Object.keys(arrays)).chain((type) =>
      fc.integer({ min: 1, max: 4 }).chain((components) =>
        fc.record({
          cell: arrays[type](components * mesh.cellCount),
          point: arrays[type]((components * mesh.points.length) / mesh.dimension),
        }),
      ),
    );
    fc.assert(
      fc.property(storage, field, name, name, (options, { cell, point }, array, unit) => {
        fc.pre(array !== 'region');
        const file = readVtu(
          writeVtu(mesh, {
            ...options,
            cellData: { [array]: cell },
            pointData: { [array]: point },
            units: { [array]: unit },
          }),
        );
        const back = meshFromFile(file);
        expect(back.mesh).toEqual(mesh);
        expect(back.cellData[array].values).toEqual(cell);
        expect(back.pointData[array].values).toEqual(point);
        expect(back.cellData[array].unit).toBe(unit.trim());
      }),
      { ...seeded, numRuns: 24 },
    );
  });

  it('64-bit integers keep their type and value', () => {
    const values = Float64Array.from(
      { length: plate.cellCount },
      (_, c) => (c % 2 === 0 ? 1 : -1) * (2 ** 53 - 1 - 3 * c),
    );
    for (const encoding of ['ascii', 'base64', 'appended'] as const) {
      const written = { components: 1, values, type: 'Int64' } as const;
      const file = readVtu(writeVtu(plate, { encoding, cellData: { written } }));
      expect(file.cellData.written).toEqual(written);
    }
    const half = { components: 1, values: values.map((v) => v / 2 ** 53), type: 'Int64' } as const;
    expect(() => writeVtu(plate, { cellData: { half } })).toThrow(InvalidInputError);
  });

  it.each(Object.keys(meshes))('legacy VTK: %s', (key) => {
    // a polyhedron has no list of points there: they come in the order of its faces
    const mesh = meshFromFile(readVtk(writeVtk(meshes[key]))).mesh;
    expect(mesh.facePoints).toEqual(meshes[key].facePoints);
    expect(mesh.patches).toEqual(meshes[key].patches);
    mesh.cellVolumes.forEach((volume, c) => {
      expect(volume).toBeCloseTo(meshes[key].cellVolumes[c], 14);
    });
    fc.assert(
      fc.property(
        fc.constantFrom('ascii' as const, 'binary' as const),
        fc.constantFrom(...Object.keys(arrays)).chain((type) => arrays[type](2 * mesh.cellCount)),
        name,
        (encoding, cell, array) => {
          fc.pre(array !== 'region');
          const back = meshFromFile(readVtk(writeVtk(mesh, { encoding, cellData: { [array]: cell } })));
          expect(back.mesh).toEqual(mesh);
          expect(back.cellData[array].values).toEqual(cell);
        },
      ),
      { ...seeded, numRuns: 16 },
    );
  });

  it.each(Object.keys(meshes).filter((key) => key !== 'polyhedra' && !key.startsWith('regions')))(
    'Gmsh: %s',
    (key) => {
      const mesh = meshes[key];
      fc.assert(
        fc.property(
          fc.constantFrom('ascii' as const, 'binary' as const),
          fc.float64Array({ minLength: mesh.cellCount, maxLength: mesh.cellCount }),
          fc.float64Array({ minLength: mesh.points.length, maxLength: mesh.points.length }),
          (encoding, cell, point) => {
            const back = meshFromFile(
              readMsh(writeMsh(mesh, { encoding, cellData: { cell }, pointData: { point } })),
            );
            expect(back.mesh).toEqual(mesh);
            expect(back.cellData.cell.values).toEqual(cell);
            back.pointData.point.values.forEach((value, i) => {
              const k = i % 3;
              expect(value).toBe(k < mesh.dimension ? point[Math.floor(i / 3) * mesh.dimension + k] : 0);
            });
          },
        ),
        { ...seeded, numRuns: 10 },
      );
    },
  );

  it('Gmsh keeps regions and interfaces', () => {
    const left = {
      ...plate,
      regionNames: ['left', 'right'],
      cellRegions:
        plate.cellVolumes.length > 0
          ? Int32Array.from({ length: plate.cellCount }, (_, c) => (plate.cellCentroids[2 * c] < 0.5 ? 0 : 1))
          : new Int32Array(0),
    };
    const { mesh } = meshFromFile(readMsh(writeMsh(left)));
    const area = (of: Mesh, region: string) =>
      of.cellVolumes.reduce(
        (sum, v, c) => (of.regionNames![of.cellRegions![c]] === region ? sum + v : sum),
        0,
      );
    for (const region of left.regionNames) expect(area(mesh, region)).toBeCloseTo(area(left, region), 12);
    expect(mesh.interfaces?.map((part) => part.name)).toEqual(['left|right']);
  });

  it('Gmsh has no polyhedra', () => {
    expect(() => writeMsh(meshes.polyhedra)).toThrow(InvalidInputError);
  });

  it.each(['binary', 'ascii'] as const)('STL: %s', (encoding) => {
    const coordinate = fc.integer({ min: -50, max: 50 }).map((i) => i / 8);
    const corner = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(fc.array(fc.tuple(corner, corner, corner), { minLength: 1, maxLength: 40 }), (all) => {
        const same = (a: number[], b: number[]) => a.every((x, k) => x === b[k]);
        const list = all.filter(([a, b, c]) => !same(a, b) && !same(b, c) && !same(c, a));
        fc.pre(list.length > 0);
        const soup = {
          points: Float64Array.from(list.flat(2)),
          triangles: Int32Array.from({ length: 3 * list.length }, (_, i) => i),
          patchNames: ['front', 'back side'],
          trianglePatches: Int32Array.from(list, (_, t) => (2 * t < list.length ? 0 : 1)),
        };
        const surface = readStl(writeStl(soup, { encoding }));
        const corners = (s: typeof surface) =>
          Array.from(s.triangles, (p) => [...s.points.subarray(3 * p, 3 * p + 3)].map((x) => x + 0));
        expect(corners(surface)).toEqual(corners(soup));
        // points in one place are one
        expect(new Set(corners(soup).map(String)).size).toBe(surface.points.length / 3);
        if (encoding === 'ascii')
          expect(Array.from(surface.trianglePatches!, (p) => surface.patchNames![p])).toEqual(
            Array.from(soup.trianglePatches, (p) => soup.patchNames[p]),
          );
      }),
      { ...seeded, numRuns: 60 },
    );
  });

  it('STL corners are merged within a distance', () => {
    const jitter = (x: number, i: number) => x + 1e-7 * Math.sin(17 * i);
    const square = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0].map(jitter);
    const soup = { points: Float64Array.from(square), triangles: Int32Array.from([0, 1, 2, 3, 4, 5]) };
    const bytes = writeStl(soup, { encoding: 'ascii' });
    expect(readStl(bytes).points.length).toBe(18);
    expect(readStl(bytes, { mergeDistance: 1e-6 }).points.length).toBe(12);
  });

  it('PVD', () => {
    const entry = fc.record({
      time: fc.double({ noNaN: true, noDefaultInfinity: true }).map((t) => t + 0),
      file: name,
      part: fc.nat(),
      group: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(readPvd(writePvd(entries))).toEqual(entries);
      }),
      seeded,
    );
  });
});

describe('readMesh', () => {
  it('knows formats by their first bytes and reads in slices as at once', async () => {
    for (const bytes of [writeVtu(box), writeVtk(box), writeMsh(box), writeMsh(box, { encoding: 'ascii' })])
      expect((await readMesh(bytes)).mesh).toEqual(box);
  });

  it('reports progress, lets the event loop run and stops when told to', async () => {
    const large = generateMesh(cornerRemovedSquare({ corners: 1, seed: 1 }), { cellCount: 8000 });
    const field = Float64Array.from({ length: 20 * large.cellCount }, (_, i) => Math.sin(i));
    const bytes = writeVtu(large, { encoding: 'ascii', cellData: { a: field, b: field, c: field } });
    const done: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await readMesh(bytes, {
      progress: { update: (_, at, total) => done.push(at / total), message: () => {} },
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    expect(done.at(-1)).toBe(1);
    expect(done.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    const controller = new AbortController();
    const reading = readMesh(bytes, {
      signal: controller.signal,
      progress: { update: () => controller.abort(new Error('enough')), message: () => {} },
    });
    await expect(reading.then(() => 'finished')).rejects.toThrow('enough');
  });
});
