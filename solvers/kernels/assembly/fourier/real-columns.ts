// AssemblyScript; ../fourier.ts says how arrays lie.

/**
 * Spectra of real columns, `rows` of them, from the transform of even + i odd rows `[half][width]`:
 * X_k = (Z_k + Z*_{M−k})/2 − i e^{−iθ} (Z_k − Z*_{M−k})/2, with cos θ and sin θ halved in `halfTurns`.
 */
export function realSpectra(
  zr: usize,
  zi: usize,
  half: usize,
  width: usize,
  halfTurns: usize,
  rows: usize,
  re: usize,
  im: usize,
  row: usize,
): void {
  const one = f64x2.splat(0.5);
  const imaginary = zi - zr;
  const toImaginary = im - re;
  for (let k: usize = 0; k < rows; k++, halfTurns += 16, re += row) {
    const c = v128.load64_splat(halfTurns);
    const s = v128.load64_splat(halfTurns, 8);
    let z = zr + (k === half ? 0 : k) * width;
    const mirror = zr + (k === 0 ? 0 : half - k) * width - z;
    let to = re;
    const end = z + width - 16;
    for (;;) {
      const ar = v128.load(z);
      const ai = v128.load(z + imaginary);
      const br = v128.load(z + mirror);
      const bi = v128.load(z + mirror + imaginary);
      const dr = f64x2.sub(ar, br);
      const di = f64x2.add(ai, bi);
      const sr = f64x2.mul(one, f64x2.add(ar, br));
      const si = f64x2.mul(one, f64x2.sub(ai, bi));
      v128.store(to, f64x2.add(sr, f64x2.sub(f64x2.mul(c, di), f64x2.mul(s, dr))));
      v128.store(to + toImaginary, f64x2.sub(si, f64x2.add(f64x2.mul(c, dr), f64x2.mul(s, di))));
      if (<i32>z >= <i32>end) break;
      const step = min(<usize>16, end - z);
      z += step;
      to += step;
    }
  }
}

/**
 * Z_k = X_k + X*_{M−k} + i e^{iθ} (X_k − X*_{M−k}), rows k and M − k together, so one more row than Z has; spectra from
 * `rows` on are those at `zeros`.
 */
export function packSpectra(
  re: usize,
  im: usize,
  row: usize,
  rows: usize,
  zeros: usize,
  halfTurns: usize,
  half: usize,
  width: usize,
  zr: usize,
  zi: usize,
): void {
  const imaginary = im - re;
  const toImaginary = zi - zr;
  const two = f64x2.splat(2);
  for (let k: usize = 0; k << 1 <= half; k++, halfTurns += 16) {
    const c = f64x2.mul(two, v128.load64_splat(halfTurns));
    const s = f64x2.mul(two, v128.load64_splat(halfTurns, 8));
    const high = half - k;
    // both parts of a row of zeros are the same
    let a = k < rows ? re + k * row : zeros;
    let b = high < rows ? re + high * row : zeros;
    const aImaginary = k < rows ? imaginary : 0;
    const bImaginary = high < rows ? imaginary : 0;
    let low = zr + k * width;
    const mirror = zr + high * width - low;
    const end = a + width - 16;
    for (;;) {
      const ar = v128.load(a);
      const ai = v128.load(a + aImaginary);
      const br = v128.load(b);
      const bi = v128.load(b + bImaginary);
      const sr = f64x2.add(ar, br);
      const si = f64x2.sub(ai, bi);
      const dr = f64x2.sub(ar, br);
      const di = f64x2.add(ai, bi);
      const er = f64x2.add(f64x2.mul(s, dr), f64x2.mul(c, di));
      const ei = f64x2.sub(f64x2.mul(c, dr), f64x2.mul(s, di));
      if (width === 8) {
        // rows descend too: a number too many would be one that is needed
        v128.store64_lane(low, f64x2.sub(sr, er), 0);
        v128.store64_lane(low + toImaginary, f64x2.add(si, ei), 0);
        v128.store64_lane(low + mirror, f64x2.add(sr, er), 0);
        v128.store64_lane(low + mirror + toImaginary, f64x2.sub(ei, si), 0);
        break;
      }
      v128.store(low, f64x2.sub(sr, er));
      v128.store(low + toImaginary, f64x2.add(si, ei));
      v128.store(low + mirror, f64x2.add(sr, er));
      v128.store(low + mirror + toImaginary, f64x2.sub(ei, si));
      if (<i32>a >= <i32>end) break;
      const step = min(<usize>16, end - a);
      a += step;
      b += step;
      low += step;
    }
  }
}
