// AssemblyScript; ../fourier.ts says how arrays lie.

import { plain4, turned2, turned4 } from './butterflies-2-4';
import { turned3, turned5 } from './butterflies-3-5';

/** Places in a plan, 32 bit each: length, passes, scratch twice, then radix and twiddle factors of each pass. */
const PASSES: usize = 4;
const SCRATCH: usize = 8;
const FIRST_PASS: usize = 16;

/**
 * X_k = Σ_n x_n e^{−2πi kn/N} along rows `xRow` apart, to rows `yRow` apart, by Stockham's algorithm; with the parts
 * exchanged on both sides the inverse. The first pass reads and the last one writes rows that may lie apart, those between
 * go from one scratch to the other.
 */
export function transform(
  plan: usize,
  xr: usize,
  xi: usize,
  xRow: usize,
  yr: usize,
  yi: usize,
  yRow: usize,
  width: usize,
): void {
  let n: usize = load<u32>(plan);
  const passes: usize = load<u32>(plan, PASSES);
  const imaginary = n * width + 16;
  let stride: usize = 1;
  for (let pass: usize = 0; pass < passes; pass++) {
    const entry = plan + (pass << 3);
    const radix: usize = load<u32>(entry, FIRST_PASS);
    const twiddles: usize = load<u32>(entry, FIRST_PASS + 4);
    const last = pass + 1 === passes;
    const scratch: usize = load<u32>(plan + ((pass & 1) << 2), SCRATCH);
    const toR = last ? yr : scratch;
    const toI = last ? yi : scratch + imaginary;
    const toRow = last ? yRow : width;
    const count = n / radix;
    const xStride = stride * xRow;
    const yStride = stride * toRow;
    if (last && pass > 0 && yRow !== width) {
      // rows of the output lie apart: one by one, all without twiddle factors
      butterflies(radix, xr, xi, xStride, xRow, toR, toI, yStride, yRow, width, stride, twiddles, false);
    } else {
      const block = stride * width;
      const xStep = count * xStride;
      const yRows = radix * yStride;
      butterflies(radix, xr, xi, xStep, xStride, toR, toI, yStride, yRows, block, count, twiddles, true);
    }
    xr = toR;
    xi = toI;
    xRow = toRow;
    n = count;
    stride *= radix;
  }
}

/**
 * `count` butterflies of `width` each: the inputs of one are `xStep` apart, its outputs `yStep`, the next one's `xRow` and
 * `yRow` further. Either each has its own twiddle factors or all have those of the first, which are one.
 */
function butterflies(
  radix: usize,
  xr: usize,
  xi: usize,
  xStep: usize,
  xRow: usize,
  yr: usize,
  yi: usize,
  yStep: usize,
  yRow: usize,
  width: usize,
  count: usize,
  twiddles: usize,
  turned: bool,
): void {
  const advance = turned ? (radix - 1) << 4 : 0;
  const x = xi - xr;
  const y = yi - yr;
  if (radix === 4) {
    let plain: usize = turned ? 1 : count;
    for (; plain > 0; plain--, count--, xr += xRow, yr += yRow, twiddles += advance) {
      plain4(xr, x, xStep, yr, y, yStep, width);
    }
  }
  for (; count > 0; count--, xr += xRow, yr += yRow, twiddles += advance) {
    if (radix === 4) turned4(xr, x, xStep, yr, y, yStep, width, twiddles);
    else if (radix === 2) turned2(xr, x, xStep, yr, y, yStep, width, twiddles);
    else if (radix === 3) turned3(xr, x, xStep, yr, y, yStep, width, twiddles);
    else turned5(xr, x, xStep, yr, y, yStep, width, twiddles);
  }
}
