import {
  applyConvolution,
  asTaps,
  convolutionNorm,
  type PeriodicConvolution,
  transposeConvolution,
} from './periodic-convolution.js';

/** A convolution with a bias per output channel. */
export interface AffineMap extends PeriodicConvolution {
  readonly bias?: Float64Array;
}

/**
 * A network on a periodic grid of one axis as a list of steps on a field v: an affine map, GELU at every value, or the two
 * ends of a residual connection, which sets v aside and adds it later.
 */
export type NetworkStep =
  | { readonly kind: 'affine'; readonly map: AffineMap }
  | { readonly kind: 'gelu' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'add' };

/** What bounds need of an affine map on one grid, computed once. */
export interface PreparedMap {
  readonly map: AffineMap;
  readonly transposed: PeriodicConvolution;
  /** |h|, entry by entry */
  readonly sizes: PeriodicConvolution;
  /** 2-norm of the rows, one an output channel */
  readonly rowNorms: Float64Array;
  /** Upper bound of the 2-norm */
  readonly norm: number;
}

export type PreparedStep =
  | ({ readonly kind: 'affine' } & PreparedMap)
  | { readonly kind: 'gelu' | 'keep' | 'add' };

/** A network made ready for fields of `points` points. */
export interface PreparedNetwork {
  readonly points: number;
  readonly channels: number;
  readonly steps: readonly PreparedStep[];
}

/** Prepares a network that answers in as many channels as it is given. */
export function prepareNetwork(steps: readonly NetworkStep[], points: number): PreparedNetwork {
  const prepared = steps.map((step): PreparedStep => {
    if (step.kind !== 'affine') return { kind: step.kind };
    const { map } = step;
    const taps = asTaps(map, points);
    const rowNorms = new Float64Array(map.outputs);
    for (const { matrix } of taps) {
      for (let i = 0; i < matrix.length; i++) rowNorms[Math.floor(i / map.inputs)] += matrix[i] ** 2;
    }
    return {
      kind: 'affine',
      map,
      transposed: transposeConvolution(map),
      sizes: {
        inputs: map.inputs,
        outputs: map.outputs,
        taps: taps.map(({ offset, matrix }) => ({ offset, matrix: matrix.map(Math.abs) })),
      },
      rowNorms: rowNorms.map(Math.sqrt),
      norm: convolutionNorm(map, points),
    };
  });
  const first = prepared.find((step) => step.kind === 'affine');
  return { points, channels: first?.kind === 'affine' ? first.map.inputs : 1, steps: prepared };
}

/** A map's answer to one field `[point][channel]`, bias included. */
export function applyAffine(map: AffineMap, field: Float64Array, points: number): Float64Array {
  const answer = applyConvolution(map, field, points, 1);
  const { bias, outputs } = map;
  if (bias) for (let i = 0; i < answer.length; i++) answer[i] += bias[i % outputs];
  return answer;
}
