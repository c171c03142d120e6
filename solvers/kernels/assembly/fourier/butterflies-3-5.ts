// AssemblyScript: butterflies of three and five inputs `xStep` apart to outputs `yStep` apart, `width` bytes of columns each.
// x and y are the places of the real parts, xi and yi how far the imaginary parts lie behind them.

const SIN_3: f64 = 0.8660254037844386;
const COS_5: f64 = 0.30901699437494745;
const COS_10: f64 = -0.8090169943749475;
const SIN_5: f64 = 0.9510565162951535;
const SIN_10: f64 = 0.5877852522924731;

/** Three inputs to three outputs. */
export function turned3(
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
  const half = f64x2.splat(0.5);
  const sine = f64x2.splat(SIN_3);
  const end = x + width - 16;
  for (;;) {
    const ar = v128.load(x);
    const ai = v128.load(x + xi);
    const br = v128.load(x + xStep);
    const bi = v128.load(x + xStep + xi);
    const cr = v128.load(x + 2 * xStep);
    const ci = v128.load(x + 2 * xStep + xi);
    const sr = f64x2.add(br, cr);
    const mr = f64x2.sub(ar, f64x2.mul(half, sr));
    const si = f64x2.add(bi, ci);
    const mi = f64x2.sub(ai, f64x2.mul(half, si));
    const er = f64x2.mul(sine, f64x2.sub(bi, ci));
    const ei = f64x2.mul(sine, f64x2.sub(cr, br));
    const ur = f64x2.add(mr, er);
    const ui = f64x2.add(mi, ei);
    const vr = f64x2.sub(mr, er);
    const vi = f64x2.sub(mi, ei);
    v128.store(y, f64x2.add(ar, sr));
    v128.store(y + yi, f64x2.add(ai, si));
    v128.store(y + yStep, f64x2.sub(f64x2.mul(ur, w1r), f64x2.mul(ui, w1i)));
    v128.store(y + yStep + yi, f64x2.add(f64x2.mul(ur, w1i), f64x2.mul(ui, w1r)));
    v128.store(y + 2 * yStep, f64x2.sub(f64x2.mul(vr, w2r), f64x2.mul(vi, w2i)));
    v128.store(y + 2 * yStep + yi, f64x2.add(f64x2.mul(vr, w2i), f64x2.mul(vi, w2r)));
    if (<i32>x >= <i32>end) return;
    // the last vector ends with the row
    const step = min(<usize>16, end - x);
    x += step;
    y += step;
  }
}

/** Five inputs to five outputs. */
export function turned5(
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
  const w4r = v128.load64_splat(twiddles, 48);
  const w4i = v128.load64_splat(twiddles, 56);
  const c1 = f64x2.splat(COS_5);
  const c2 = f64x2.splat(COS_10);
  const s1 = f64x2.splat(SIN_5);
  const s2 = f64x2.splat(SIN_10);
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
    const er = v128.load(x + 4 * xStep);
    const ei = v128.load(x + 4 * xStep + xi);
    const sr = f64x2.add(br, er);
    const d0r = f64x2.sub(br, er);
    const tr = f64x2.add(cr, dr);
    const d1r = f64x2.sub(cr, dr);
    const si = f64x2.add(bi, ei);
    const d0i = f64x2.sub(bi, ei);
    const ti = f64x2.add(ci, di);
    const d1i = f64x2.sub(ci, di);
    const m1r = f64x2.add(ar, f64x2.add(f64x2.mul(c1, sr), f64x2.mul(c2, tr)));
    const m2r = f64x2.add(ar, f64x2.add(f64x2.mul(c2, sr), f64x2.mul(c1, tr)));
    const m1i = f64x2.add(ai, f64x2.add(f64x2.mul(c1, si), f64x2.mul(c2, ti)));
    const m2i = f64x2.add(ai, f64x2.add(f64x2.mul(c2, si), f64x2.mul(c1, ti)));
    const n1r = f64x2.add(f64x2.mul(s1, d0i), f64x2.mul(s2, d1i));
    const n2r = f64x2.sub(f64x2.mul(s2, d0i), f64x2.mul(s1, d1i));
    const n1i = f64x2.add(f64x2.mul(s1, d0r), f64x2.mul(s2, d1r));
    const n2i = f64x2.sub(f64x2.mul(s2, d0r), f64x2.mul(s1, d1r));
    const z1r = f64x2.add(m1r, n1r);
    const z1i = f64x2.sub(m1i, n1i);
    const z2r = f64x2.add(m2r, n2r);
    const z2i = f64x2.sub(m2i, n2i);
    const z3r = f64x2.sub(m2r, n2r);
    const z3i = f64x2.add(m2i, n2i);
    const z4r = f64x2.sub(m1r, n1r);
    const z4i = f64x2.add(m1i, n1i);
    v128.store(y, f64x2.add(ar, f64x2.add(sr, tr)));
    v128.store(y + yi, f64x2.add(ai, f64x2.add(si, ti)));
    v128.store(y + yStep, f64x2.sub(f64x2.mul(z1r, w1r), f64x2.mul(z1i, w1i)));
    v128.store(y + yStep + yi, f64x2.add(f64x2.mul(z1r, w1i), f64x2.mul(z1i, w1r)));
    v128.store(y + 2 * yStep, f64x2.sub(f64x2.mul(z2r, w2r), f64x2.mul(z2i, w2i)));
    v128.store(y + 2 * yStep + yi, f64x2.add(f64x2.mul(z2r, w2i), f64x2.mul(z2i, w2r)));
    v128.store(y + 3 * yStep, f64x2.sub(f64x2.mul(z3r, w3r), f64x2.mul(z3i, w3i)));
    v128.store(y + 3 * yStep + yi, f64x2.add(f64x2.mul(z3r, w3i), f64x2.mul(z3i, w3r)));
    v128.store(y + 4 * yStep, f64x2.sub(f64x2.mul(z4r, w4r), f64x2.mul(z4i, w4i)));
    v128.store(y + 4 * yStep + yi, f64x2.add(f64x2.mul(z4r, w4i), f64x2.mul(z4i, w4r)));
    if (<i32>x >= <i32>end) return;
    // the last vector ends with the row
    const step = min(<usize>16, end - x);
    x += step;
    y += step;
  }
}
