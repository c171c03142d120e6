import type { Random } from '../../common/random.js';

/**
 * A Gaussian field of mean 0 on the periodic unit square with the product of periodic kernels
 *
 *     k(x, x′) = exp(−2 sin²(π(x − x′))/ℓ²) = Σ_m λ_m cos(2πm(x − x′)),   λ_0 = e^{−a} I_0(a), λ_m = 2 e^{−a} I_m(a), a = 1/ℓ²
 *
 * as covariance, less its constant, drawn exactly by its coefficients: equal generators give equal fields on any grid. I_m are
 * the modified Bessel functions, which fall like (a/2)^m/m!, so that few modes hold it to round-off.
 *
 * Source: MacKay, Introduction to Gaussian processes (1998), periodic covariance.
 */
export function periodicGaussianField(lengthScale: number, random: Random): (points: number) => Float64Array {
  const eigenvalues = periodicEigenvalues(lengthScale);
  const modes = eigenvalues.length;
  // one coefficient for each of cos·cos, cos·sin, sin·cos and sin·sin
  const coefficients: { kx: number; ky: number; values: number[] }[] = [];
  for (let kx = 0; kx < modes; kx++) {
    for (let ky = 0; ky < modes; ky++) {
      const deviation = Math.sqrt(eigenvalues[kx] * eigenvalues[ky]);
      const values = Array.from({ length: 4 }, () => deviation * random.normal());
      if (kx + ky > 0) coefficients.push({ kx, ky, values });
    }
  }
  return (points) => {
    const wave = (f: (angle: number) => number) =>
      Array.from({ length: modes }, (_, k) =>
        Float64Array.from({ length: points }, (_, i) => f((2 * Math.PI * ((k * i) % points)) / points)),
      );
    const [cosine, sine] = [wave(Math.cos), wave(Math.sin)];
    const out = new Float64Array(points * points);
    for (const { kx, ky, values } of coefficients) {
      for (let x = 0; x < points; x++) {
        const alongCosine = values[0] * cosine[kx][x] + values[2] * sine[kx][x];
        const alongSine = values[1] * cosine[kx][x] + values[3] * sine[kx][x];
        for (let y = 0; y < points; y++) {
          out[x * points + y] += alongCosine * cosine[ky][y] + alongSine * sine[ky][y];
        }
      }
    }
    return out;
  };
}

/** Part of the largest eigenvalue below which modes are left out */
const NEGLIGIBLE = 1e-20;

/** λ_0, λ_1, … of the kernel. */
export function periodicEigenvalues(lengthScale: number): number[] {
  const a = 1 / (lengthScale * lengthScale);
  const eigenvalues: number[] = [];
  for (let m = 0; ; m++) {
    const value = (m === 0 ? 1 : 2) * Math.exp(-a) * modifiedBessel(m, a);
    if (m > 0 && value < NEGLIGIBLE * eigenvalues[0]) return eigenvalues;
    eigenvalues.push(value);
  }
}

/** I_m(a) = Σ_j (a/2)^{2j + m}/(j! (j + m)!) */
function modifiedBessel(m: number, a: number): number {
  let term = 1;
  for (let i = 1; i <= m; i++) term *= a / 2 / i;
  let sum = 0;
  for (let j = 0; term > 1e-18 * sum; j++) {
    sum += term;
    term *= (a * a) / 4 / ((j + 1) * (j + 1 + m));
  }
  return sum;
}
