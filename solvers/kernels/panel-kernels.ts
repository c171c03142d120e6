import compiled from './compiled/panel-products.js';
import { compileKernels, kernelMemory, pagesFor } from './web-assembly.js';

/** Working memory, seen as numbers and as indices. */
export interface PanelHeap {
  readonly numbers: Float64Array;
  readonly indices: Int32Array;
}

/** A matrix in compressed rows in the working memory; places in bytes. */
export interface SparsePlaces {
  readonly rows: number;
  readonly offsets: number;
  readonly columns: number;
  readonly values: number;
}

/**
 * Products of panels in a working memory that they share with the caller, by places in bytes. Sparse ones take eight columns,
 * `[row][8]`, dense ones panels of four, `[row][4]`.
 */
export interface PanelKernels {
  /** Working memory of at least this many bytes; what an earlier call returned is not to be used any more. */
  reserve(bytes: number): PanelHeap;
  /** step ← keep step − gain A x, out ← x + step */
  advance(matrix: SparsePlaces, x: number, keep: number, gain: number, step: number, out: number): void;
  /** step ← keep step + gain D⁻¹ r, u ← u + step */
  addStep(
    rows: number,
    inverseDiagonal: number,
    r: number,
    keep: number,
    gain: number,
    step: number,
    u: number,
  ): void;
  /** out ← base + factor A x; `out` may be `base` */
  addProduct(matrix: SparsePlaces, x: number, factor: number, base: number, out: number): void;
  /** `tile[4][4]` += AᵀB */
  addTile(a: number, b: number, rows: number, tile: number): void;
  /** out += X C, C `[4][4]` */
  addCombination(x: number, tile: number, rows: number, out: number): void;
}

/** Columns of a dense panel */
const PANEL = 4;

let shared: PanelKernels | null | undefined;

/** The kernels of this thread, or null where there is no WebAssembly with vector instructions. */
export function panelKernels(): PanelKernels | null {
  if (shared === undefined) shared = openKernels();
  return shared;
}

interface Functions {
  advance(...places: number[]): void;
  addStep(...places: number[]): void;
  addProduct(...places: number[]): void;
  addDenseProduct(...places: number[]): void;
  addCombination(...places: number[]): void;
}

function openKernels(): PanelKernels | null {
  const module = compileKernels(compiled);
  if (!module) return null;
  const memory = kernelMemory(1);
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Functions;
  let heap = viewsOf(memory);
  return {
    reserve(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) {
        memory.grow(pagesFor(missing / 8));
        heap = viewsOf(memory);
      }
      return heap;
    },
    advance: ({ rows, offsets, columns, values }, x, keep, gain, step, out) =>
      functions.advance(rows, offsets, columns, values, x, keep, gain, step, out),
    addStep: functions.addStep,
    addProduct: ({ rows, offsets, columns, values }, x, factor, base, out) =>
      functions.addProduct(rows, offsets, columns, values, x, factor, base, out),
    addTile: (a, b, rows, tile) => functions.addDenseProduct(a, PANEL, b, PANEL, rows, tile, 0),
    addCombination: functions.addCombination,
  };
}

const viewsOf = ({ buffer }: WebAssembly.Memory): PanelHeap => ({
  numbers: new Float64Array(buffer),
  indices: new Int32Array(buffer),
});
