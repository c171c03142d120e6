import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type PdebenchContent, readPdebenchFile, writePdebenchFile } from '../../datasets/index.js';
import { fixture, fixtureBytes, hasH5py, python } from './hdf5-files.js';

const folder = mkdtempSync(join(tmpdir(), 'pdebench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the fixture's script has at a sample, frame and point. */
const field = (sample: number, frame: number, point: number) =>
  Math.fround(100 * sample + 10 * (frame / 4) + (point + 0.5) / 8);

const fields = (samples: number[], frames: number[], points: number[]) =>
  Float32Array.from(
    samples.flatMap((s) => frames.flatMap((frame) => points.map((point) => field(s, frame, point)))),
  );

const range = (count: number, step = 1) =>
  Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);

describe('a file that h5py wrote', () => {
  test('all of it, by path and by bytes', async () => {
    const file = await readPdebenchFile(fixture('pdebench'));
    expect(file).toEqual({
      sampleCount: 3,
      times: Float64Array.from(range(5), (frame) => frame / 4),
      positions: Float64Array.from(range(8), (point) => (point + 0.5) / 8),
      fields: fields(range(3), range(5), range(8)),
    });
    expect(await readPdebenchFile(fixtureBytes('pdebench'))).toEqual(file);
  });

  test('some samples, every second frame and third point', async () => {
    const {
      times,
      positions,
      fields: read,
    } = await readPdebenchFile(fixture('pdebench'), {
      samples: [2, 0],
      timeStride: 2,
      spaceStride: 3,
    });
    expect([...times]).toEqual([0, 0.5, 1]);
    expect([...positions]).toEqual([0.5 / 8, 3.5 / 8, 6.5 / 8]);
    expect(read).toEqual(fields([2, 0], range(5, 2), range(8, 3)));
  });

  test('samples that are not there, strides that are none, another layout', async () => {
    const path = fixture('pdebench');
    await expect(readPdebenchFile(path, { samples: [3] })).rejects.toThrow('no sample 3');
    await expect(readPdebenchFile(path, { samples: [0.5] })).rejects.toThrow('no sample 0.5');
    await expect(readPdebenchFile(path, { timeStride: 0 })).rejects.toThrow(
      'timeStride must be a positive integer',
    );
    await expect(readPdebenchFile(fixture('npsolver-cube'))).rejects.toThrow("dataset 'tensor' is missing");
  });
});

describe('a file of ours', () => {
  const content: PdebenchContent = {
    times: [0, 0.5, 1],
    positions: [0.25, 0.75],
    sampleCount: 4,
    field: async (sample) => Float64Array.from({ length: 6 }, (_, i) => sample + i / 8),
  };
  const path = join(folder, 'ours.h5');

  test('comes back', async () => {
    await writePdebenchFile(path, content);
    const { fields: read, ...rest } = await readPdebenchFile(path);
    expect(rest).toEqual({
      sampleCount: 4,
      times: Float64Array.from([0, 0.5, 1]),
      positions: Float64Array.from([0.25, 0.75]),
    });
    expect(read).toEqual(Float32Array.from(range(24), (i) => Math.floor(i / 6) + (i % 6) / 8));
  });

  test.skipIf(!hasH5py)('is read by h5py', async () => {
    await writePdebenchFile(path, content);
    expect(JSON.parse(python('pdebench-layout.py', 'inspect', path))).toEqual({
      tensor: [[4, 3, 2], 'float32', range(24).map((i) => Math.floor(i / 6) + (i % 6) / 8)],
      'x-coordinate': [[2], 'float32', [0.25, 0.75]],
      't-coordinate': [[3], 'float32', [0, 0.5, 1]],
    });
  });

  test('is there whole or not at all', async () => {
    const own = join(folder, 'atomic');
    const target = join(own, 'file.h5');
    const short: PdebenchContent = { ...content, field: (sample) => new Float32Array(sample === 2 ? 5 : 6) };
    await expect(writePdebenchFile(target, short)).rejects.toThrow(
      'sample 2 should have 3 × 2 values, got 5',
    );
    const blown: PdebenchContent = {
      ...content,
      field: () => new Float32Array(6).fill(Number.POSITIVE_INFINITY),
    };
    await expect(writePdebenchFile(target, blown)).rejects.toThrow('value 0 of sample 0 is Infinity');
    const failing: PdebenchContent = { ...content, field: () => Promise.reject(new Error('solver stopped')) };
    await expect(writePdebenchFile(target, failing)).rejects.toThrow('solver stopped');
    await expect(writePdebenchFile(target, { ...content, sampleCount: 0 })).rejects.toThrow('expected times');
    expect(readdirSync(own)).toEqual([]);
  });
});
