import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../common/write-file.js';

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

/**
 * The array computed earlier for an equal key, or the one computed now and kept in `folder` as `NAME-HASH.npy`. A file
 * that does not hold exactly that many float32 values is taken for absent and written anew.
 */
export async function cachedArray(
  folder: string,
  name: string,
  key: unknown,
  shape: readonly number[],
  compute: () => Promise<Float32Array>,
): Promise<Float32Array> {
  const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  const path = join(folder, `${name}-${hash}.npy`);
  const count = shape.reduce((a, b) => a * b, 1);
  const emptyHeader = npyBytes(new Float32Array(0), shape);
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    const offset = emptyHeader.length;
    if (bytes.length === offset + 4 * count && bytes.subarray(0, offset).equals(emptyHeader)) {
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + bytes.length));
    }
  }
  const values = await compute();
  writeFileAtomically(path, npyBytes(values, shape));
  return values;
}
