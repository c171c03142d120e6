/** Values on the points or cells of a file: `[point or cell][component]` */
export interface VtuArray {
  readonly components: number;
  readonly values: Float64Array;
  /** The `UNITS_LABEL` that VTK stores beside an array */
  readonly unit?: string;
}

/** Cell types of VTK that stand for a polygon. */
export const VTK_TRIANGLE = 5;
export const VTK_POLYGON = 7;
export const VTK_PIXEL = 8;
export const VTK_QUAD = 9;

/** Field data array that keeps the boundary faces of a patch, as pairs of points; ignored by other programs. */
export const PATCH_PREFIX = 'patch:';

export type VtkType =
  | 'Int8'
  | 'UInt8'
  | 'Int16'
  | 'UInt16'
  | 'Int32'
  | 'UInt32'
  | 'Int64'
  | 'UInt64'
  | 'Float32'
  | 'Float64';

export const BYTES_OF_TYPE: Readonly<Record<VtkType, number>> = {
  Int8: 1,
  UInt8: 1,
  Int16: 2,
  UInt16: 2,
  Int32: 4,
  UInt32: 4,
  Int64: 8,
  UInt64: 8,
  Float32: 4,
  Float64: 8,
};

/** Checksum at the end of a zlib stream (RFC 1950). */
export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(bytes.length, start + 3800); // sums stay below 2³¹ over this many bytes
    for (let i = start; i < end; i++) {
      a += bytes[i];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
