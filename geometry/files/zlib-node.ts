import { deflateSync, inflateSync } from 'node:zlib';
import { COMPRESSION_LEVEL, type ZlibCodec } from '../formats/zlib-codec.js';

/** zlib itself: coordinates, indices and fields are unpacked three times, and packed two to six times, as fast as in JavaScript. */
export const NODE_ZLIB: ZlibCodec = {
  inflate(stream, target) {
    // a little more than needed: a full buffer makes Node allocate another before it sees that the stream has ended
    const unpacked = inflateSync(stream, {
      chunkSize: target.length + 64,
      maxOutputLength: Math.max(1, target.length),
    });
    if (unpacked.length !== target.length) throw new Error('another length than promised');
    target.set(unpacked);
  },
  deflate: (bytes) => deflateSync(bytes, { level: COMPRESSION_LEVEL }),
};
