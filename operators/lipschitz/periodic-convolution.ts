import { eigenvalueBound, gram } from './spectral-norm.js';

/**
 * A linear map of fields on a periodic grid of one axis that commutes with shifts, in float64:
 *
 *     y_n = Σ_t M_t x_{n+t} + Σ_m h(n − m) x_m,   h(n) = (1/N) Re[ R_0 + 2 Σ_{0<k<modes} R_k e^{2πikn/N} ].
 *
 * Fields are `[point][channel][column]`: several of them side by side.
 */
export interface PeriodicConvolution {
  readonly inputs: number;
  readonly outputs: number;
  /** M_t, `[output][input]` */
  readonly taps: readonly { readonly offset: number; readonly matrix: Float64Array }[];
  /** R_k, `[wavenumber][output][input]` */
  readonly spectrum?: {
    readonly modes: number;
    readonly real: Float64Array;
    readonly imaginary: Float64Array;
  };
}

/** y of every column of `x`. */
export function applyConvolution(
  map: PeriodicConvolution,
  x: Float64Array,
  points: number,
  columns: number,
): Float64Array {
  const { inputs, outputs } = map;
  const y = new Float64Array(points * outputs * columns);
  for (const { offset, matrix } of map.taps) {
    for (let n = 0; n < points; n++) {
      const from = (((n + offset) % points) + points) % points;
      multiplyAdd(y, n * outputs, matrix, 0, x, from * inputs, inputs, outputs, columns, 1);
    }
  }
  if (map.spectrum) addSpectral(map, x, y, points, columns);
  return y;
}

/** Rows `atY` … of y += factor · matrix · rows `atX` … of x. */
function multiplyAdd(
  y: Float64Array,
  atY: number,
  matrix: Float64Array,
  atMatrix: number,
  x: Float64Array,
  atX: number,
  inputs: number,
  outputs: number,
  columns: number,
  factor: number,
): void {
  for (let o = 0; o < outputs; o++) {
    const row = (atY + o) * columns;
    const weights = atMatrix + o * inputs;
    let c = 0;
    // four inputs a pass over the output
    for (; c + 3 < inputs; c += 4) {
      const [w0, w1] = [factor * matrix[weights + c], factor * matrix[weights + c + 1]];
      const [w2, w3] = [factor * matrix[weights + c + 2], factor * matrix[weights + c + 3]];
      const s0 = (atX + c) * columns;
      const [s1, s2, s3] = [s0 + columns, s0 + 2 * columns, s0 + 3 * columns];
      for (let j = 0; j < columns; j++) {
        y[row + j] += w0 * x[s0 + j] + w1 * x[s1 + j] + w2 * x[s2 + j] + w3 * x[s3 + j];
      }
    }
    for (; c < inputs; c++) {
      const weight = factor * matrix[weights + c];
      const source = (atX + c) * columns;
      for (let j = 0; j < columns; j++) y[row + j] += weight * x[source + j];
    }
  }
}

function addSpectral(
  { inputs, outputs, spectrum }: PeriodicConvolution,
  x: Float64Array,
  y: Float64Array,
  points: number,
  columns: number,
): void {
  const { modes, real, imaginary } = spectrum!;
  const { cosine, sine } = turns(points);
  const [from, to] = [inputs * columns, outputs * columns];
  for (let k = 0; k < modes; k++) {
    const [re, im] = [new Float64Array(from), new Float64Array(from)];
    for (let n = 0; n < points; n++) {
      const [c, s] = [cosine[(k * n) % points] / points, -sine[(k * n) % points] / points];
      for (let j = 0, at = n * from; j < from; j++, at++) {
        re[j] += c * x[at];
        im[j] += s * x[at];
      }
    }
    const [mixedRe, mixedIm] = [new Float64Array(to), new Float64Array(to)];
    const block = k * inputs * outputs;
    multiplyAdd(mixedRe, 0, real, block, re, 0, inputs, outputs, columns, 1);
    multiplyAdd(mixedRe, 0, imaginary, block, im, 0, inputs, outputs, columns, -1);
    multiplyAdd(mixedIm, 0, real, block, im, 0, inputs, outputs, columns, 1);
    multiplyAdd(mixedIm, 0, imaginary, block, re, 0, inputs, outputs, columns, 1);
    const count = k === 0 ? 1 : 2;
    for (let n = 0; n < points; n++) {
      const [c, s] = [count * cosine[(k * n) % points], count * sine[(k * n) % points]];
      for (let j = 0, at = n * to; j < to; j++, at++) y[at] += c * mixedRe[j] - s * mixedIm[j];
    }
  }
}

function turns(points: number): { cosine: Float64Array; sine: Float64Array } {
  const angle = (n: number) => (2 * Math.PI * n) / points;
  return {
    cosine: Float64Array.from({ length: points }, (_, n) => Math.cos(angle(n))),
    sine: Float64Array.from({ length: points }, (_, n) => Math.sin(angle(n))),
  };
}

/** The transposed map. */
export function transposeConvolution(map: PeriodicConvolution): PeriodicConvolution {
  const { inputs, outputs, spectrum } = map;
  const turned = (matrices: Float64Array, sign: 1 | -1) => {
    const result = new Float64Array(matrices.length);
    for (let start = 0; start < matrices.length; start += inputs * outputs) {
      for (let o = 0; o < outputs; o++) {
        for (let c = 0; c < inputs; c++) {
          result[start + c * outputs + o] = sign * matrices[start + o * inputs + c];
        }
      }
    }
    return result;
  };
  return {
    inputs: outputs,
    outputs: inputs,
    taps: map.taps.map(({ offset, matrix }) => ({ offset: -offset, matrix: turned(matrix, 1) })),
    ...(spectrum
      ? {
          spectrum: {
            modes: spectrum.modes,
            real: turned(spectrum.real, 1),
            imaginary: turned(spectrum.imaginary, -1),
          },
        }
      : {}),
  };
}

/** The same map as taps alone, one for every offset it reaches on a grid of `points`. */
export function asTaps(map: PeriodicConvolution, points: number): PeriodicConvolution['taps'] {
  const { inputs, outputs, spectrum } = map;
  const matrices = new Map<number, Float64Array>();
  const at = (offset: number) => {
    const key = ((offset % points) + points) % points;
    const known = matrices.get(key) ?? new Float64Array(inputs * outputs);
    matrices.set(key, known);
    return known;
  };
  for (const { offset, matrix } of map.taps) {
    const sum = at(offset);
    for (let i = 0; i < sum.length; i++) sum[i] += matrix[i];
  }
  if (spectrum) {
    const { cosine, sine } = turns(points);
    for (let n = 0; n < points; n++) {
      // x_{n+t} lies at −t of the kernel
      const sum = at(-n);
      for (let k = 0; k < spectrum.modes; k++) {
        const count = (k === 0 ? 1 : 2) / points;
        const [c, s] = [count * cosine[(k * n) % points], count * sine[(k * n) % points]];
        const block = k * inputs * outputs;
        for (let i = 0; i < sum.length; i++) {
          sum[i] += c * spectrum.real[block + i] - (k === 0 ? 0 : s * spectrum.imaginary[block + i]);
        }
      }
    }
  }
  return [...matrices].map(([offset, matrix]) => ({ offset, matrix }));
}

/** Upper bound of the 2-norm on a grid of `points`, which is the largest over the wavenumbers' matrices. */
export function convolutionNorm(map: PeriodicConvolution, points: number): number {
  const { inputs, outputs, spectrum } = map;
  const { cosine, sine } = turns(points);
  let largest = 0;
  for (let k = 0; 2 * k <= points; k++) {
    const [real, imaginary] = [new Float64Array(inputs * outputs), new Float64Array(inputs * outputs)];
    for (const { offset, matrix } of map.taps) {
      const turn = (((k * offset) % points) + points) % points;
      for (let i = 0; i < matrix.length; i++) {
        real[i] += cosine[turn] * matrix[i];
        imaginary[i] += sine[turn] * matrix[i];
      }
    }
    if (spectrum && k < spectrum.modes) {
      for (let i = 0, at = k * real.length; i < real.length; i++, at++) {
        real[i] += spectrum.real[at];
        if (k > 0) imaginary[i] += spectrum.imaginary[at];
      }
    }
    // complex numbers as real ones of twice the size
    const rows = new Float64Array(4 * real.length);
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < inputs; c++) {
        const [re, im] = [real[o * inputs + c], imaginary[o * inputs + c]];
        rows[o * 2 * inputs + c] = re;
        rows[o * 2 * inputs + inputs + c] = -im;
        rows[(outputs + o) * 2 * inputs + c] = im;
        rows[(outputs + o) * 2 * inputs + inputs + c] = re;
      }
    }
    largest = Math.max(largest, eigenvalueBound(gram(rows, 2 * outputs, 2 * inputs), 2 * inputs));
  }
  return Math.sqrt(largest);
}
