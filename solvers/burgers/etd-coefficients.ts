/** Factors of one ETDRK4 step of length h, one per mode; see {@link etdCoefficients}. */
export interface EtdCoefficients {
  /** e^{hΛ} and e^{hΛ/2} */
  readonly full: Float64Array;
  readonly half: Float64Array;
  readonly q: Float64Array;
  readonly f1: Float64Array;
  readonly f2: Float64Array;
  readonly f3: Float64Array;
}

const CONTOUR_POINTS = 32;

/**
 * The ETDRK4 factors for real Λ ≤ 0, with z = hΛ:
 *
 *     Q = h (e^{z/2} − 1)/z,   f₁ = h (−4 − z + e^z (4 − 3z + z²))/z³,
 *     f₂ = h (2 + z + e^z (z − 2))/z³,   f₃ = h (−4 − 3z − z² + e^z (4 − z))/z³
 *
 * each as a mean over the unit circle around z, where nothing cancels.
 * Source: Kassam & Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214.
 */
export function etdCoefficients(linear: Float64Array, h: number): EtdCoefficients {
  const count = linear.length;
  const full = new Float64Array(count);
  const half = new Float64Array(count);
  const q = new Float64Array(count);
  const f1 = new Float64Array(count);
  const f2 = new Float64Array(count);
  const f3 = new Float64Array(count);
  for (let mode = 0; mode < count; mode++) {
    const z = h * linear[mode];
    full[mode] = Math.exp(z);
    half[mode] = Math.exp(z / 2);
    let [sumQ, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let point = 0; point < CONTOUR_POINTS; point++) {
      const angle = (Math.PI * (point + 0.5)) / CONTOUR_POINTS;
      const zr = z + Math.cos(angle);
      const zi = Math.sin(angle);
      // real parts of the quotients by complex arithmetic written out
      const e = Math.exp(zr);
      const er = e * Math.cos(zi);
      const ei = e * Math.sin(zi);
      const r2 = zr * zr + zi * zi;
      const root = Math.exp(zr / 2);
      const nr = root * Math.cos(zi / 2) - 1;
      const ni = root * Math.sin(zi / 2);
      sumQ += (nr * zr + ni * zi) / r2;
      const squareRe = zr * zr - zi * zi;
      const squareIm = 2 * zr * zi;
      const cubeRe = squareRe * zr - squareIm * zi;
      const cubeIm = squareRe * zi + squareIm * zr;
      const r6 = r2 * r2 * r2;
      const quotient = (constRe: number, constIm: number, factorRe: number, factorIm: number) => {
        const re = constRe + er * factorRe - ei * factorIm;
        const im = constIm + er * factorIm + ei * factorRe;
        return (re * cubeRe + im * cubeIm) / r6;
      };
      sum1 += quotient(-4 - zr, -zi, 4 - 3 * zr + squareRe, -3 * zi + squareIm);
      sum2 += quotient(2 + zr, zi, zr - 2, zi);
      sum3 += quotient(-4 - 3 * zr - squareRe, -3 * zi - squareIm, 4 - zr, -zi);
    }
    const scale = h / CONTOUR_POINTS;
    q[mode] = scale * sumQ;
    f1[mode] = scale * sum1;
    f2[mode] = scale * sum2;
    f3[mode] = scale * sum3;
  }
  return { full, half, q, f1, f2, f3 };
}
