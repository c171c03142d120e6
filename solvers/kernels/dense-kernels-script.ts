import type { DenseKernels } from './dense-kernels.js';

/** {@link DenseKernels} without WebAssembly. */
export function scriptDenseKernels(): DenseKernels {
  let heap = new Float64Array(0);
  return {
    reserve(numbers) {
      if (heap.length < numbers) heap = new Float64Array(numbers);
      return heap;
    },
    pad(source, rows, columns, width, to) {
      for (let row = 0; row < rows; row++) {
        const start = to + row * width;
        heap.copyWithin(start, source + row * columns, source + (row + 1) * columns);
        heap.fill(0, start + columns, start + width);
      }
    },
    scaleRows(source, rows, width, weights, to) {
      for (let row = 0; row < rows; row++) {
        const weight = heap[weights + row];
        for (const end = to + width; to < end; to++, source++) heap[to] = weight * heap[source];
      }
    },
    addProduct(a, widthA, b, widthB, rows, c, upper) {
      for (let i = 0; i < widthA; i += 4) {
        for (let j = upper ? i : 0; j < widthB; j += 2) {
          addBlock(heap, a + i, widthA, b + j, widthB, rows, c + i * widthB + j);
        }
      }
    },
    addTransposedProduct(b, width, rows, vector, out) {
      for (let j = 0; j < width; j += 4) {
        let s0 = heap[out + j];
        let s1 = heap[out + j + 1];
        let s2 = heap[out + j + 2];
        let s3 = heap[out + j + 3];
        for (let row = 0, at = b + j; row < rows; row++, at += width) {
          const value = heap[vector + row];
          s0 += value * heap[at];
          s1 += value * heap[at + 1];
          s2 += value * heap[at + 2];
          s3 += value * heap[at + 3];
        }
        heap[out + j] = s0;
        heap[out + j + 1] = s1;
        heap[out + j + 2] = s2;
        heap[out + j + 3] = s3;
      }
    },
    multiply(b, width, rows, x, out) {
      for (let row = 0; row < rows; row++) {
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let at = x, end = x + width; at < end; at += 4, b += 4) {
          s0 += heap[b] * heap[at];
          s1 += heap[b + 1] * heap[at + 1];
          s2 += heap[b + 2] * heap[at + 2];
          s3 += heap[b + 3] * heap[at + 3];
        }
        heap[out + row] = s0 + s2 + (s1 + s3);
      }
    },
  };
}

/** A block of 4 × 2 sums: eight and their factors are what registers hold. */
function addBlock(
  heap: Float64Array,
  a: number,
  stepA: number,
  b: number,
  stepB: number,
  rows: number,
  c: number,
): void {
  const c1 = c + stepB;
  const c2 = c1 + stepB;
  const c3 = c2 + stepB;
  let s00 = heap[c];
  let s01 = heap[c + 1];
  let s10 = heap[c1];
  let s11 = heap[c1 + 1];
  let s20 = heap[c2];
  let s21 = heap[c2 + 1];
  let s30 = heap[c3];
  let s31 = heap[c3 + 1];
  for (let row = 0; row < rows; row++, a += stepA, b += stepB) {
    const b0 = heap[b];
    const b1 = heap[b + 1];
    const a0 = heap[a];
    const a1 = heap[a + 1];
    const a2 = heap[a + 2];
    const a3 = heap[a + 3];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s30 += a3 * b0;
    s31 += a3 * b1;
  }
  heap[c] = s00;
  heap[c + 1] = s01;
  heap[c1] = s10;
  heap[c1 + 1] = s11;
  heap[c2] = s20;
  heap[c2 + 1] = s21;
  heap[c3] = s30;
  heap[c3 + 1] = s31;
}
