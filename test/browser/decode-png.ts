import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [red, green, blue] at a pixel */
  at(x: number, y: number): [number, number, number];
}

/**
 * What a PNG of 8 bits a channel shows, with or without alpha, not interlaced: as browsers write screenshots and canvases.
 *
 * Source: PNG specification (W3C, third edition), §9 for the filters of lines.
 */
export function decodePng(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colourType, , , interlaced] = png.subarray(24, 29);
  if (depth !== 8 || interlaced !== 0 || (colourType !== 2 && colourType !== 6))
    throw new Error(`decodePng: expected 8 bits, colour type 2 or 6, got ${depth} bits, type ${colourType}`);
  const channels = colourType === 6 ? 4 : 3;
  const lines = inflateSync(Buffer.concat(dataOf(png)));
  const stride = channels * width;
  const pixels = new Uint8Array(height * stride);
  for (let row = 0; row < height; row++) {
    const filter = lines[row * (stride + 1)];
    const from = row * (stride + 1) + 1;
    const to = row * stride;
    for (let i = 0; i < stride; i++) {
      const left = i < channels ? 0 : pixels[to + i - channels];
      const above = row === 0 ? 0 : pixels[to + i - stride];
      const corner = row === 0 || i < channels ? 0 : pixels[to + i - stride - channels];
      pixels[to + i] = lines[from + i] + predicted(filter, left, above, corner);
    }
  }
  return {
    width,
    height,
    at: (x, y) => {
      const at = stride * Math.round(y) + channels * Math.round(x);
      return [pixels[at], pixels[at + 1], pixels[at + 2]];
    },
  };
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function dataOf(png: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return found;
}
