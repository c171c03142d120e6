import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { writeFileAtomically } from '../../common/write-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeFileAtomically', () => {
  it('writes text and bytes, makes folders, replaces what was there and leaves nothing beside it', () => {
    const path = join(folder, 'a/b/file');
    writeFileAtomically(path, 'first');
    writeFileAtomically(path, Uint8Array.of(0, 255, 10));
    expect([...readFileSync(path)]).toEqual([0, 255, 10]);
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['file']);
  });

  it('names the path when a file stands where a folder should be, and leaves that file alone', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'content');
    expect(() => writeFileAtomically(join(file, 'inner'), 'text')).toThrow(FileError);
    expect(() => writeFileAtomically(join(file, 'inner'), 'text')).toThrow(/cannot write .*file\/inner/);
    expect(readFileSync(file, 'utf8')).toBe('content');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('takes its temporary file away when the last move fails', () => {
    mkdirSync(join(folder, 'target/occupied'), { recursive: true });
    expect(() => writeFileAtomically(join(folder, 'target'), 'text')).toThrow(FileError);
    expect(readdirSync(folder)).toEqual(['target']);
  });

  it.skipIf(!existsSync('/dev/full'))('keeps the old content when the disk is full', () => {
    const path = join(folder, 'file');
    writeFileAtomically(path, 'old');
    symlinkSync('/dev/full', `${path}.${process.pid}.partial`);
    expect(() => writeFileAtomically(path, 'new')).toThrow(/cannot write .*ENOSPC/);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
