// AssemblyScript: butterflies of two and four inputs `xStep` apart to outputs `yStep` apart, `width` bytes of columns each.
// x and y are the places of the real parts, xi and yi how far the imaginary parts lie behind them.

/** Four inputs to four outputs, twiddle factors of one. */
export function plain4(
  x: usize,
  xi: usize,
  xStep: usize,
  y: usize,
  yi: usize,
  yStep: usize,
  width: usize,
): void {
  const end = x + width - 16;
  for (;;) {
    const ar = v128.load(x);
    const ai = v128.load(x + xi);
    const br = v128.load(x + xStep);
    const bi = v128.load(x + xStep + xi);
    const cr = v128.load(x + 2 * xStep);
    const ci = v128.load(x + 2 * xStep + xi);
    const dr = v128.load(x + 3 * xStep);
    const di = v128.load(x + 3 * xStep + xi);
    const sr = f64x2.add(ar, cr);
    const tr = f64x2.sub(ar, cr);
    const ur = f64x2.add(br, dr);
    const vr = f64x2.sub(br, dr);
    const si = f64x2.add(ai, ci);
    const ti = f64x2.sub(ai, ci);
    const ui = f64x2.add(bi, di);
    const vi = f64x2.sub(bi, di);
    v128.store(y, f64x2.add(sr, ur));
    v128.store(y + yi, f64x2.add(si, ui));
    v128.store(y + yStep, f64x2.add(tr, vi));
    v128.store(y + yStep + yi, f64x2.sub(ti, vr));
    v128.store(y + 2 * yStep, f64x2.sub(sr, ur));
    v128.store(y + 2 * yStep + yi, f64x2.sub(si, ui));
    v128.store(y + 3 * yStep, f64x2.sub(tr, vi));
    v128.store(y + 3 * yStep + yi, f64x2.add(ti, vr));
    if (<i32>x >= <i32>end) return;
    // the last vector ends with the row
    const step = min(<usize>16, end - x);
    x += step;
    y += step;
  }
}

/** The same with twiddle factors, cos and −sin of each output but the first. */
export function turned4(
  x: usize,
  xi: usize,
  xStep: usize,
  y: usize,
  yi: usize,
  yStep: usize,
  width: usize,
  twiddles: usize,
): void {
  const w1r = v128.load64_splat(twiddles);
  const w1i = v128.load64_splat(twiddles, 8);
  const w2r = v128.load64_splat(twiddles, 16);
  const w2i = v128.load64_splat(twiddles, 24);
  const w3r = v128.load64_splat(twiddles, 32);
  const w3i = v128.load64_splat(twiddles, 40);
  const end = x + width - 16;
  for (;;) {
    const ar = v128.load(x);
    const ai = v128.load(x + xi);
    const br = v128.load(x + xStep);
    const bi = v128.load(x + xStep + xi);
    const cr = v128.load(x + 2 * xStep);
    const ci = v128.load(x + 2 * xStep + xi);
    const dr = v128.load(x + 3 * xStep);
    const di = v128.load(x + 3 * xStep + xi);
    const sr = f64x2.add(ar, cr);
    const tr = f64x2.sub(ar, cr);
    const ur = f64x2.add(br, dr);
    const vr = f64x2.sub(br, dr);
    const si = f64x2.add(ai, ci);
    const ti = f64x2.sub(ai, ci);
    const ui = f64x2.add(bi, di);
    const vi = f64x2.sub(bi, di);
    const er = f64x2.add(tr, vi);
    const ei = f64x2.sub(ti, vr);
    const fr = f64x2.sub(sr, ur);
    const fi = f64x2.sub(si, ui);
    const gr = f64x2.sub(tr, vi);
    const gi = f64x2.add(ti, vr);
    v128.store(y, f64x2.add(sr, ur));
    v128.store(y + yi, f64x2.add(si, ui));
    v128.store(y + yStep, f64x2.sub(f64x2.mul(er, w1r), f64x2.mul(ei, w1i)));
    v128.store(y + yStep + yi, f64x2.add(f64x2.mul(er, w1i), f64x2.mul(ei, w1r)));
    v128.store(y + 2 * yStep, f64x2.sub(f64x2.mul(fr, w2r), f64x2.mul(fi, w2i)));
    v128.store(y + 2 * yStep + yi, f64x2.add(f64x2.mul(fr, w2i), f64x2.mul(fi, w2r)));
    v128.store(y + 3 * yStep, f64x2.sub(f64x2.mul(gr, w3r), f64x2.mul(gi, w3i)));
    v128.store(y + 3 * yStep + yi, f64x2.add(f64x2.mul(gr, w3i), f64x2.mul(gi, w3r)));
    if (<i32>x >= <i32>end) return;
    // the last vector ends with the row
    const step = min(<usize>16, end - x);
    x += step;
    y += step;
  }
}

/** Two inputs to two outputs. */
export function turned2(
  x: usize,
  xi: usize,
  xStep: usize,
  y: usize,
  yi: usize,
  yStep: usize,
  width: usize,
  twiddles: usize,
): void {
  const w1r = v128.load64_splat(twiddles);
  const w1i = v128.load64_splat(twiddles, 8);
  const end = x + width - 16;
  for (;;) {
    const ar = v128.load(x);
    const ai = v128.load(x + xi);
    const br = v128.load(x + xStep);
    const bi = v128.load(x + xStep + xi);
    const dr = f64x2.sub(ar, br);
    const di = f64x2.sub(ai, bi);
    v128.store(y, f64x2.add(ar, br));
    v128.store(y + yi, f64x2.add(ai, bi));
    v128.store(y + yStep, f64x2.sub(f64x2.mul(dr, w1r), f64x2.mul(di, w1i)));
    v128.store(y + yStep + yi, f64x2.add(f64x2.mul(dr, w1i), f64x2.mul(di, w1r)));
    if (<i32>x >= <i32>end) return;
    // the last vector ends with the row
    const step = min(<usize>16, end - x);
    x += step;
    y += step;
  }
}
