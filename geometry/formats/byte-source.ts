import { FileError } from '../../common/errors.js';

/** Reads consecutive pieces of a payload, which may be stored as text. */
export interface ByteSource {
  /** The next bytes, valid until the next call */
  take(byteCount: number, what: string): Uint8Array;
  /** Ends a run that is encoded on its own: base64 pads at its end */
  endRun(): void;
  /** Bytes that may be left at most */
  left(): number;
}

export function rawSource(bytes: Uint8Array, context: string): ByteSource {
  let position = 0;
  return {
    take(byteCount, what) {
      if (byteCount > bytes.length - position)
        throw tooShort(context, what, byteCount, bytes.length - position);
      position += byteCount;
      return bytes.subarray(position - byteCount, position);
    },
    endRun() {},
    left: () => bytes.length - position,
  };
}

const INVALID = 255;
const DIGIT_OF_CHARACTER = new Uint8Array(256).fill(INVALID);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((character, digit) => {
  DIGIT_OF_CHARACTER[character.charCodeAt(0)] = digit;
});
const PADDING = 61;

/**
 * Base64, white space skipped. It is decoded in groups of three bytes; what is left of the last group belongs to the same
 * run, or, after padding or `endRun`, to nobody. `atob` would need the whole array as a string, twice.
 */
export function base64Source(text: Uint8Array, context: string): ByteSource {
  let position = 0;
  const group = new Uint8Array(3);
  let [groupStart, groupEnd] = [0, 0];

  const digit = (): number => {
    while (position < text.length && text[position] <= 32) position++;
    if (position >= text.length) return -1;
    const character = text[position++];
    if (character === PADDING) return 64;
    const value = DIGIT_OF_CHARACTER[character];
    if (value === INVALID) throw new FileError(`${context} is not valid base64; the file is corrupt.`);
    return value;
  };
  const decodeGroup = (): boolean => {
    const [a, b, c, d] = [digit(), digit(), digit(), digit()];
    if (d < 0) return false;
    if (a > 63 || b > 63 || (c > 63 && d <= 63))
      throw new FileError(`${context} is not valid base64; the file is corrupt.`);
    group[0] = (a << 2) | (b >> 4);
    group[1] = (b << 4) | (c >> 2);
    group[2] = (c << 6) | d;
    [groupStart, groupEnd] = [0, c > 63 ? 1 : d > 63 ? 2 : 3];
    return true;
  };
  const left = () => groupEnd - groupStart + 3 * Math.ceil((text.length - position) / 4);
  return {
    take(byteCount, what) {
      if (byteCount > left()) throw tooShort(context, what, byteCount, left());
      const bytes = new Uint8Array(byteCount);
      let filled = 0;
      while (filled < byteCount) {
        // whole groups without white space or padding, the usual case, in a tight loop
        if (groupStart === groupEnd)
          while (filled + 3 <= byteCount && position + 4 <= text.length) {
            const a = DIGIT_OF_CHARACTER[text[position]];
            const b = DIGIT_OF_CHARACTER[text[position + 1]];
            const c = DIGIT_OF_CHARACTER[text[position + 2]];
            const d = DIGIT_OF_CHARACTER[text[position + 3]];
            if ((a | b | c | d) > 63) break;
            bytes[filled] = (a << 2) | (b >> 4);
            bytes[filled + 1] = (b << 4) | (c >> 2);
            bytes[filled + 2] = (c << 6) | d;
            filled += 3;
            position += 4;
          }
        if (filled === byteCount) break;
        if (groupStart === groupEnd && !decodeGroup()) throw tooShort(context, what, byteCount, filled);
        while (groupStart < groupEnd && filled < byteCount) bytes[filled++] = group[groupStart++];
      }
      return bytes;
    },
    endRun() {
      groupStart = groupEnd;
    },
    left,
  };
}

function tooShort(context: string, what: string, needed: number, left: number): FileError {
  return new FileError(
    `${context}: ${what} needs ${needed} bytes, ${left} are left; the file is truncated or corrupt.`,
  );
}
