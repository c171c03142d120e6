import { FileError } from '../../common/errors.js';
import { STEP_SIZE, type Steps } from '../steps.js';
import { excerpt } from './excerpt.js';
import { type NumberArray, setChecked } from './number-arrays.js';

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const [SPACE, NEWLINE, PLUS, MINUS, DOT, ZERO] = [32, 10, 43, 45, 46, 48];

/**
 * Words and numbers of a range of bytes, separated by white space. Numbers are read from the bytes themselves: a string
 * of a large file, split into words, would take twenty times its size.
 */
export class AsciiScanner {
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly end: number,
    private readonly context: string,
  ) {}

  /** Whether only white space is left. */
  atEnd(): boolean {
    this.skipSpace();
    return this.position >= this.end;
  }

  skipSpace(): void {
    while (this.position < this.end && this.bytes[this.position] <= SPACE) this.position++;
  }

  /** The rest of the line, without its end. */
  line(): string {
    const found = this.bytes.indexOf(NEWLINE, this.position);
    const stop = found < 0 || found > this.end ? this.end : found;
    const text = this.text(this.position, Math.min(stop, this.position + 4096)).trim();
    this.position = Math.min(stop + 1, this.end);
    return text;
  }

  /** @throws FileError at the end of the range */
  word(): string {
    this.skipSpace();
    const start = this.position;
    while (this.position < this.end && this.bytes[this.position] > SPACE) this.position++;
    if (start === this.position)
      throw new FileError(
        `${this.context} ends where a word or number should follow; the file is truncated.`,
      );
    return this.text(start, Math.min(this.position, start + 4096));
  }

  /** @throws FileError if no whole number from `minimum` to `maximum` follows */
  integer(what: string, minimum: number, maximum: number): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw new FileError(
        `${this.context}: ${what} must be a whole number from ${minimum} to ${maximum}, got ${value}.`,
      );
    return value;
  }

  /** @throws FileError if no number follows */
  number(): number {
    this.skipSpace();
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    const sign = bytes[at];
    if (sign === MINUS || sign === PLUS) at++;
    // up to 15 digits and a power of ten up to 22 are exact in float64, and so is their one product or quotient
    let mantissa = 0;
    let digits = 0;
    let exponent = 0;
    let seenDot = false;
    const firstDigit = at;
    for (; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        if (mantissa > 0) digits++;
        if (seenDot) exponent--;
      } else if (bytes[at] === DOT && !seenDot) seenDot = true;
      else break;
    }
    const width = at - firstDigit - (seenDot ? 1 : 0);
    if (width === 0) return this.spelledOut(start);
    if (at < end && (bytes[at] | 32) === 101) {
      at++;
      const negative = bytes[at] === MINUS;
      if (negative || bytes[at] === PLUS) at++;
      let power = 0;
      const first = at;
      for (; at < end && bytes[at] >= ZERO && bytes[at] <= ZERO + 9; at++)
        power = Math.min(9999, power * 10 + bytes[at] - ZERO);
      if (at === first) return this.spelledOut(start);
      exponent += negative ? -power : power;
    }
    if (at < end && bytes[at] > SPACE) return this.spelledOut(start);
    this.position = at;
    if (digits > 15 || exponent > 22 || exponent < -22) return Number(this.text(start, at));
    const size = exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
    return sign === MINUS ? -size : size;
  }

  /** Reads `target.length` numbers. */
  *numbers(target: NumberArray, what: string): Steps<void> {
    for (let i = 0; i < target.length; i++) {
      if (i % (STEP_SIZE >> 3) === 0) yield this.position;
      setChecked(target, i, this.number(), what);
    }
  }

  private spelledOut(start: number): number {
    this.position = start;
    const word = this.word();
    const match = /^([+-]?)(?:(inf(?:inity)?)|nan(?:\(.*\))?)$/i.exec(word);
    if (!match) throw new FileError(`${this.context} holds '${excerpt(word)}', which is not a number.`);
    if (!match[2]) return Number.NaN;
    return match[1] === '-' ? -Infinity : Infinity;
  }

  private text(start: number, end: number): string {
    return utf8.decode(this.bytes.subarray(start, end));
  }
}

const utf8 = new TextDecoder('utf-8');
