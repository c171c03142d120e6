import { STEP_SIZE } from '../steps.js';
import { asciiNumber } from './written-arrays.js';

/** Collects the numbers of a Gmsh file, as text or as little-endian bytes. */
export interface MshChunks {
  text(text: string): void;
  int(value: number): void;
  /** A count or tag: 64 bits */
  size(value: number): void;
  double(value: number): void;
  /** Ends a row of text */
  line(): void;
  end(section: string): void;
  finish(): readonly Uint8Array[];
}

export function mshChunks(encoding: 'ascii' | 'binary'): MshChunks {
  return encoding === 'ascii' ? asciiChunks() : binaryChunks();
}

function asciiChunks(): MshChunks {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let rows = '';
  let row = '';
  const flush = () => {
    chunks.push(encoder.encode(rows + row));
    rows = '';
    row = '';
  };
  const number = (value: number) => {
    row += row === '' ? asciiNumber(value) : ` ${asciiNumber(value)}`;
  };
  return {
    text(text) {
      rows += text;
    },
    int: number,
    size: number,
    double: number,
    line() {
      rows += `${row}\n`;
      row = '';
      if (rows.length > STEP_SIZE) flush();
    },
    end(section) {
      rows += `$End${section}\n`;
    },
    finish() {
      flush();
      return chunks;
    },
  };
}

function binaryChunks(): MshChunks {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let view = new DataView(new ArrayBuffer(STEP_SIZE));
  let used = 0;
  const flush = () => {
    chunks.push(new Uint8Array(view.buffer, 0, used));
    view = new DataView(new ArrayBuffer(STEP_SIZE));
    used = 0;
  };
  const take = (size: number): number => {
    if (used + size > STEP_SIZE) flush();
    used += size;
    return used - size;
  };
  const text = (value: string) => {
    flush();
    chunks.push(encoder.encode(value));
  };
  return {
    text,
    int(value) {
      const at = take(4);
      view.setInt32(at, value, true);
    },
    size(value) {
      const at = take(8);
      view.setUint32(at, value >>> 0, true);
      view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    },
    double(value) {
      const at = take(8);
      view.setFloat64(at, value, true);
    },
    line() {},
    end(section) {
      text(`\n$End${section}\n`);
    },
    finish() {
      flush();
      return chunks;
    },
  };
}
