/** One pass of Stockham's algorithm: `[radix][n / radix][stride]` in, `[n / radix][radix][stride]` out. */
export type FourierPass = (
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  n: number,
  stride: number,
  twiddles: Float64Array,
) => void;

/** Factors 4, 2, 3, 5 in the order of the passes, or null where another prime divides the length. */
export function factorsOf(length: number): number[] | null {
  if (!Number.isInteger(length) || length < 1) return null;
  const factors: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    while (rest % radix === 0) {
      factors.push(radix);
      rest /= radix;
    }
  }
  return rest === 1 ? factors : null;
}

/** Per pass, `[p][j]` of cos and −sin of 2π jp/n for j = 1 … radix − 1. */
export function twiddles(length: number, factors: readonly number[]): Float64Array[] {
  let n = length;
  return factors.map((radix) => {
    const count = n / radix;
    const table = new Float64Array(count * (radix - 1) * 2);
    let at = 0;
    for (let p = 0; p < count; p++) {
      for (let j = 1; j < radix; j++) {
        const angle = (-2 * Math.PI * ((j * p) % n)) / n;
        table[at++] = Math.cos(angle);
        table[at++] = Math.sin(angle);
      }
    }
    n = count;
    return table;
  });
}

const pass2: FourierPass = (xr, xi, yr, yi, n, stride, twiddle) => {
  const half = (n >> 1) * stride;
  for (let p = 0, x = 0, y = 0; 2 * p < n; p++, y += stride) {
    const wr = twiddle[2 * p];
    const wi = twiddle[2 * p + 1];
    for (let q = 0; q < stride; q++, x++, y++) {
      const ar = xr[x];
      const ai = xi[x];
      const br = xr[x + half];
      const bi = xi[x + half];
      yr[y] = ar + br;
      yi[y] = ai + bi;
      const dr = ar - br;
      const di = ai - bi;
      yr[y + stride] = dr * wr - di * wi;
      yi[y + stride] = dr * wi + di * wr;
    }
  }
};

const SIN_3 = Math.sqrt(3) / 2;

const pass3: FourierPass = (xr, xi, yr, yi, n, stride, twiddle) => {
  const count = n / 3;
  const third = count * stride;
  for (let p = 0, x = 0, y = 0; p < count; p++, y += 2 * stride) {
    const w1r = twiddle[4 * p];
    const w1i = twiddle[4 * p + 1];
    const w2r = twiddle[4 * p + 2];
    const w2i = twiddle[4 * p + 3];
    for (let q = 0; q < stride; q++, x++, y++) {
      const ar = xr[x];
      const ai = xi[x];
      const br = xr[x + third];
      const bi = xi[x + third];
      const cr = xr[x + 2 * third];
      const ci = xi[x + 2 * third];
      const sr = br + cr;
      const si = bi + ci;
      const mr = ar - 0.5 * sr;
      const mi = ai - 0.5 * si;
      const er = SIN_3 * (bi - ci);
      const ei = -SIN_3 * (br - cr);
      yr[y] = ar + sr;
      yi[y] = ai + si;
      const ur = mr + er;
      const ui = mi + ei;
      yr[y + stride] = ur * w1r - ui * w1i;
      yi[y + stride] = ur * w1i + ui * w1r;
      const vr = mr - er;
      const vi = mi - ei;
      yr[y + 2 * stride] = vr * w2r - vi * w2i;
      yi[y + 2 * stride] = vr * w2i + vi * w2r;
    }
  }
};

const pass4: FourierPass = (xr, xi, yr, yi, n, stride, twiddle) => {
  const count = n >> 2;
  const block = count * stride;
  // p = 0 has factors of one: a pass of its own saves the last pass, which has no other, its products
  for (let q = 0; q < stride; q++) {
    const ar = xr[q];
    const ai = xi[q];
    const br = xr[q + block];
    const bi = xi[q + block];
    const cr = xr[q + 2 * block];
    const ci = xi[q + 2 * block];
    const dr = xr[q + 3 * block];
    const di = xi[q + 3 * block];
    const sr = ar + cr;
    const si = ai + ci;
    const tr = ar - cr;
    const ti = ai - ci;
    const ur = br + dr;
    const ui = bi + di;
    const vr = br - dr;
    const vi = bi - di;
    yr[q] = sr + ur;
    yi[q] = si + ui;
    yr[q + stride] = tr + vi;
    yi[q + stride] = ti - vr;
    yr[q + 2 * stride] = sr - ur;
    yi[q + 2 * stride] = si - ui;
    yr[q + 3 * stride] = tr - vi;
    yi[q + 3 * stride] = ti + vr;
  }
  for (let p = 1, x = stride, y = 4 * stride, w = 6; p < count; p++, y += 3 * stride, w += 6) {
    const w1r = twiddle[w];
    const w1i = twiddle[w + 1];
    const w2r = twiddle[w + 2];
    const w2i = twiddle[w + 3];
    const w3r = twiddle[w + 4];
    const w3i = twiddle[w + 5];
    for (let q = 0; q < stride; q++, x++, y++) {
      const ar = xr[x];
      const ai = xi[x];
      const br = xr[x + block];
      const bi = xi[x + block];
      const cr = xr[x + 2 * block];
      const ci = xi[x + 2 * block];
      const dr = xr[x + 3 * block];
      const di = xi[x + 3 * block];
      const sr = ar + cr;
      const si = ai + ci;
      const tr = ar - cr;
      const ti = ai - ci;
      const ur = br + dr;
      const ui = bi + di;
      const vr = br - dr;
      const vi = bi - di;
      yr[y] = sr + ur;
      yi[y] = si + ui;
      const er = tr + vi;
      const ei = ti - vr;
      yr[y + stride] = er * w1r - ei * w1i;
      yi[y + stride] = er * w1i + ei * w1r;
      const fr = sr - ur;
      const fi = si - ui;
      yr[y + 2 * stride] = fr * w2r - fi * w2i;
      yi[y + 2 * stride] = fr * w2i + fi * w2r;
      const gr = tr - vi;
      const gi = ti + vr;
      yr[y + 3 * stride] = gr * w3r - gi * w3i;
      yi[y + 3 * stride] = gr * w3i + gi * w3r;
    }
  }
};

const COS_5 = Math.cos((2 * Math.PI) / 5);
const COS_10 = Math.cos((4 * Math.PI) / 5);
const SIN_5 = Math.sin((2 * Math.PI) / 5);
const SIN_10 = Math.sin((4 * Math.PI) / 5);

const pass5: FourierPass = (xr, xi, yr, yi, n, stride, twiddle) => {
  const count = n / 5;
  const fifth = count * stride;
  for (let p = 0, x = 0, y = 0, w = 0; p < count; p++, y += 4 * stride, w += 8) {
    for (let q = 0; q < stride; q++, x++, y++) {
      const ar = xr[x];
      const ai = xi[x];
      const br = xr[x + fifth] + xr[x + 4 * fifth];
      const bi = xi[x + fifth] + xi[x + 4 * fifth];
      const er = xr[x + fifth] - xr[x + 4 * fifth];
      const ei = xi[x + fifth] - xi[x + 4 * fifth];
      const cr = xr[x + 2 * fifth] + xr[x + 3 * fifth];
      const ci = xi[x + 2 * fifth] + xi[x + 3 * fifth];
      const dr = xr[x + 2 * fifth] - xr[x + 3 * fifth];
      const di = xi[x + 2 * fifth] - xi[x + 3 * fifth];
      yr[y] = ar + br + cr;
      yi[y] = ai + bi + ci;
      const m1r = ar + COS_5 * br + COS_10 * cr;
      const m1i = ai + COS_5 * bi + COS_10 * ci;
      const m2r = ar + COS_10 * br + COS_5 * cr;
      const m2i = ai + COS_10 * bi + COS_5 * ci;
      const n1r = SIN_5 * ei + SIN_10 * di;
      const n1i = -SIN_5 * er - SIN_10 * dr;
      const n2r = SIN_10 * ei - SIN_5 * di;
      const n2i = -SIN_10 * er + SIN_5 * dr;
      let zr = m1r + n1r;
      let zi = m1i + n1i;
      yr[y + stride] = zr * twiddle[w] - zi * twiddle[w + 1];
      yi[y + stride] = zr * twiddle[w + 1] + zi * twiddle[w];
      zr = m2r + n2r;
      zi = m2i + n2i;
      yr[y + 2 * stride] = zr * twiddle[w + 2] - zi * twiddle[w + 3];
      yi[y + 2 * stride] = zr * twiddle[w + 3] + zi * twiddle[w + 2];
      zr = m2r - n2r;
      zi = m2i - n2i;
      yr[y + 3 * stride] = zr * twiddle[w + 4] - zi * twiddle[w + 5];
      yi[y + 3 * stride] = zr * twiddle[w + 5] + zi * twiddle[w + 4];
      zr = m1r - n1r;
      zi = m1i - n1i;
      yr[y + 4 * stride] = zr * twiddle[w + 6] - zi * twiddle[w + 7];
      yi[y + 4 * stride] = zr * twiddle[w + 7] + zi * twiddle[w + 6];
    }
  }
};

export const passes: Readonly<Record<number, FourierPass>> = { 2: pass2, 3: pass3, 4: pass4, 5: pass5 };
