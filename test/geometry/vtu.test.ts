import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FieldsmithError, FileError, InvalidInputError } from '../../common/errors.js';
import { packageFile } from '../../common/package-file.js';
import { createRandom } from '../../common/random.js';
import {
  boxMesh,
  cornerRemovedSquare,
  createMesh,
  generateMesh,
  meshFromFile,
  plateWithHoles,
  readVtu,
  writeVtu,
} from '../../geometry/index.js';
import { STEP_SIZE } from '../../geometry/steps.js';
import { expectMeshInvariants } from './mesh-invariants.js';

const folder = packageFile('test/fixtures/formats');
const fixtures = readdirSync(folder).filter((name) => /^(vtk|meshio)-square.*\.vtu$/.test(name));
const fixture = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

const mesh = generateMesh(plateWithHoles({ holes: 2, seed: 4 }), { cellCount: 400 });
const temperature = mesh.cellCentroids.filter((_, i) => i % 2 === 0).map(Math.exp);
const awkward = 'flux <"κ∇u" & \'more\'>';
const options = {
  cellData: { temperature, index: Int32Array.from({ length: mesh.cellCount }, (_, c) => c - 3) },
  pointData: { [awkward]: Float32Array.from(mesh.points) },
  units: { temperature: '°C' },
};

describe('readVtu on files of VTK and meshio', () => {
  it.each(fixtures)('%s', (name) => {
    const file = readVtu(fixture(name));
    const expectedPoints = Array.from({ length: 9 }, (_, p) => [
      (p % 3) / 2,
      Math.floor(p / 3) / 2,
      0,
    ]).flat();
    expect([...file.points]).toEqual(expectedPoints);
    expect([...file.cellTypes]).toEqual([5, 5, 9, 9, 7, 7]);
    expect([...file.cellOffsets]).toEqual([0, 3, 6, 10, 14, 17, 20]);
    expect([...file.cellPoints.slice(6, 10)]).toEqual([1, 2, 5, 4]);
    file.cellData.temperature.values.forEach((value, c) => {
      expect(Math.abs(value - Math.exp(-c / 3))).toBeLessThan(1e-15);
    });
    if (name.startsWith('vtk')) expect(file.cellData.temperature.unit).toBe('K');
    const { displacement } = file.pointData;
    expect(displacement.components).toBe(2);
    displacement.values.forEach((value, i) => {
      expect(value).toBeCloseTo(file.points[3 * (i >> 1) + (i & 1)] * (i & 1 ? -7 : 3), 14);
    });
    const built = meshFromFile(file).mesh;
    expectMeshInvariants(built);
    expect(built.cellVolumes.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 14);
  });

  it('says which compression it cannot read', () => {
    expect(() => readVtu(fixture('vtk-lz4.vtu'))).toThrow(/vtkLZ4DataCompressor.*zlib/);
  });
});

describe('writeVtu then readVtu', () => {
  it.each(['appended', 'ascii'] as const)('returns the same mesh and fields: %s', (encoding) => {
    const file = readVtu(writeVtu(mesh, { ...options, encoding }));
    expect(meshFromFile(file).mesh).toEqual(mesh);
    expect(file.cellData.temperature).toEqual({
      components: 1,
      type: 'Float64',
      values: temperature,
      unit: '°C',
    });
    expect([...file.cellData.index.values]).toEqual([...options.cellData.index]);
    expect(file.pointData[awkward].components).toBe(2);
    expect([...file.pointData[awkward].values]).toEqual([...options.pointData[awkward]]);
  });

  it.each(['appended', 'ascii'] as const)('keeps values that are not finite: %s', (encoding) => {
    const values = Float64Array.from(
      { length: mesh.cellCount },
      (_, c) => [Number.NaN, Infinity, -Infinity, -0][c % 4],
    );
    expect(readVtu(writeVtu(mesh, { cellData: { values }, encoding })).cellData.values.values).toEqual(
      values,
    );
  });

  it('splits long arrays into blocks', () => {
    const large = boxMesh({ size: [1, 1, 1], cells: [20, 30, 30] });
    expect(large.cellPoints.byteLength).toBeGreaterThan(2 * STEP_SIZE);
    expect(meshFromFile(readVtu(writeVtu(large))).mesh).toEqual(large);
  });

  it('writes quadrilaterals and polygons with their own types', () => {
    const mixed = createMesh({
      points: [0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1, 3, 0.5],
      cells: [
        [0, 1, 4, 3],
        [1, 2, 6, 5, 4],
      ],
    });
    const file = readVtu(writeVtu(mixed));
    expect([...file.cellTypes]).toEqual([9, 7]);
    expect(meshFromFile(file).mesh).toEqual(mixed);
  });

  it('refuses a field of the wrong length', () => {
    expect(() => writeVtu(mesh, { cellData: { t: new Float64Array(7) } })).toThrow(InvalidInputError);
  });
});

describe('readVtu on bad files', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const ascii = text(writeVtu(mesh, { ...options, encoding: 'ascii' }));
  const edited = (from: string | RegExp, to: string) => new TextEncoder().encode(ascii.replace(from, to));

  it.each([
    ['nothing', new Uint8Array(0), /not a VTK XML file/],
    ['another format', new TextEncoder().encode('solid part\nendsolid'), /not a VTK XML file/],
    ['another VTK type', edited('"UnstructuredGrid"', '"PolyData"'), /PolyData/],
    ['an unknown header type', edited('UInt32', 'UInt16'), /header_type/],
    ['a word among numbers', edited(/(connectivity[^>]*>\s*)\d+/, '$1zero'), /'zero', which is not a number/],
    ['a point that does not exist', edited(/(connectivity[^>]*>\s*)\d+/, '$199999'), /names point 99999/],
    ['a missing number', edited(/(Points"[^>]*>\s*)\S+ /, '$1'), /ends where/],
    ['falling offsets', edited(/(offsets[^>]*>\s*)3 6/, '$16 3'), /rising/],
    ['a huge count', edited(/NumberOfCells="\d+"/, 'NumberOfCells="2000000000"'), /must hold/],
    ['a negative count', edited(/NumberOfCells="\d+"/, 'NumberOfCells="-1"'), /count/],
    ['no cells', edited(/<Cells>[\s\S]*<\/Cells>/, ''), /has no Cells/],
    ['crossed elements', edited('</Cells>', '</Cell>'), /closes/],
  ] as [string, Uint8Array, RegExp][])('%s', (_name, bytes, message) => {
    expect(() => readVtu(bytes)).toThrow(FileError);
    expect(() => readVtu(bytes)).toThrow(message);
  });

  it('any truncation is one FileError', () => {
    const small = generateMesh(cornerRemovedSquare({ corners: 1, seed: 2 }), { cellCount: 30 });
    for (const encoding of ['appended', 'ascii'] as const) {
      const bytes = writeVtu(small, { encoding });
      const complete =
        text(bytes).lastIndexOf('</VTKFile>') < 0 ? bytes.length : bytes.length - '</VTKFile>\n'.length;
      for (let length = 0; length < complete; length += 7)
        expect(() => readVtu(bytes.subarray(0, length))).toThrow(FileError);
    }
    for (const name of fixtures) {
      const bytes = fixture(name);
      for (let length = 0; length < bytes.length - 20; length += 13)
        expect(() => readVtu(bytes.subarray(0, length))).toThrow(FileError);
    }
  });

  it('mutated bytes give a file, or one error of this package, never anything else', () => {
    const random = createRandom(11);
    for (const name of fixtures)
      for (let trial = 0; trial < 200; trial++) {
        const bytes = fixture(name).slice();
        for (let change = random.integer(1, 4); change > 0; change--)
          bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
        try {
          meshFromFile(readVtu(bytes, { maximumBytes: 2 ** 24 })).mesh;
        } catch (error) {
          expect(error).toBeInstanceOf(FieldsmithError);
        }
      }
  });

  it('compressed data that was changed fails its checksum', () => {
    const bytes = writeVtu(mesh, options);
    const start = text(bytes).length; // decoding replaces bytes, so this only bounds the search
    let caught = 0;
    const random = createRandom(3);
    for (let trial = 0; trial < 100; trial++) {
      const changed = bytes.slice();
      const at = random.integer(Math.floor(bytes.length * 0.7), Math.min(start, bytes.length) - 60);
      changed[at] ^= 1 << random.integer(0, 7);
      try {
        const file = readVtu(changed);
        expect(meshFromFile(file).mesh).toEqual(mesh);
        expect(file.cellData.temperature.values).toEqual(temperature);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        caught++;
      }
    }
    expect(caught).toBeGreaterThan(90);
  });

  it('refuses volume cells and points out of plane', () => {
    const lifted = edited(/(Points"[^>]*>\s*\S+ \S+ )0/, '$11');
    expect(() => meshFromFile(readVtu(lifted)).mesh).toThrow(/one plane/);
    const solid = edited(/(types[^>]*>\s*)5/, '$110');
    expect(() => meshFromFile(readVtu(solid)).mesh).toThrow(/VTK type 10/);
  });
});
