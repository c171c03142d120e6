import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { BA_TRANSOLVER_DEFAULTS, baTransolver, NPSOLVER_2D, npsolverPreset } from '../../operators/index.js';
import {
  exportOfficialCheckpoint,
  importOfficialCheckpoint,
  readSafetensors,
  type SafetensorsContent,
  writeSafetensors,
} from '../../training/index.js';
import { hasTorch, readFixture, torchCheckpoint } from '../operators/official-arrays.js';

/** The fixture's weights as a checkpoint; `rename` names or drops tensors. */
function checkpoint(fixture: string, rename: (name: string) => string | undefined = (name) => name) {
  const { tensors } = readFixture(fixture);
  const kept: SafetensorsContent['tensors'] = {};
  for (const [name, value] of Object.entries(tensors)) {
    if (!name.startsWith('weights/')) continue;
    const renamed = rename(name.slice('weights/'.length));
    if (renamed) kept[renamed] = value;
  }
  return kept;
}

const bytesOf = (tensors: SafetensorsContent['tensors']) => writeSafetensors({ tensors, metadata: {} });

test.each([
  [
    'square',
    { width: 16, blocks: 3, heads: 2, cellSlices: 6, faceSlices: 3, cellFeatures: 3, faceFeatures: 4 },
  ],
  [
    'cube',
    { width: 15, blocks: 2, heads: 2, cellSlices: 5, faceSlices: 4, cellFeatures: 4, faceFeatures: 5 },
  ],
])('sizes are read off the shapes: %s', (fixture, sizes) => {
  const { options, parameters } = importOfficialCheckpoint(bytesOf(checkpoint(fixture)));
  expect(options).toEqual({ ...NPSOLVER_2D, ...sizes });
  const own = baTransolver(options).initialParameters(createRandom(1));
  expect(Object.keys(parameters).sort()).toEqual(Object.keys(own).sort());
  for (const [name, { shape }] of Object.entries(own)) expect(parameters[name].shape).toEqual(shape);
});

test.each(['', 'model.', 'module.', 'module.model.'])(
  "keys with the prefix '%s' come back byte by byte",
  (prefix) => {
    const bytes = bytesOf(checkpoint('square', (name) => prefix + name));
    const imported = importOfficialCheckpoint(bytes);
    expect(imported.prefix).toBe(prefix);
    expect(imported.parameters).toEqual(importOfficialCheckpoint(bytesOf(checkpoint('square'))).parameters);
    expect(exportOfficialCheckpoint(imported)).toEqual(bytes);
  },
);

test.skipIf(!hasTorch)('a checkpoint.pth, converted as documented, comes back byte by byte', () => {
  const configuration = {
    space: 2,
    boundary: 5,
    width: 20,
    layers: 2,
    heads: 4,
    slices: [5, 3] as [number, number],
  };
  const bytes = torchCheckpoint(configuration, 3);
  const imported = importOfficialCheckpoint(bytes);
  expect(imported.options).toMatchObject({ width: 20, blocks: 2, heads: 4, faceFeatures: 5 });
  expect(Buffer.compare(exportOfficialCheckpoint(imported), bytes)).toBe(0);
});

test("a network trained here goes out under NPSolver's keys", () => {
  const options = { ...npsolverPreset('random-bc'), width: 16, blocks: 2, heads: 2, cellSlices: 4 };
  for (const unusedParameters of ['kept', 'omitted'] as const) {
    const operator = baTransolver({ ...options, unusedParameters });
    const parameters = operator.initialParameters(createRandom(4));
    const bytes = exportOfficialCheckpoint({ options: operator.options, parameters });
    expect(Object.keys(readSafetensors(bytes).tensors)).toContain('blocks.1.Attn.alpha_self');
    expect(importOfficialCheckpoint(bytes).parameters).toMatchObject(parameters);
  }
  const parameters = baTransolver().initialParameters(createRandom(4));
  expect(() => exportOfficialCheckpoint({ options: BA_TRANSOLVER_DEFAULTS, parameters })).toThrow(
    "skip is raw, NPSolver's module has normalised only",
  );
});

describe('files that are none are refused with what is wrong', () => {
  const bent = (name: string, shape: number[]) => {
    const tensors = checkpoint('square');
    const size = shape.reduce((product, extent) => product * extent, 1);
    return { ...tensors, [name]: { shape, data: new Float32Array(size) } };
  };
  const value = (name: string, number: number) => {
    const tensors = checkpoint('square');
    const data = Float32Array.from(tensors[name].data);
    data[1] = number;
    return { ...tensors, [name]: { ...tensors[name], data } };
  };
  const cases: [string, SafetensorsContent['tensors'], string][] = [
    ['nothing', {}, "'blocks.0.fx_ln_1.weight' is missing"],
    [
      'a missing key',
      checkpoint('square', (name) => (name === 'blocks.1.Attn.to_q.weight' ? undefined : name)),
      "'blocks.1.Attn.to_q.weight' is missing",
    ],
    [
      'a missing block of 26 keys',
      checkpoint('square', (name) => (name.startsWith('blocks.1.') ? undefined : name)),
      'and 22 more are missing',
    ],
    [
      'a key of another model',
      checkpoint('square', (name) => (name === 'preprocess.linear_pre.0.bias' ? 'placeholder' : name)),
      "'preprocess.linear_pre.0.bias' is missing; 'placeholder' is unknown",
    ],
    [
      'prefixes here and there',
      checkpoint('square', (name) => (name.startsWith('blocks.0.') ? `module.${name}` : name)),
      'prefix',
    ],
    [
      'a shape of its own',
      bent('blocks.2.mlp.linear_post.weight', [16, 17]),
      'the other keys make it [16,16]',
    ],
    [
      'another width',
      bent('blocks.0.fx_ln_1.weight', [1_000_000]),
      "'preprocess.linear_post.weight' is 16 wide",
    ],
    ['a scalar weight', bent('preprocess_bd.linear_pre.0.weight', []), 'expected 2 sizes'],
    ['a block far out', bent('blocks.1000000000.mlp2.weight', [1, 16]), 'missing'],
    [
      'not a number',
      value('preprocess.linear_post.bias', Number.NaN),
      "value 1 of 'preprocess.linear_post.bias' is NaN",
    ],
  ];
  test.each(cases)('%s', (_, tensors, message) => {
    expect(() => importOfficialCheckpoint(bytesOf(tensors))).toThrow(message);
  });

  test('double precision', () => {
    const tensors = checkpoint('square');
    const name = 'preprocess.linear_post.bias';
    tensors[name] = { ...tensors[name], data: Float64Array.from(tensors[name].data) };
    expect(() => importOfficialCheckpoint(bytesOf(tensors))).toThrow('not of 32-bit numbers');
  });
});
