import { FileError } from '../../common/errors.js';

export const NO_MODEL = 'readOnnx: not an ONNX model, or a truncated one';

/** Called with each field of a message: a number, or the bytes of a text, a list or another message. */
export type FieldVisitor = (field: number, value: number | Uint8Array) => void;

/**
 * Walks through a protocol buffer message. Lengths are checked against the bytes there are; nothing is allocated by a
 * length that the message states, and nothing is kept, so that a message of a million tiny fields costs no memory.
 *
 * @throws FileError when the bytes are no complete message
 */
export function eachField(bytes: Uint8Array, visit: FieldVisitor): void {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      if (offset >= bytes.length) throw new FileError(`${NO_MODEL}: it ends within a number`);
      const byte = bytes[offset++];
      value += (byte & 127) * 128 ** shift;
      if (byte < 128) return value;
    }
    throw new FileError(`${NO_MODEL}: a number has more than ten bytes`);
  };
  const skip = (length: number): Uint8Array => {
    if (length > bytes.length - offset)
      throw new FileError(`${NO_MODEL}: a field of ${length} bytes where ${bytes.length - offset} are left`);
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const wireType = key % 8;
    if (field === 0) throw new FileError(`${NO_MODEL}: a field has the number 0`);
    if (wireType === 0) visit(field, varint());
    else if (wireType === 2) visit(field, skip(varint()));
    else if (wireType === 1 || wireType === 5) visit(field, skip(wireType === 1 ? 8 : 4));
    else throw new FileError(`${NO_MODEL}: unknown wire type ${wireType}`);
  }
}

/** The messages, texts or lists of one field. */
export function messages(bytes: Uint8Array, field: number): Uint8Array[] {
  const list: Uint8Array[] = [];
  eachField(bytes, (number, value) => {
    if (number === field && typeof value !== 'number') list.push(value);
  });
  return list;
}

/** The last number of one field, as the format wants it; 0 without one. */
export function number(bytes: Uint8Array, field: number): number {
  let last = 0;
  eachField(bytes, (each, value) => {
    if (each === field && typeof value === 'number') last = value;
  });
  return last;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The last text of one field; empty without one. */
export function text(bytes: Uint8Array, field: number): string {
  const last = messages(bytes, field).at(-1);
  if (!last) return '';
  try {
    return UTF8.decode(last);
  } catch {
    throw new FileError(`${NO_MODEL}: a text is not UTF-8`);
  }
}

/** A name of the file for a message of one line: control characters are spelled out, and it is not longer than a line. */
export const shown = (name: string): string =>
  JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
