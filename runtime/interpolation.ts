/** How positions of a resized axis map to the original: TensorFlow's three conventions. */
export interface ResizeConvention {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Position in the axis of `from` points that lies under point `index` of the axis of `to` points. */
function sourcePosition(index: number, from: number, to: number, convention: ResizeConvention): number {
  const scale = convention.alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return convention.halfPixelCenters ? scale * (index + 0.5) : scale * index;
}

/** For each of `to` points the nearest of `from` points. */
export function nearestPoints(from: number, to: number, convention: ResizeConvention): Int32Array {
  return Int32Array.from({ length: to }, (_, index) => {
    const position = sourcePosition(index, from, to, convention);
    return Math.min(from - 1, convention.alignCorners ? Math.round(position) : Math.floor(position));
  });
}

/** The matrix [to, from] that picks the nearest of `from` points for each of `to`. */
export function nearestMatrix(from: number, to: number, convention: ResizeConvention): Float32Array {
  const matrix = new Float32Array(to * from);
  for (const [row, point] of nearestPoints(from, to, convention).entries()) matrix[row * from + point] = 1;
  return matrix;
}

/** The matrix [to, from] that interpolates linearly between `from` points at each of `to`; rows sum to 1. */
export function linearMatrix(from: number, to: number, convention: ResizeConvention): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const shift = convention.halfPixelCenters ? 0.5 : 0;
    const position = Math.max(0, sourcePosition(row, from, to, convention) - shift);
    const below = Math.min(from - 1, Math.floor(position));
    const above = Math.min(from - 1, below + 1);
    matrix[row * from + below] += 1 - (position - below);
    matrix[row * from + above] += position - below;
  }
  return matrix;
}
