/** Protocol buffer wire format: a message is a list of parts, each a tagged field. */
export type Part = Uint8Array;

const UTF8 = new TextEncoder();

/** Base-128 number; negative integers as their 64-bit two's complement. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

const tag = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType);

export const numberField = (field: number, value: number | bigint): Part =>
  concatBytes([tag(field, 0), varint(value)]);

export function floatField(field: number, value: number): Part {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatBytes([tag(field, 5), bytes]);
}

export const bytesField = (field: number, bytes: Uint8Array): Part =>
  concatBytes([tag(field, 2), varint(bytes.length), bytes]);

export const textField = (field: number, text: string): Part => bytesField(field, UTF8.encode(text));

export const messageField = (field: number, parts: readonly Part[]): Part =>
  bytesField(field, concatBytes(parts));
