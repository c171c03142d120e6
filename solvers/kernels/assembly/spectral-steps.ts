// AssemblyScript: what a pseudo-spectral step does between its Fourier transforms, two numbers an instruction. Places and
// widths are bytes, arrays `[mode or point][column]`; outputs are not among the inputs. A row that is no multiple of two
// numbers ends with a vector that overlaps the one before. A single number is followed by one too many, which the next row
// overwrites: rows ascend and arrays end with a number to spare.

/** out = e v + q n, with e and q per mode */
export function firstStage(
  out: usize,
  v: usize,
  n: usize,
  e: usize,
  q: usize,
  modes: usize,
  width: usize,
): void {
  if (width === 8) {
    // two modes at a time, each with its factors
    for (const end = out + (modes << 3); out < end; out += 16, v += 16, n += 16, e += 16, q += 16) {
      v128.store(out, sumOfTwo(v128.load(e), v, v128.load(q), v128.load(n)));
    }
    return;
  }
  const last = width - 16;
  for (; modes > 0; modes--, e += 8, q += 8, out += width, v += width, n += width) {
    const factor = v128.load64_splat(e);
    const weight = v128.load64_splat(q);
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      v128.store(out + at, sumOfTwo(factor, v + at, weight, v128.load(n + at)));
      if (at === last) break;
    }
  }
}

/** out = e a + q (2 b − v) */
export function lastStage(
  out: usize,
  a: usize,
  b: usize,
  v: usize,
  e: usize,
  q: usize,
  modes: usize,
  width: usize,
): void {
  if (width === 8) {
    for (const end = out + (modes << 3); out < end; out += 16, a += 16, b += 16, v += 16, e += 16, q += 16) {
      v128.store(out, sumOfTwo(v128.load(e), a, v128.load(q), twiceLess(b, v)));
    }
    return;
  }
  const last = width - 16;
  for (; modes > 0; modes--, e += 8, q += 8, out += width, a += width, b += width, v += width) {
    const factor = v128.load64_splat(e);
    const weight = v128.load64_splat(q);
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      v128.store(out + at, sumOfTwo(factor, a + at, weight, twiceLess(b + at, v + at)));
      if (at === last) break;
    }
  }
}

/** out = e v + f₁ nv + 2 f₂ (na + nb) + f₃ nc */
export function combine(
  out: usize,
  v: usize,
  nv: usize,
  na: usize,
  nb: usize,
  nc: usize,
  e: usize,
  f1: usize,
  f2: usize,
  f3: usize,
  modes: usize,
  width: usize,
): void {
  const single = width === 8;
  const last = single ? 0 : width - 16;
  const row = single ? 16 : width;
  const factor = single ? 16 : 8;
  let rows = single ? (modes + 1) >> 1 : modes;
  for (; rows > 0; rows--) {
    const e0 = single ? v128.load(e) : v128.load64_splat(e);
    const w1 = single ? v128.load(f1) : v128.load64_splat(f1);
    const w2 = single ? v128.load(f2) : v128.load64_splat(f2);
    const w3 = single ? v128.load(f3) : v128.load64_splat(f3);
    const twice = f64x2.add(w2, w2);
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      const middle = f64x2.mul(twice, f64x2.add(v128.load(na + at), v128.load(nb + at)));
      const early = f64x2.add(sumOfTwo(e0, v + at, w1, v128.load(nv + at)), middle);
      v128.store(out + at, f64x2.add(early, f64x2.mul(w3, v128.load(nc + at))));
      if (at === last) break;
    }
    e += factor;
    f1 += factor;
    f2 += factor;
    f3 += factor;
    out += row;
    v += row;
    nv += row;
    na += row;
    nb += row;
    nc += row;
  }
}

function sumOfTwo(e: v128, v: usize, q: v128, n: v128): v128 {
  return f64x2.add(f64x2.mul(e, v128.load(v)), f64x2.mul(q, n));
}

function twiceLess(b: usize, v: usize): v128 {
  const value = v128.load(b);
  return f64x2.sub(f64x2.add(value, value), v128.load(v));
}

/** out = x² of `bytes` bytes */
export function square(x: usize, out: usize, bytes: usize): void {
  for (const end = x + bytes; x < end; x += 16, out += 16) {
    const value = v128.load(x);
    v128.store(out, f64x2.mul(value, value));
  }
}

/** (re, im) ← i s k (re, im) in place, s k per mode at `wave` */
export function differentiate(
  re: usize,
  im: usize,
  wave: usize,
  scale: f64,
  modes: usize,
  width: usize,
): void {
  const end = wave + (modes << 3);
  for (; wave < end; wave += 8) {
    const k = scale * load<f64>(wave);
    const factor = f64x2.splat(k);
    const pairsEnd = re + (width & ~15);
    for (; re < pairsEnd; re += 16, im += 16) {
      const real = v128.load(re);
      v128.store(re, f64x2.neg(f64x2.mul(factor, v128.load(im))));
      v128.store(im, f64x2.mul(factor, real));
    }
    if (width & 8) {
      const real = load<f64>(re);
      store<f64>(re, -(k * load<f64>(im)));
      store<f64>(im, k * real);
      re += 8;
      im += 8;
    }
  }
}

/** Spectra of (u, v) to those of (u, v, ∂v/∂x − ∂u/∂y), `width` each. */
export function planeTurning(
  re: usize,
  im: usize,
  kx: usize,
  ky: usize,
  modes: usize,
  width: usize,
  toRe: usize,
  toIm: usize,
): void {
  const both = width << 1;
  const last = both - 16;
  const lastOne = width === 8 ? 0 : width - 16;
  for (; modes > 0; modes--) {
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      v128.store(toRe + at, v128.load(re + at));
      v128.store(toIm + at, v128.load(im + at));
      if (at === last) break;
    }
    const x = v128.load64_splat(kx);
    const y = v128.load64_splat(ky);
    for (let at: usize = 0; ; at = min(at + 16, lastOne)) {
      const u = re + at;
      const v = u + width;
      const uImaginary = im + at;
      const vImaginary = uImaginary + width;
      const to = at + both;
      const real = f64x2.sub(f64x2.mul(y, v128.load(uImaginary)), f64x2.mul(x, v128.load(vImaginary)));
      const imaginary = f64x2.sub(f64x2.mul(x, v128.load(v)), f64x2.mul(y, v128.load(u)));
      v128.store(toRe + to, real);
      v128.store(toIm + to, imaginary);
      if (at === lastOne) break;
    }
    kx += 8;
    ky += 8;
    re += both;
    im += both;
    toRe += both + width;
    toIm += both + width;
  }
}

/** s (−v ω, u ω, (u² + v²)/2) of (u, v, ω) on the grid, `width` each */
export function planeProducts(from: usize, to: usize, scale: f64, points: usize, width: usize): void {
  const s = f64x2.splat(scale);
  const half = f64x2.splat(0.5 * scale);
  const last = width === 8 ? 0 : width - 16;
  const row = 3 * width;
  for (; points > 0; points--, from += row, to += row) {
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      const u = v128.load(from + at);
      const v = v128.load(from + at + width);
      const turning = f64x2.mul(s, v128.load(from + at + 2 * width));
      v128.store(to + at, f64x2.neg(f64x2.mul(turning, v)));
      v128.store(to + at + width, f64x2.mul(turning, u));
      v128.store(to + at + 2 * width, f64x2.mul(half, f64x2.add(f64x2.mul(u, u), f64x2.mul(v, v))));
      if (at === last) break;
    }
  }
}

/** Spectra of two products and a scalar to the products plus the gradient of the scalar, `width` each. */
export function planeGradient(
  re: usize,
  im: usize,
  kx: usize,
  ky: usize,
  modes: usize,
  width: usize,
  toRe: usize,
  toIm: usize,
): void {
  const last = width === 8 ? 0 : width - 16;
  const both = 2 * width;
  for (; modes > 0; modes--) {
    const x = v128.load64_splat(kx);
    const y = v128.load64_splat(ky);
    for (let at: usize = 0; ; at = min(at + 16, last)) {
      const real = v128.load(re + at + both);
      const imaginary = v128.load(im + at + both);
      v128.store(toRe + at, f64x2.sub(v128.load(re + at), f64x2.mul(x, imaginary)));
      v128.store(toIm + at, f64x2.add(v128.load(im + at), f64x2.mul(x, real)));
      v128.store(toRe + at + width, f64x2.sub(v128.load(re + at + width), f64x2.mul(y, imaginary)));
      v128.store(toIm + at + width, f64x2.add(v128.load(im + at + width), f64x2.mul(y, real)));
      if (at === last) break;
    }
    kx += 8;
    ky += 8;
    re += both + width;
    im += both + width;
    toRe += both;
    toIm += both;
  }
}
