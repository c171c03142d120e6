import { InvalidInputError } from '../../common/errors.js';
import { type DenseKernels, denseKernels } from '../kernels/dense-kernels.js';

/** A matrix `[row][column]`, usually with many more rows than columns. */
export type TallMatrix = Float64Array | Float32Array;

export interface TallProductOptions {
  /** W = diag(weights), one for each row; without them W = 1 */
  readonly weights?: TallMatrix;
}

/** Numbers of a matrix copied into the kernels' memory at once, and taken from it by one call: of the size of the
 * second and of the first cache. */
const BLOCK = 32768;
const PANEL = 4096;

/** BᵀWB of `[row][columns]`, symmetric to the last bit, `[columns][columns]`. */
export function gramMatrix(
  matrix: TallMatrix,
  columns: number,
  options: TallProductOptions = {},
): Float64Array {
  return sums('gramMatrix', { b: matrix, columns, ...options, gram: true }).gram;
}

/** BᵀWv, `[columns]`. */
export function transposedProduct(
  matrix: TallMatrix,
  columns: number,
  vector: TallMatrix,
  options: TallProductOptions = {},
): Float64Array {
  return sums('transposedProduct', { b: matrix, columns, vector, ...options }).product;
}

/** BᵀWB and BᵀWv of one pass over B: the normal equations of least squares ‖W^{1/2} (B x − v)‖². */
export function normalEquations(
  matrix: TallMatrix,
  columns: number,
  vector: TallMatrix,
  options: TallProductOptions = {},
): { readonly gram: Float64Array; readonly product: Float64Array } {
  return sums('normalEquations', { b: matrix, columns, vector, ...options, gram: true });
}

/** AᵀWB of two matrices with the same rows, `[columnsOfA][columnsOfB]`. */
export function crossProduct(
  a: TallMatrix,
  columnsOfA: number,
  b: TallMatrix,
  columnsOfB: number,
  options: TallProductOptions = {},
): Float64Array {
  return sums('crossProduct', { b, columns: columnsOfB, a, columnsOfA, ...options, gram: true }).gram;
}

/** B x, `[row]`. */
export function tallTimesVector(matrix: TallMatrix, columns: number, x: TallMatrix): Float64Array {
  const rows = countRows('tallTimesVector', matrix, columns);
  checkLength('tallTimesVector', 'x', x, columns, 'column');
  const kernels = denseKernels();
  const width = paddedWidth(columns);
  const out = new Float64Array(rows);
  const blockRows = Math.max(1, Math.floor(BLOCK / columns));
  const places = layout({ x: width, out: blockRows, b: blockRows * columns, padded: blockRows * width });
  const heap = kernels.reserve(places.end);
  heap.fill(0, places.x, places.x + width);
  heap.set(x, places.x);
  for (let row = 0; row < rows; row += blockRows) {
    const count = Math.min(blockRows, rows - row);
    heap.set(matrix.subarray(row * columns, (row + count) * columns), places.b);
    const b = pad(kernels, places.b, count, columns, places.padded);
    kernels.multiply(b, width, count, places.x, places.out);
    out.set(heap.subarray(places.out, places.out + count), row);
  }
  return out;
}

interface Sums extends TallProductOptions {
  readonly b: TallMatrix;
  readonly columns: number;
  /** The left factor where it is another matrix than b */
  readonly a?: TallMatrix;
  readonly columnsOfA?: number;
  readonly vector?: TallMatrix;
  readonly gram?: boolean;
}

/** Block by block into the kernels' memory, panel by panel into sums that stay there. */
function sums(name: string, { b, columns, a, columnsOfA = columns, weights, vector, gram }: Sums) {
  const rows = countRows(name, b, columns);
  if (a && countRows(name, a, columnsOfA) !== rows) {
    throw new InvalidInputError(
      `${name}: both matrices must have the same rows, got ${a.length / columnsOfA} and ${rows}`,
    );
  }
  if (weights) checkLength(name, 'weights', weights, rows, 'row');
  if (vector) checkLength(name, 'vector', vector, rows, 'row');
  const kernels = denseKernels();
  const width = paddedWidth(columns);
  const widthOfA = paddedWidth(columnsOfA);
  const widest = Math.max(width, widthOfA);
  const panelRows = Math.max(4, 4 * Math.floor(PANEL / (4 * widest)));
  const blockRows = panelRows * Math.max(1, Math.floor(BLOCK / (panelRows * widest)));
  const places = layout({
    gram: gram ? widthOfA * width : 0,
    product: width,
    b: blockRows * columns,
    a: a ? blockRows * columnsOfA : 0,
    weights: weights ? blockRows : 0,
    vector: vector ? blockRows : 0,
    padded: panelRows * width,
    paddedA: a ? panelRows * widthOfA : 0,
    scaled: weights ? panelRows * widthOfA : 0,
    scaledVector: weights && vector ? panelRows : 0,
  });
  const heap = kernels.reserve(places.end);
  heap.fill(0, places.gram, places.b);
  for (let block = 0; block < rows; block += blockRows) {
    const blockEnd = Math.min(rows, block + blockRows);
    heap.set(b.subarray(block * columns, blockEnd * columns), places.b);
    if (a) heap.set(a.subarray(block * columnsOfA, blockEnd * columnsOfA), places.a);
    if (weights) heap.set(weights.subarray(block, blockEnd), places.weights);
    if (vector) heap.set(vector.subarray(block, blockEnd), places.vector);
    for (let row = block; row < blockEnd; row += panelRows) {
      const count = Math.min(panelRows, blockEnd - row);
      const offset = row - block;
      const right = pad(kernels, places.b + offset * columns, count, columns, places.padded);
      if (gram) {
        let left = a
          ? pad(kernels, places.a + offset * columnsOfA, count, columnsOfA, places.paddedA)
          : right;
        if (weights) {
          kernels.scaleRows(left, count, widthOfA, places.weights + offset, places.scaled);
          left = places.scaled;
        }
        kernels.addProduct(left, widthOfA, right, width, count, places.gram, a === undefined);
      }
      if (vector) {
        let values = places.vector + offset;
        if (weights) {
          for (let i = 0; i < count; i++)
            heap[places.scaledVector + i] = heap[values + i] * heap[places.weights + offset + i];
          values = places.scaledVector;
        }
        kernels.addTransposedProduct(right, width, count, values, places.product);
      }
    }
  }
  return {
    gram: takeGram(heap, places.gram, gram ? columnsOfA : 0, columns, width, a === undefined),
    product: heap.slice(places.product, places.product + columns),
  };
}

function takeGram(
  heap: Float64Array,
  from: number,
  rows: number,
  columns: number,
  width: number,
  symmetric: boolean,
): Float64Array {
  let out: Float64Array;
  if (width === columns) out = heap.slice(from, from + rows * columns);
  else {
    out = new Float64Array(rows * columns);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0, row = from + i * width; j < columns; j++, at++) out[at] = heap[row + j];
    }
  }
  if (symmetric) mirror(out, columns);
  return out;
}

/** Below the diagonal what is above it */
function mirror(square: Float64Array, columns: number): void {
  for (let i = 1; i < columns; i++) {
    for (let at = i * columns, above = i; above < at; at++, above += columns) square[at] = square[above];
  }
}

function pad(kernels: DenseKernels, source: number, rows: number, columns: number, to: number): number {
  const width = paddedWidth(columns);
  if (width === columns) return source;
  kernels.pad(source, rows, columns, width, to);
  return to;
}

const paddedWidth = (columns: number) => 4 * Math.ceil(columns / 4);

/** Places of arrays of the given lengths one after another, and the end of the last. */
function layout<Name extends string>(lengths: Record<Name, number>): Record<Name | 'end', number> {
  let end = 0;
  const places: Record<string, number> = {};
  for (const [name, length] of Object.entries<number>(lengths)) {
    places[name] = end;
    // rows of vectors begin at even places
    end += length + (length % 2);
  }
  places.end = end;
  return places as Record<Name | 'end', number>;
}

function countRows(name: string, matrix: TallMatrix, columns: number): number {
  if (!Number.isInteger(columns) || columns < 1 || matrix.length % columns !== 0) {
    throw new InvalidInputError(
      `${name}: a matrix [row][column] of ${columns} columns has a multiple of ${columns} numbers, got ${matrix.length}`,
    );
  }
  return matrix.length / columns;
}

function checkLength(name: string, what: string, values: TallMatrix, expected: number, unit: string): void {
  if (values.length !== expected) {
    throw new InvalidInputError(
      `${name}: ${what} must have one number for each ${unit}, expected ${expected}, got ${values.length}`,
    );
  }
}
