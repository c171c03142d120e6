import { zlibSync } from 'fflate';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** 8 bits a channel, red, green and blue, no interlacing. */
const HEADER_END = [8, 2, 0, 0, 0];

/**
 * A PNG of `width` × `height` pixels from `[row][column][red, green, blue]` bytes, the first row on top.
 *
 * Source: PNG specification (W3C, third edition), every line without a filter.
 */
export function encodePng(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const stride = 3 * width;
  const lines = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    lines.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const header = new Uint8Array([...bigEndian(width), ...bigEndian(height), ...HEADER_END]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', zlibSync(lines)), chunk('IEND', new Uint8Array())];
  const bytes = new Uint8Array(SIGNATURE.length + chunks.reduce((sum, { length }) => sum + length, 0));
  bytes.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const part of chunks) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  bytes.set(bigEndian(data.length));
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  bytes.set(bigEndian(checksum(bytes.subarray(4, 8 + data.length))), 8 + data.length);
  return bytes;
}

const bigEndian = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

/** CRC-32 with the reversed polynomial 0xEDB88320. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
