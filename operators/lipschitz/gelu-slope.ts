/**
 * Φ(x), the standard normal distribution function, to 2 · 10⁻¹⁵: ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …), whose terms are all of
 * one sign.
 */
export function normalDistribution(x: number): number {
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

export const geluValue = (x: number): number => x * normalDistribution(x);

/** d/dx x Φ(x) = Φ(x) + x φ(x) */
export const geluSlope = (x: number): number =>
  Number.isFinite(x) ? normalDistribution(x) + x * normalDensity(x) : x > 0 ? 1 : 0;

/** Where the slope turns: its derivative is φ(x)(2 − x²). */
const TURN = Math.SQRT2;
const [LEAST, MOST] = [geluSlope(-TURN), geluSlope(TURN)];
/** More than the values above are wrong. */
const ROUNDING = 1e-14;

/** Middle and half of the interval of slopes over [from, to], rounded outwards. */
export function geluSlopeRange(from: number, to: number): { middle: number; half: number } {
  const [a, b] = [geluSlope(from), geluSlope(to)];
  const least = from <= -TURN && to >= -TURN ? LEAST : Math.min(a, b);
  const most = from <= TURN && to >= TURN ? MOST : Math.max(a, b);
  return { middle: (least + most) / 2, half: (most - least) / 2 + ROUNDING };
}
