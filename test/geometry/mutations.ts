import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FieldsmithError } from '../../common/errors.js';
import { packageFile } from '../../common/package-file.js';
import { createRandom } from '../../common/random.js';
import { NODE_ZLIB } from '../../geometry/files/index.js';
import {
  meshFromFile,
  PORTABLE_ZLIB,
  readMsh,
  readPvd,
  readStl,
  readVtk,
  readVtu,
  writePvd,
} from '../../geometry/index.js';

export type Reader = (bytes: Uint8Array) => unknown;

/** Readers by the extension of the files they read, up to the mesh. */
export const READERS: Readonly<Record<string, Reader>> = {
  // by turns with both codecs, which meet damaged streams differently
  vtu: (bytes) => meshFromFile(readVtu(bytes, { zlib: bytes.length % 2 === 0 ? NODE_ZLIB : PORTABLE_ZLIB })),
  vtk: (bytes) => meshFromFile(readVtk(bytes)),
  msh: (bytes) => meshFromFile(readMsh(bytes)),
  stl: (bytes) => readStl(bytes),
  pvd: (bytes) => readPvd(bytes),
};

/** All fixtures, with the reader of each. */
export function seedFiles(): readonly { name: string; bytes: Uint8Array; read: Reader }[] {
  const folder = packageFile('test/fixtures/formats');
  const files = readdirSync(folder)
    .filter((name) => /\.(vtu|vtk|msh|stl)$/.test(name))
    .map((name) => ({
      name,
      bytes: new Uint8Array(readFileSync(join(folder, name))),
      read: READERS[name.slice(-3)],
    }));
  const pvd = writePvd([0, 0.5, 1].map((time) => ({ time, file: `step & ${time}.vtu`, group: 'a' })));
  return [...files, { name: 'series.pvd', bytes: pvd, read: READERS.pvd }];
}

const NUMBERS = [
  '-1',
  '0',
  '1',
  '7',
  '4294967295',
  '2147483648',
  '3000000000',
  '1e308',
  'nan',
  '-inf',
  '99999999999999999999',
  '0.5',
];
const WORDS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xb2d05e00, 0x00010000, 3];

type Random = ReturnType<typeof createRandom>;

/**
 * Damages a copy of a file in one to four ways that find more than noise does: bits, bytes, cuts, doubled, moved and removed
 * parts, numbers of text replaced by extreme ones, 32- and 64-bit words by extreme ones, and parts of another file.
 */
export function mutate(original: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let change = random.integer(1, 4); change > 0 && bytes.length > 0; change--) {
    const at = random.integer(0, bytes.length - 1);
    const length = random.integer(1, Math.min(64, bytes.length - at));
    const part = bytes.slice(at, at + length);
    switch (random.integer(0, 8)) {
      case 0:
        bytes[at] ^= 1 << random.integer(0, 7);
        break;
      case 1:
        bytes[at] = random.integer(0, 255);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = join3(bytes.subarray(0, at), part, bytes.subarray(at));
        break;
      case 4:
        bytes = join3(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 5:
      case 6:
        bytes = replaceNumber(bytes, at, NUMBERS[random.integer(0, NUMBERS.length - 1)]);
        break;
      case 7: {
        const word = WORDS[random.integer(0, WORDS.length - 1)];
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (at + 4 <= bytes.length) view.setUint32(at, word, random.integer(0, 1) === 0);
        break;
      }
      default: {
        const from = random.integer(0, other.length - 1);
        bytes = join3(bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at));
      }
    }
  }
  return bytes;
}

function join3(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Replaces the first number of text at or after a position. */
function replaceNumber(bytes: Uint8Array, from: number, number: string): Uint8Array {
  const isDigit = (i: number) => bytes[i] >= 48 && bytes[i] <= 57;
  let start = from;
  while (start < bytes.length && !isDigit(start)) start++;
  let end = start;
  while (end < bytes.length && isDigit(end)) end++;
  return join3(bytes.subarray(0, start), new TextEncoder().encode(number), bytes.subarray(end));
}

export interface FuzzReport {
  readonly inputs: number;
  readonly refused: number;
  readonly read: number;
  readonly slowestMilliseconds: number;
  /** Inputs that ended in anything but a result or an error of this package */
  readonly failures: readonly { readonly name: string; readonly input: number; readonly error: string }[];
}

/**
 * Reads `inputs` damaged fixtures, seeded.
 * @param limitMilliseconds a read that takes longer counts as a failure
 */
export function fuzz(
  inputs: number,
  seed: number,
  limitMilliseconds: number,
  check: (name: string, bytes: Uint8Array) => void = () => {},
): FuzzReport {
  const files = seedFiles();
  const random = createRandom(seed);
  const failures: { name: string; input: number; error: string }[] = [];
  let [refused, read, slowest] = [0, 0, 0];
  for (let input = 0; input < inputs; input++) {
    const { name, bytes, read: reader } = files[input % files.length];
    const mutated = mutate(bytes, files[random.integer(0, files.length - 1)].bytes, random);
    const start = performance.now();
    try {
      reader(mutated);
      read++;
    } catch (error) {
      if (error instanceof FieldsmithError && !error.message.includes('\n')) refused++;
      else failures.push({ name, input, error: String((error as Error)?.stack ?? error).slice(0, 400) });
    }
    const time = performance.now() - start;
    slowest = Math.max(slowest, time);
    if (time > limitMilliseconds) failures.push({ name, input, error: `took ${Math.round(time)} ms` });
    check(name, mutated);
  }
  return { inputs, refused, read, slowestMilliseconds: Math.round(slowest), failures };
}
