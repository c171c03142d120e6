// AssemblyScript: sparse and dense products of panels, two numbers an instruction. Callers and the same in TypeScript:
// operators/reduced-basis/smoothing.ts and dense-products.ts. Addresses are bytes. Sparse products take eight columns,
// `[row][8]`, since a row is then a whole cache line; dense ones panels of four, `[row][4]`.

export { addProduct as addDenseProduct } from './dense-products';

const ROW: usize = 64;

/** step ← keep step − gain A x, out ← x + step, A in compressed rows. */
export function advance(
  rows: usize,
  offsets: usize,
  columns: usize,
  values: usize,
  x: usize,
  keep: f64,
  gain: f64,
  step: usize,
  out: usize,
): void {
  const kept = f64x2.splat(keep);
  const factor = f64x2.splat(gain);
  let entry = columns;
  let value = values;
  let own = x;
  for (let row: usize = 0; row < rows; row++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    const end = columns + ((<usize>load<u32>(offsets + ((row + 1) << 2))) << 2);
    for (; entry < end; entry += 4, value += 8) {
      const a = v128.load64_splat(value);
      const from = x + <usize>load<u32>(entry) * ROW;
      s0 = f64x2.add(s0, f64x2.mul(a, v128.load(from)));
      s1 = f64x2.add(s1, f64x2.mul(a, v128.load(from, 16)));
      s2 = f64x2.add(s2, f64x2.mul(a, v128.load(from, 32)));
      s3 = f64x2.add(s3, f64x2.mul(a, v128.load(from, 48)));
    }
    s0 = f64x2.sub(f64x2.mul(kept, v128.load(step)), f64x2.mul(factor, s0));
    s1 = f64x2.sub(f64x2.mul(kept, v128.load(step, 16)), f64x2.mul(factor, s1));
    s2 = f64x2.sub(f64x2.mul(kept, v128.load(step, 32)), f64x2.mul(factor, s2));
    s3 = f64x2.sub(f64x2.mul(kept, v128.load(step, 48)), f64x2.mul(factor, s3));
    v128.store(step, s0);
    v128.store(step, s1, 16);
    v128.store(step, s2, 32);
    v128.store(step, s3, 48);
    v128.store(out, f64x2.add(v128.load(own), s0));
    v128.store(out, f64x2.add(v128.load(own, 16), s1), 16);
    v128.store(out, f64x2.add(v128.load(own, 32), s2), 32);
    v128.store(out, f64x2.add(v128.load(own, 48), s3), 48);
    own += ROW;
    step += ROW;
    out += ROW;
  }
}

/** step ← keep step + gain D⁻¹ r, u ← u + step. */
export function addStep(
  rows: usize,
  inverseDiagonal: usize,
  r: usize,
  keep: f64,
  gain: f64,
  step: usize,
  u: usize,
): void {
  const kept = f64x2.splat(keep);
  const factor = f64x2.splat(gain);
  for (let row: usize = 0; row < rows; row++, inverseDiagonal += 8) {
    const scale = f64x2.mul(factor, v128.load64_splat(inverseDiagonal));
    for (const end = r + ROW; r < end; r += 16, step += 16, u += 16) {
      const next = f64x2.add(f64x2.mul(kept, v128.load(step)), f64x2.mul(scale, v128.load(r)));
      v128.store(step, next);
      v128.store(u, f64x2.add(v128.load(u), next));
    }
  }
}

/** out ← base + factor A x; `out` may be `base`. */
export function addProduct(
  rows: usize,
  offsets: usize,
  columns: usize,
  values: usize,
  x: usize,
  factor: f64,
  base: usize,
  out: usize,
): void {
  const scale = f64x2.splat(factor);
  let entry = columns;
  let value = values;
  for (let row: usize = 0; row < rows; row++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    const end = columns + ((<usize>load<u32>(offsets + ((row + 1) << 2))) << 2);
    for (; entry < end; entry += 4, value += 8) {
      const a = v128.load64_splat(value);
      const from = x + <usize>load<u32>(entry) * ROW;
      s0 = f64x2.add(s0, f64x2.mul(a, v128.load(from)));
      s1 = f64x2.add(s1, f64x2.mul(a, v128.load(from, 16)));
      s2 = f64x2.add(s2, f64x2.mul(a, v128.load(from, 32)));
      s3 = f64x2.add(s3, f64x2.mul(a, v128.load(from, 48)));
    }
    v128.store(out, f64x2.add(v128.load(base), f64x2.mul(scale, s0)));
    v128.store(out, f64x2.add(v128.load(base, 16), f64x2.mul(scale, s1)), 16);
    v128.store(out, f64x2.add(v128.load(base, 32), f64x2.mul(scale, s2)), 32);
    v128.store(out, f64x2.add(v128.load(base, 48), f64x2.mul(scale, s3)), 48);
    base += ROW;
    out += ROW;
  }
}

/** out += X C of panels of four columns, C `[4][4]`. */
export function addCombination(x: usize, tile: usize, rows: usize, out: usize): void {
  const c00 = v128.load(tile);
  const c01 = v128.load(tile, 16);
  const c10 = v128.load(tile, 32);
  const c11 = v128.load(tile, 48);
  const c20 = v128.load(tile, 64);
  const c21 = v128.load(tile, 80);
  const c30 = v128.load(tile, 96);
  const c31 = v128.load(tile, 112);
  for (const end = x + (rows << 5); x < end; x += 32, out += 32) {
    const x0 = v128.load64_splat(x);
    const x1 = v128.load64_splat(x, 8);
    const x2 = v128.load64_splat(x, 16);
    const x3 = v128.load64_splat(x, 24);
    v128.store(
      out,
      f64x2.add(
        v128.load(out),
        f64x2.add(
          f64x2.add(f64x2.add(f64x2.mul(x0, c00), f64x2.mul(x1, c10)), f64x2.mul(x2, c20)),
          f64x2.mul(x3, c30),
        ),
      ),
    );
    v128.store(
      out,
      f64x2.add(
        v128.load(out, 16),
        f64x2.add(
          f64x2.add(f64x2.add(f64x2.mul(x0, c01), f64x2.mul(x1, c11)), f64x2.mul(x2, c21)),
          f64x2.mul(x3, c31),
        ),
      ),
      16,
    );
  }
}
