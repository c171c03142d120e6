import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from '../../training/checkpoint.js';

const parameters = {
  'b.weight': { shape: [2, 2], values: new Float32Array([1, 2, 3, 4]) },
  'a.bias': { shape: [2], values: new Float32Array([5, 6]) },
};
const identity = { operator: '"reduced-basis"', seed: '7' };
const checkpoint = (step: number) => ({
  step,
  parameters,
  firstMoments: parameters,
  secondMoments: parameters,
  identity,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('checkpoint', () => {
  it('gives back what was saved, in the order of the model', () => {
    const path = saveCheckpoint(folder, checkpoint(12));
    const loaded = loadCheckpoint(path, { parameters, identity });
    expect(loaded).toEqual(checkpoint(12));
    expect(Object.keys(loaded.parameters)).toEqual(['b.weight', 'a.bias']);
  });

  it('keeps the newest files and finds the latest by its step', () => {
    for (const step of [90, 100, 1000]) saveCheckpoint(folder, checkpoint(step), 2);
    expect(readdirSync(folder).length).toBe(2);
    writeFileSync(join(folder, 'step-00002000.safetensors.123.partial'), 'cut off');
    expect(loadCheckpoint(latestCheckpoint(folder)!).step).toBe(1000);
    expect(latestCheckpoint(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('refuses truncated and foreign files, naming them', () => {
    const path = saveCheckpoint(folder, checkpoint(1));
    const bytes = readFileSync(path);
    for (const length of [0, 7, 100, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(() => loadCheckpoint(path)).toThrow(FileError);
      expect(() => loadCheckpoint(path)).toThrow(/step-00000001.*(truncated|JSON)/);
    }
    writeFileSync(path, '<html>not found</html>');
    expect(() => loadCheckpoint(path)).toThrow(FileError);
    expect(() => loadCheckpoint(join(folder, 'missing'))).toThrow(FileError);
  });

  it('refuses a checkpoint of another model or run, naming the first difference', () => {
    const path = saveCheckpoint(folder, checkpoint(1));
    const wider = { ...parameters, 'b.weight': { shape: [4, 1], values: new Float32Array(4) } };
    expect(() => loadCheckpoint(path, { parameters: wider, identity })).toThrow(
      /another model: "b.weight" is \[2,2\] in the file and \[4,1\] in the model/,
    );
    const { 'a.bias': bias } = parameters;
    expect(() => loadCheckpoint(path, { parameters: { 'a.bias': bias }, identity })).toThrow(
      /"b.weight" is \[2,2\] in the file and not in it in the model/,
    );
    expect(() => loadCheckpoint(path, { parameters, identity: { ...identity, seed: '8' } })).toThrow(
      /another run: seed is 7 in the file and 8 here/,
    );
  });

  it('fails with a FileError where nothing can be written, leaving nothing behind', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => saveCheckpoint(join(file, 'checkpoints'), checkpoint(1))).toThrow(FileError);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
