import { FileError } from '../../common/errors.js';

/** Reads consecutive pieces of a payload; every call of `take` may be encoded on its own (base64 with padding). */
export interface ByteSource {
  take(byteCount: number, what: string): Uint8Array;
}

export function rawSource(bytes: Uint8Array, context: string): ByteSource {
  let position = 0;
  return {
    take(byteCount, what) {
      if (byteCount > bytes.length - position)
        throw new FileError(
          `${context}: ${what} needs ${byteCount} bytes, ${bytes.length - position} are left; the file is truncated or corrupt.`,
        );
      position += byteCount;
      return bytes.subarray(position - byteCount, position);
    },
  };
}

/**
 * Base64 in which the header and the data are separate runs when compressed and one run when not: bytes are decoded in
 * groups of three, and a run that ends in padding is left behind.
 */
export function base64Source(text: Uint8Array, context: string): ByteSource {
  let position = 0;
  let left = new Uint8Array(0);
  return {
    take(byteCount, what) {
      const missing = byteCount - left.length;
      const characters = 4 * Math.ceil(Math.max(0, missing) / 3);
      if (characters > text.length - position)
        throw new FileError(
          `${context}: ${what} needs ${byteCount} bytes, more than the file holds; it is truncated or corrupt.`,
        );
      const decoded = decodeBase64(text.subarray(position, position + characters), context);
      position += characters;
      const all = new Uint8Array(left.length + decoded.length);
      all.set(left);
      all.set(decoded, left.length);
      if (all.length < byteCount)
        throw new FileError(`${context}: the base64 of ${what} ends early; the file is corrupt.`);
      left = all.slice(byteCount);
      return all.subarray(0, byteCount);
    },
  };
}

function decodeBase64(text: Uint8Array, context: string): Uint8Array {
  try {
    return Uint8Array.from(atob(new TextDecoder('latin1').decode(text)), (character) =>
      character.charCodeAt(0),
    );
  } catch (cause) {
    throw new FileError(`${context} is not valid base64; the file is corrupt.`, { cause });
  }
}
