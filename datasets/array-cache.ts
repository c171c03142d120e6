import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../common/write-file.js';

const MAGIC = '\u0093NUMPY\u0001\u0000';

/** A float32 array in NumPy's format 1.0, `numpy.load` reads it. */
export function npyBytes(values: Float32Array, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  // the header ends in a line feed and fills a multiple of 64 bytes
  const header = dictionary.padEnd(Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 11) + '\n';
  const bytes = new Uint8Array(10 + header.length + values.byteLength);
  for (let i = 0; i < 8; i++) bytes[i] = MAGIC.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[10 + i] = header.charCodeAt(i);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + header.length);
  return bytes;
}

/** Which array a file holds: the key decides, the name is for people. */
export interface CachedArray {
  readonly name: string;
  readonly key: unknown;
  readonly shape: readonly number[];
}

const pathOf = (folder: string, { name, key }: CachedArray) => {
  const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  return join(folder, `${name}-${hash}.npy`);
};

/** The array kept in `folder` as `NAME-HASH.npy`, or null: a file that does not hold exactly its shape counts as absent. */
export function readCachedArray(folder: string, array: CachedArray): Float32Array | null {
  const path = pathOf(folder, array);
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  const header = npyBytes(new Float32Array(0), array.shape);
  const count = array.shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== header.length + 4 * count || !bytes.subarray(0, header.length).equals(header))
    return null;
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + header.length, bytes.byteOffset + bytes.length),
  );
}

/** The array kept for an equal key, or the one computed now and kept. */
export async function cachedArray(
  folder: string,
  array: CachedArray,
  compute: () => Promise<Float32Array>,
): Promise<Float32Array> {
  const kept = readCachedArray(folder, array);
  if (kept) return kept;
  const values = await compute();
  writeFileAtomically(pathOf(folder, array), npyBytes(values, array.shape));
  return values;
}
