import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FieldsmithError, FileError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { readNpsolverFile, readPdebenchFile } from '../../datasets/index.js';
import { fixture, fixtureBytes } from './hdf5-files.js';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
const path = join(folder, 'hostile.h5');
beforeAll(() => h5wasm.ready);
afterAll(() => rmSync(folder, { recursive: true }));

type Numbers = Float32Array | Float64Array | Int32Array | BigInt64Array;
type Stored = { data: Numbers | bigint[]; shape: number[]; dtype: string };

/** The first group of the fixture with some datasets replaced, or dropped where they are undefined. */
function changed(replacements: Record<string, Partial<Stored> | undefined>): string {
  const original = new h5wasm.File(fixture('npsolver-square'), 'r');
  const file = new h5wasm.File(path, 'w');
  const group = file.create_group('0');
  const source = original.get('0') as InstanceType<typeof h5wasm.Group>;
  for (const name of source.keys()) {
    if (name in replacements && replacements[name] === undefined) continue;
    const { value, shape, dtype } = source.get(name) as InstanceType<typeof h5wasm.Dataset>;
    if (typeof value === 'string') continue;
    const data = (ArrayBuffer.isView(value) ? value : [value]) as Numbers;
    const stored = { data, shape: shape!.map(Number), dtype: dtype as string, ...replacements[name] };
    // single integers are lists of one, which the library takes and its types do not know
    group.create_dataset({ name, ...stored, data: stored.data as Numbers });
  }
  original.close();
  file.close();
  return path;
}

const numbers = (count: number, value: (i: number) => number) =>
  Float32Array.from({ length: count }, (_, i) => value(i));
const integers = (...values: number[]) => BigInt64Array.from(values, BigInt);
const count = (value: number): Partial<Stored> => ({ data: [BigInt(value)] });
const patches = (name: string, at: number, value: number): Record<string, Partial<Stored>> => {
  const all: Record<string, number[]> = {
    patchSize: [8, 2, 6, 8, 3, 5, 0],
    patchOffset: [0, 8, 10, 16, 24, 27, 32],
    patchTypeP: [1, 1, 1, 1, 1, 1, 2],
  };
  all[name][at] = value;
  return { [name]: { data: integers(...all[name]) } };
};

describe('one sentence for each thing that is wrong', () => {
  test('unchanged, it is read', async () => {
    expect(await readNpsolverFile(changed({}))).toHaveLength(1);
  });

  const cases: [string, Record<string, Partial<Stored> | undefined>, string][] = [
    ...[
      'pos',
      'volume',
      'lowerIndex',
      'upperIndex',
      'face2cell',
      'sf',
      'bouSf',
      'magSf',
      'bouMagSf',
      'deltaCoeff',
    ]
      .concat(['bouDeltaCoeff', 'bou_faces_centroid', 'patchSize', 'patchOffset', 'patchTypeP', 'num_cells'])
      .map((name): [string, Record<string, undefined>, string] => [
        `no ${name}`,
        { [name]: undefined },
        `dataset '${name}' is missing`,
      ]),
    [
      'volumes of another count',
      { volume: { data: numbers(57, () => 1), shape: [57, 1] } },
      "'volume' has shape [57,1]",
    ],
    ['volumes in a row', { volume: { shape: [1, 58] } }, 'expected [58] or [58,1]'],
    ['positions in two columns', { pos: { data: numbers(116, () => 1), shape: [58, 2] } }, 'expected [58,3]'],
    [
      'volumes that are integers',
      { volume: { data: new Int32Array(58).fill(1), dtype: '<i' } },
      'expected 32- or 64-bit',
    ],
    [
      'indices that are not integers',
      { lowerIndex: { data: numbers(100, () => 1), dtype: '<f' } },
      "'lowerIndex' holds <f, expected integers",
    ],
    [
      'a NaN volume',
      { volume: { data: numbers(58, (i) => (i === 7 ? Number.NaN : 1)) } },
      "value 7 of 'volume' is NaN",
    ],
    ['no volume', { volume: { data: numbers(58, (i) => (i === 7 ? 0 : 1)) } }, "value 7 of 'volume' is 0"],
    [
      'a negative area',
      { magSf: { data: numbers(100, (i) => (i === 9 ? -1 : 1)) } },
      "value 9 of 'magSf' is -1",
    ],
    [
      'an infinite coefficient',
      { deltaCoeff: { data: numbers(100, () => 1 / 0) } },
      "value 0 of 'deltaCoeff' is Infinity",
    ],
    ['a face without direction', { sf: { data: numbers(300, () => 0) } }, "row 0 of 'sf' has no length"],
    [
      'a cell that is not there',
      { lowerIndex: { data: integers(...new Array(100).fill(58)) } },
      'is 58, expected 0 to 57',
    ],
    [
      'a negative cell',
      { face2cell: { data: integers(...new Array(32).fill(-1)) } },
      'is -1, expected 0 to 57',
    ],
    [
      'a cell beyond 64 bits of float',
      { face2cell: { data: new BigInt64Array(32).fill(2n ** 62n) } },
      'expected 0 to 57',
    ],
    [
      'a loop',
      {
        lowerIndex: { data: integers(...new Array(100).fill(3)) },
        upperIndex: { data: integers(...new Array(100).fill(3)) },
      },
      'joins cell 3 with itself',
    ],
    ['a negative count', { num_cells: count(-58) }, "'num_cells' is -58"],
    ['a huge count', { num_cells: count(2 ** 52) }, "'pos' has shape [58,3]"],
    ['counts that are many', { num_cells: { data: integers(58, 58), shape: [2] } }, 'expected one number'],
    ['faces counted wrongly', { num_surfaces: count(99) }, "num_surfaces is 99, 'lowerIndex' has 100"],
    [
      'boundary faces counted wrongly',
      { num_boundary_surfaces: count(31) },
      'the patches have 32 faces, num_boundary_surfaces is 31',
    ],
    ['two meshes in one', { num_meshes: count(2) }, 'num_meshes is not 1'],
    [
      'weights beyond the face',
      { weights: { data: numbers(100, () => 1.5) } },
      "value 0 of 'weights' is 1.5",
    ],
    ['an unknown patch', patches('patchTypeP', 2, 9), "value 2 of 'patchTypeP' is 9"],
    ['a cyclic patch', patches('patchTypeP', 2, 4), "patch 2 is 'cyclic'"],
    ['empty with faces', patches('patchTypeP', 2, 2), "patch 2 is 'empty' and has 6 faces"],
    ['a gap between patches', patches('patchOffset', 2, 11), 'patch 2 begins at face 11, expected 10'],
    [
      'patches too short',
      patches('patchSize', 5, 4),
      'the patches have 31 faces, num_boundary_surfaces is 32',
    ],
    ['a negative patch', patches('patchSize', 5, -5), "value 5 of 'patchSize' is -5"],
    [
      'a source of NaN',
      { f_samples: { data: numbers(58, () => Number.NaN) } },
      "value 0 of 'f_samples' is NaN",
    ],
    [
      'a solution too short',
      { p_solved: { data: numbers(5, () => 1), shape: [5, 1] } },
      "'p_solved' has shape [5,1]",
    ],
  ];
  test.each(cases)('%s', async (_, replacements, message) => {
    const failure = await readNpsolverFile(changed(replacements)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FileError);
    const text = (failure as Error).message;
    expect(text).toContain(message);
    expect(text).toMatch(/^readNpsolverFile: .*, group '0': /);
    expect(text).not.toContain('\n');
  });

  test('no file, no HDF5, half a file, no groups, another group', async () => {
    await expect(readNpsolverFile(join(folder, 'none.h5'))).rejects.toThrow('cannot be read as HDF5');
    writeFileSync(path, 'a text');
    await expect(readNpsolverFile(path)).rejects.toThrow('signature not found');
    await expect(readNpsolverFile(new Uint8Array(0))).rejects.toThrow(FileError);
    const bytes = fixtureBytes('npsolver-square');
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    await expect(readNpsolverFile(path)).rejects.toThrow('truncated');
    await expect(readNpsolverFile(fixture('pdebench'))).rejects.toThrow('has no groups');
    await expect(readNpsolverFile(fixture('npsolver-cube'), { groups: ['7'] })).rejects.toThrow(
      "no group '7'",
    );
  });
});

/** Damage here and there: what is read is content, or the error says that it is none. */
test.each(['npsolver-cube', 'pdebench'])('damaged files end in content or one sentence: %s', async (name) => {
  const random = createRandom(7);
  const bytes = fixtureBytes(name);
  const read = name === 'pdebench' ? readPdebenchFile : readNpsolverFile;
  let refused = 0;
  for (let round = 0; round < 60; round++) {
    const damaged = bytes.slice();
    for (let hit = random.integer(1, 8); hit > 0; hit--) {
      damaged[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    }
    const failure = await read(damaged).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) continue;
    refused++;
    expect(failure).toBeInstanceOf(FieldsmithError);
    expect((failure as Error).message).not.toContain('\n');
  }
  expect(refused).toBeGreaterThan(0);
  // the library is still of use
  expect(await read(bytes)).toBeDefined();
});
