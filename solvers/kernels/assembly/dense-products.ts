// AssemblyScript: products of tall matrices, two numbers an instruction. solvers/kernels/dense-kernels.ts says what each
// does and has the same in TypeScript. Addresses are bytes, counts numbers.

/** `[rows][columns]` from `source` to `[rows][width]`, the rest of each row zero. */
export function pad(source: usize, rows: usize, columns: usize, width: usize, to: usize): void {
  const rest = (width - columns) << 3;
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(to, source, columns << 3);
    memory.fill(to + (columns << 3), 0, rest);
    source += columns << 3;
    to += width << 3;
  }
}

export function scaleRows(source: usize, rows: usize, width: usize, weights: usize, to: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const weight = v128.load64_splat(weights);
    weights += 8;
    for (const end = to + (width << 3); to < end; to += 16, source += 16) {
      v128.store(to, f64x2.mul(weight, v128.load(source)));
    }
  }
}

export function addProduct(
  a: usize,
  widthA: usize,
  b: usize,
  widthB: usize,
  rows: usize,
  c: usize,
  upper: bool,
): void {
  const stepA = widthA << 3;
  const stepB = widthB << 3;
  for (let i: usize = 0; i < widthA; i += 4) {
    let j: usize = 0;
    if (upper) {
      addSquare(a + (i << 3), b + (i << 3), stepA, stepB, rows, c + ((i * widthB + i) << 3));
      j = i + 4;
    }
    for (; j < widthB; j += 4) {
      let fromA = a + (i << 3);
      let fromB = b + (j << 3);
      const end = fromA + rows * stepA;
      // a block of 4 × 4 sums stays in eight registers
      const at0 = c + ((i * widthB + j) << 3);
      const at1 = at0 + stepB;
      const at2 = at1 + stepB;
      const at3 = at2 + stepB;
      let c00 = v128.load(at0);
      let c01 = v128.load(at0, 16);
      let c10 = v128.load(at1);
      let c11 = v128.load(at1, 16);
      let c20 = v128.load(at2);
      let c21 = v128.load(at2, 16);
      let c30 = v128.load(at3);
      let c31 = v128.load(at3, 16);
      while (fromA < end) {
        const b0 = v128.load(fromB);
        const b1 = v128.load(fromB, 16);
        const a0 = v128.load64_splat(fromA);
        c00 = f64x2.add(c00, f64x2.mul(a0, b0));
        c01 = f64x2.add(c01, f64x2.mul(a0, b1));
        const a1 = v128.load64_splat(fromA, 8);
        c10 = f64x2.add(c10, f64x2.mul(a1, b0));
        c11 = f64x2.add(c11, f64x2.mul(a1, b1));
        const a2 = v128.load64_splat(fromA, 16);
        c20 = f64x2.add(c20, f64x2.mul(a2, b0));
        c21 = f64x2.add(c21, f64x2.mul(a2, b1));
        const a3 = v128.load64_splat(fromA, 24);
        c30 = f64x2.add(c30, f64x2.mul(a3, b0));
        c31 = f64x2.add(c31, f64x2.mul(a3, b1));
        fromA += stepA;
        fromB += stepB;
      }
      v128.store(at0, c00);
      v128.store(at0, c01, 16);
      v128.store(at1, c10);
      v128.store(at1, c11, 16);
      v128.store(at2, c20);
      v128.store(at2, c21, 16);
      v128.store(at3, c30);
      v128.store(at3, c31, 16);
    }
  }
}

/** A block on the diagonal, of which the quarter below it is left out. */
function addSquare(a: usize, b: usize, stepA: usize, stepB: usize, rows: usize, at0: usize): void {
  const end = a + rows * stepA;
  const at1 = at0 + stepB;
  const at2 = at1 + stepB;
  const at3 = at2 + stepB;
  let c00 = v128.load(at0);
  let c01 = v128.load(at0, 16);
  let c10 = v128.load(at1);
  let c11 = v128.load(at1, 16);
  let c21 = v128.load(at2, 16);
  let c31 = v128.load(at3, 16);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(a0, b0));
    c01 = f64x2.add(c01, f64x2.mul(a0, b1));
    const a1 = v128.load64_splat(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(a1, b0));
    c11 = f64x2.add(c11, f64x2.mul(a1, b1));
    c21 = f64x2.add(c21, f64x2.mul(v128.load64_splat(a, 16), b1));
    c31 = f64x2.add(c31, f64x2.mul(v128.load64_splat(a, 24), b1));
    a += stepA;
    b += stepB;
  }
  v128.store(at0, c00);
  v128.store(at0, c01, 16);
  v128.store(at1, c10);
  v128.store(at1, c11, 16);
  v128.store(at2, c21, 16);
  v128.store(at3, c31, 16);
}

export function addTransposedProduct(b: usize, width: usize, rows: usize, vector: usize, out: usize): void {
  const step = width << 3;
  const pairsEnd = vector + ((rows >> 1) << 4);
  let j: usize = 0;
  // eight columns of two rows at a time: more sums, and engines keep them in memory
  for (; j + 8 <= width; j += 8, out += 64) {
    let s0 = v128.load(out);
    let s1 = v128.load(out, 16);
    let s2 = v128.load(out, 32);
    let s3 = v128.load(out, 48);
    let v = vector;
    let from = b + (j << 3);
    for (; v < pairsEnd; v += 16) {
      const next = from + step;
      const v0 = v128.load64_splat(v);
      const v1 = v128.load64_splat(v, 8);
      s0 = f64x2.add(s0, f64x2.add(f64x2.mul(v0, v128.load(from)), f64x2.mul(v1, v128.load(next))));
      s1 = f64x2.add(s1, f64x2.add(f64x2.mul(v0, v128.load(from, 16)), f64x2.mul(v1, v128.load(next, 16))));
      s2 = f64x2.add(s2, f64x2.add(f64x2.mul(v0, v128.load(from, 32)), f64x2.mul(v1, v128.load(next, 32))));
      s3 = f64x2.add(s3, f64x2.add(f64x2.mul(v0, v128.load(from, 48)), f64x2.mul(v1, v128.load(next, 48))));
      from = next + step;
    }
    if (rows & 1) {
      const v0 = v128.load64_splat(v);
      s0 = f64x2.add(s0, f64x2.mul(v0, v128.load(from)));
      s1 = f64x2.add(s1, f64x2.mul(v0, v128.load(from, 16)));
      s2 = f64x2.add(s2, f64x2.mul(v0, v128.load(from, 32)));
      s3 = f64x2.add(s3, f64x2.mul(v0, v128.load(from, 48)));
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
  if (j < width) {
    let low = v128.load(out);
    let high = v128.load(out, 16);
    const end = vector + (rows << 3);
    for (let v = vector, from = b + (j << 3); v < end; v += 8, from += step) {
      const value = v128.load64_splat(v);
      low = f64x2.add(low, f64x2.mul(value, v128.load(from)));
      high = f64x2.add(high, f64x2.mul(value, v128.load(from, 16)));
    }
    v128.store(out, low);
    v128.store(out, high, 16);
  }
}

export function multiply(b: usize, width: usize, rows: usize, x: usize, out: usize): void {
  const end = x + (width << 3);
  for (let row: usize = 0; row < rows; row++, out += 8) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at = x; at < end; at += 32, b += 32) {
      low = f64x2.add(low, f64x2.mul(v128.load(b), v128.load(at)));
      high = f64x2.add(high, f64x2.mul(v128.load(b, 16), v128.load(at, 16)));
    }
    const sum = f64x2.add(low, high);
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}
