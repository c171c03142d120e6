/** 4 × 4, column by column, as glTF has it. */
export type Matrix = readonly number[];

interface NodeTransform {
  matrix?: number[];
  translation?: number[];
  /** Unit quaternion x, y, z, w */
  rotation?: number[];
  scale?: number[];
}

/** The matrix of a glTF node: given, or translation · rotation · scale. */
export function nodeMatrix({ matrix, translation, rotation, scale }: NodeTransform): Matrix {
  if (matrix) return matrix;
  const [x, y, z, w] = rotation ?? [0, 0, 0, 1];
  const [sx, sy, sz] = scale ?? [1, 1, 1];
  const [tx, ty, tz] = translation ?? [0, 0, 0];
  return [
    sx * (1 - 2 * (y * y + z * z)),
    sx * 2 * (x * y + z * w),
    sx * 2 * (x * z - y * w),
    0,
    sy * 2 * (x * y - z * w),
    sy * (1 - 2 * (x * x + z * z)),
    sy * 2 * (y * z + x * w),
    0,
    sz * 2 * (x * z + y * w),
    sz * 2 * (y * z - x * w),
    sz * (1 - 2 * (x * x + y * y)),
    0,
    tx,
    ty,
    tz,
    1,
  ];
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 16 }, (_, i) => {
    const row = i % 4;
    const column = i - row;
    return [0, 1, 2, 3].reduce((sum, k) => sum + a[4 * k + row] * b[column + k], 0);
  });
}

export function transformPoint(m: Matrix, values: Float64Array, at: number): [number, number, number] {
  const [x, y, z] = [values[at], values[at + 1], values[at + 2]];
  return [
    m[0] * x + m[4] * y + m[8] * z + m[12],
    m[1] * x + m[5] * y + m[9] * z + m[13],
    m[2] * x + m[6] * y + m[10] * z + m[14],
  ];
}
