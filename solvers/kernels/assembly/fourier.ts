// AssemblyScript: Fourier transforms of many columns at once, two numbers an instruction. Places, steps and widths are
// bytes. Columns lie innermost, real and imaginary parts apart.
//
// A width that is no multiple of two numbers ends with a vector that overlaps the one before: outputs never overlap inputs,
// so writing twice does no harm. A single column writes one number too many, which the next row overwrites: rows are
// written in ascending order and arrays end with a number to spare.

import { packSpectra, realSpectra } from './fourier/real-columns';
import { transform } from './fourier/transform';

/**
 * Real columns to spectra, a tile of `tile` at a time: the tile goes through the transform and the unpacking while it is in
 * the first cache. `packed` holds `[half + 1][tile]` of each part.
 */
export function realForward(
  plan: usize,
  halfTurns: usize,
  packed: usize,
  even: usize,
  odd: usize,
  width: usize,
  tile: usize,
  re: usize,
  im: usize,
  rows: usize,
): void {
  const half: usize = load<u32>(plan);
  const packedI = packed + (half + 1) * tile + 16;
  let at: usize = 0;
  for (;;) {
    transform(plan, even + at, odd + at, width, packed, packedI, tile, tile);
    realSpectra(packed, packedI, half, tile, halfTurns, rows, re + at, im + at, width);
    if (at + tile >= width) return;
    at = min(at + tile, width - tile);
  }
}

/** The inverse of {@link realForward}; spectra from `rows` on are zero. */
export function realInverse(
  plan: usize,
  halfTurns: usize,
  packed: usize,
  zeros: usize,
  re: usize,
  im: usize,
  rows: usize,
  width: usize,
  tile: usize,
  even: usize,
  odd: usize,
): void {
  const half: usize = load<u32>(plan);
  const packedI = packed + (half + 1) * tile + 16;
  let at: usize = 0;
  for (;;) {
    packSpectra(re + at, im + at, width, rows, zeros, halfTurns, half, tile, packed, packedI);
    transform(plan, packedI, packed, tile, odd + at, even + at, width, tile);
    if (at + tile >= width) return;
    at = min(at + tile, width - tile);
  }
}

/**
 * `count` arrays `[length][width]` one after another to the wave numbers kept: of each the first `low` and the last `high`
 * bytes of its transform, which is at `work`.
 */
export function forwardRows(
  plan: usize,
  re: usize,
  im: usize,
  width: usize,
  count: usize,
  work: usize,
  toRe: usize,
  toIm: usize,
  low: usize,
  high: usize,
): void {
  const length: usize = load<u32>(plan);
  const size = length * width;
  const workI = work + size + 16;
  for (; count > 0; count--, re += size, im += size) {
    transform(plan, re, im, width, work, workI, width, width);
    memory.copy(toRe, work, low);
    memory.copy(toIm, workI, low);
    memory.copy(toRe + low, work + size - high, high);
    memory.copy(toIm + low, workI + size - high, high);
    toRe += low + high;
    toIm += low + high;
  }
}

/** The inverse of {@link forwardRows}; `work` holds zeros where a wave number is cut off. */
export function inverseRows(
  plan: usize,
  re: usize,
  im: usize,
  low: usize,
  high: usize,
  count: usize,
  work: usize,
  toRe: usize,
  toIm: usize,
  width: usize,
): void {
  const length: usize = load<u32>(plan);
  const size = length * width;
  const workI = work + size + 16;
  for (; count > 0; count--, toRe += size, toIm += size) {
    memory.copy(work, re, low);
    memory.copy(workI, im, low);
    memory.copy(work + size - high, re + low, high);
    memory.copy(workI + size - high, im + low, high);
    transform(plan, workI, work, width, toIm, toRe, width, width);
    re += low + high;
    im += low + high;
  }
}
