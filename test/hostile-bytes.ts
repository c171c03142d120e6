import type { Random } from '../common/random.js';

/** Files to try in a test of damaged ones; `FUZZ_RUNS=100000` for a long run. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 4000);

/** Numbers that formats use as lengths, signs, ends and continuation marks. */
const SPECIAL = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x5c];

/** A copy with one to eight damages: bytes changed, cut out, doubled, moved, overwritten with the largest length, or cut off. */
export function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes.slice();
  const count = random.integer(1, 8);
  for (let i = 0; i < count && result.length > 0; i++) {
    const at = random.integer(0, result.length - 1);
    const length = Math.min(random.integer(1, 40), result.length - at);
    const piece = result.slice(at, at + length);
    const to = random.integer(0, result.length);
    switch (random.integer(0, 7)) {
      case 0:
        result[at] = random.integer(0, 255);
        break;
      case 1:
        result[at] ^= 1 << random.integer(0, 7);
        break;
      case 2:
        result[at] = SPECIAL[random.integer(0, SPECIAL.length - 1)];
        break;
      case 3:
        result = joined(result.subarray(0, at), result.subarray(at + length));
        break;
      case 4:
        result = joined(result.subarray(0, to), piece, result.subarray(to));
        break;
      case 5:
        result.set(piece, Math.min(to, result.length - length));
        break;
      case 6:
        result.fill(0xff, at, at + Math.min(9, length));
        break;
      default:
        result = result.slice(0, at);
    }
  }
  return result;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
