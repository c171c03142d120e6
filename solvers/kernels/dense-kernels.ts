import compiled from './compiled/dense-products.js';
import { scriptDenseKernels } from './dense-kernels-script.js';
import { compileKernels, kernelMemory, pagesFor } from './web-assembly.js';

/**
 * Products of tall matrices in a working memory that they share with the caller. Places are indices into it, matrices are
 * `[row][width]` with a width that is a multiple of four ({@link DenseKernels.pad}).
 */
export interface DenseKernels {
  /** Working memory of at least this many numbers; what an earlier call returned is not to be used any more. */
  reserve(numbers: number): Float64Array;
  /** `[rows][columns]` to `[rows][width]`, the rest of each row zero */
  pad(source: number, rows: number, columns: number, width: number, to: number): void;
  /** Row m times weight m */
  scaleRows(source: number, rows: number, width: number, weights: number, to: number): void;
  /** `c[widthA][widthB]` += AᵀB; with `upper` what is below the diagonal may be left out */
  addProduct(
    a: number,
    widthA: number,
    b: number,
    widthB: number,
    rows: number,
    c: number,
    upper: boolean,
  ): void;
  /** out += Bᵀ vector */
  addTransposedProduct(b: number, width: number, rows: number, vector: number, out: number): void;
  /** out = B x */
  multiply(b: number, width: number, rows: number, x: number, out: number): void;
}

let shared: DenseKernels | undefined;

/** The kernels of this thread, in WebAssembly where there is one with vector instructions. */
export function denseKernels(): DenseKernels {
  shared ??= vectorDenseKernels() ?? scriptDenseKernels();
  return shared;
}

/** Two numbers an instruction, or null where that is missing. Sums differ from those of the script by rounding. */
export function vectorDenseKernels(): DenseKernels | null {
  const module = compileKernels(compiled);
  if (!module) return null;
  const memory = kernelMemory(1);
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Omit<
    DenseKernels,
    'reserve'
  >;
  let heap = new Float64Array(memory.buffer);
  return {
    reserve(numbers) {
      if (heap.length < numbers) {
        memory.grow(pagesFor(numbers - heap.length));
        heap = new Float64Array(memory.buffer);
      }
      return heap;
    },
    // addresses are in bytes
    pad: (source, rows, columns, width, to) => functions.pad(8 * source, rows, columns, width, 8 * to),
    scaleRows: (source, rows, width, weights, to) =>
      functions.scaleRows(8 * source, rows, width, 8 * weights, 8 * to),
    addProduct: (a, widthA, b, widthB, rows, c, upper) =>
      functions.addProduct(8 * a, widthA, 8 * b, widthB, rows, 8 * c, upper),
    addTransposedProduct: (b, width, rows, vector, out) =>
      functions.addTransposedProduct(8 * b, width, rows, 8 * vector, 8 * out),
    multiply: (b, width, rows, x, out) => functions.multiply(8 * b, width, rows, 8 * x, 8 * out),
  };
}
