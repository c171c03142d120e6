import { unzlibSync, zlibSync } from 'fflate';

/** Packs and unpacks zlib streams (RFC 1950). */
export interface ZlibCodec {
  /** Unpacks a stream into an array. @throws Error if it is no stream, does not match its checksum or has another length */
  inflate(stream: Uint8Array, target: Uint8Array): void;
  deflate(bytes: Uint8Array): Uint8Array;
}

/** A fast level: compression takes most of the time of writing. */
export const COMPRESSION_LEVEL = 2;

/** In JavaScript, for every platform. */
export const PORTABLE_ZLIB: ZlibCodec = {
  inflate(stream, target) {
    const unpacked = unzlibSync(stream, { out: target });
    const end = stream.subarray(stream.length - 4);
    const checksum = ((end[0] << 24) | (end[1] << 16) | (end[2] << 8) | end[3]) >>> 0;
    if (unpacked.length !== target.length) throw new Error('another length than promised');
    if (adler32(target) !== checksum) throw new Error('another checksum');
  },
  deflate: (bytes) => zlibSync(bytes, { level: COMPRESSION_LEVEL }),
};

/** Checksum at the end of a zlib stream (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(bytes.length, start + 3800); // sums stay below 2³¹ over this many bytes
    for (let i = start; i < end; i++) {
      a += bytes[i];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
