import { type EtdCoefficients, etdCoefficients } from './etd-coefficients.js';

/** Complex coefficients `[mode][column]`, real and imaginary parts apart. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * dv/dt = Λ v + 𝒩(v) for the kept Fourier modes of several columns at once. `tangent` and `adjoint` are 𝒩'(v) and
 * 𝒩'(v)ᵀ (in the inner product of the grid) at the v of the last `evaluate`. Outputs may not overlap inputs.
 */
export interface SemilinearProblem {
  readonly modes: number;
  readonly columns: number;
  /** Λ ≤ 0 per mode */
  readonly linear: Float64Array;
  evaluate(v: Spectrum, out: Spectrum): void;
  tangent(direction: Spectrum, out: Spectrum): void;
  adjoint(cotangent: Spectrum, out: Spectrum): void;
}

/** Steps in place; `advance` writes nothing but v, `advanceTangent` carries a direction along with it. */
export interface Etdrk4 {
  advance(v: Spectrum, h: number, steps: number): void;
  advanceTangent(v: Spectrum, direction: Spectrum, h: number, steps: number): void;
  /** Pulls the cotangent back over the steps that start at v; v is then at the end of the steps. */
  pullBack(v: Spectrum, cotangent: Spectrum, h: number, steps: number): void;
}

/** Coefficient sets kept: an error-controlled run halves its step a few times, a fixed one has a single set. */
const CACHED_STEPS = 16;

/**
 * Exponential time differencing, fourth order (Cox & Matthews 2002 with the factors of {@link etdCoefficients}):
 *
 *     a = E₂v + Q𝒩(v),   b = E₂v + Q𝒩(a),   c = E₂a + Q(2𝒩(b) − 𝒩(v)),
 *     v⁺ = Ev + f₁𝒩(v) + 2f₂(𝒩(a) + 𝒩(b)) + f₃𝒩(c)
 *
 * and the exact tangent and adjoint of these formulas.
 */
export function etdrk4(problem: SemilinearProblem): Etdrk4 {
  const { modes, columns } = problem;
  const size = modes * columns;
  const spectrum = (): Spectrum => ({ re: new Float64Array(size), im: new Float64Array(size) });
  const primal = { a: spectrum(), b: spectrum(), nv: spectrum(), na: spectrum(), nb: spectrum() };
  let linearised: typeof primal | undefined;
  const cache = new Map<number, EtdCoefficients>();
  const coefficients = (h: number) => {
    let found = cache.get(h);
    if (!found) {
      found = etdCoefficients(problem.linear, h);
      if (cache.size >= CACHED_STEPS) cache.delete(cache.keys().next().value!);
      cache.set(h, found);
    }
    return found;
  };

  const step = (v: Spectrum, factors: EtdCoefficients, before: () => void = nothing) => {
    const { a, b, nv, na, nb } = primal;
    problem.evaluate(v, nv);
    before();
    firstStage(a, v, nv, factors, columns);
    problem.evaluate(a, na);
    before();
    firstStage(b, v, na, factors, columns);
    problem.evaluate(b, nb);
    before();
    lastStage(b, a, nb, nv, factors, columns);
    combineMiddle(v, nv, na, nb, factors, columns);
    problem.evaluate(b, nv);
    before();
    combineLast(v, nv, factors, columns);
  };

  return {
    advance(v, h, steps) {
      const factors = coefficients(h);
      for (let index = 0; index < steps; index++) step(v, factors);
    },
    advanceTangent(v, direction, h, steps) {
      const factors = coefficients(h);
      linearised ??= { a: spectrum(), b: spectrum(), nv: spectrum(), na: spectrum(), nb: spectrum() };
      const { a, b, nv, na, nb } = linearised;
      for (let index = 0; index < steps; index++) {
        // the stages of the tangent follow those of the state one by one, while the grid holds the stage's values
        let stage = 0;
        step(v, factors, () => {
          switch (stage++) {
            case 0:
              problem.tangent(direction, nv);
              firstStage(a, direction, nv, factors, columns);
              break;
            case 1:
              problem.tangent(a, na);
              firstStage(b, direction, na, factors, columns);
              break;
            case 2:
              problem.tangent(b, nb);
              lastStage(b, a, nb, nv, factors, columns);
              combineMiddle(direction, nv, na, nb, factors, columns);
              break;
            default:
              problem.tangent(b, nv);
              combineLast(direction, nv, factors, columns);
          }
        });
      }
    },
    pullBack(v, cotangent, h, steps) {
      const factors = coefficients(h);
      const states: Spectrum[] = [];
      for (let index = 0; index < steps; index++) {
        states.push({ re: v.re.slice(), im: v.im.slice() });
        step(v, factors);
      }
      const { a, b, nv, na, nb } = primal;
      const bars = Array.from({ length: 5 }, spectrum);
      const c = spectrum();
      for (const state of states.reverse()) {
        problem.evaluate(state, nv);
        firstStage(a, state, nv, factors, columns);
        problem.evaluate(a, na);
        firstStage(b, state, na, factors, columns);
        problem.evaluate(b, nb);
        lastStage(c, a, nb, nv, factors, columns);
        pullBackStep(problem, { v: state, a, b, c }, cotangent, bars, factors);
      }
    },
  };
}

const nothing = () => {};

type Stages = Record<'v' | 'a' | 'b' | 'c', Spectrum>;

/** The transposed formulas in reverse order; `cotangent` is overwritten. */
function pullBackStep(
  problem: SemilinearProblem,
  { v, a, b, c }: Stages,
  cotangent: Spectrum,
  [barA, barNa, barNb, barNv, work]: Spectrum[],
  { full, half, q, f1, f2, f3 }: EtdCoefficients,
): void {
  const { columns } = problem;
  const scratch = barA; // holds f₃w until ā is first needed
  scale(scratch, cotangent, f3, 1, columns);
  scale(barNv, cotangent, f1, 1, columns);
  scale(barNa, cotangent, f2, 2, columns);
  scale(barNb, cotangent, f2, 2, columns);
  scale(cotangent, cotangent, full, 1, columns);
  problem.evaluate(c, work);
  problem.adjoint(scratch, work); // c̄
  scale(barA, work, half, 1, columns);
  addScaled(barNb, work, q, 2, columns);
  addScaled(barNv, work, q, -1, columns);
  const discarded = c; // c is not needed any more
  problem.evaluate(b, discarded);
  problem.adjoint(barNb, work); // b̄
  addScaled(cotangent, work, half, 1, columns);
  addScaled(barNa, work, q, 1, columns);
  problem.evaluate(a, discarded);
  problem.adjoint(barNa, work);
  add(barA, work); // ā
  addScaled(cotangent, barA, half, 1, columns);
  addScaled(barNv, barA, q, 1, columns);
  problem.evaluate(v, discarded);
  problem.adjoint(barNv, work);
  add(cotangent, work);
}

/** out = E₂ v + Q n */
function firstStage(out: Spectrum, v: Spectrum, n: Spectrum, f: EtdCoefficients, columns: number): void {
  const { half, q } = f;
  const { re: or, im: oi } = out;
  const { re: vr, im: vi } = v;
  const { re: nr, im: ni } = n;
  for (let mode = 0, at = 0; mode < half.length; mode++) {
    const e = half[mode];
    const w = q[mode];
    for (const end = at + columns; at < end; at++) {
      or[at] = e * vr[at] + w * nr[at];
      oi[at] = e * vi[at] + w * ni[at];
    }
  }
}

/** out = E₂ a + Q (2 nb − nv) */
function lastStage(
  out: Spectrum,
  a: Spectrum,
  nb: Spectrum,
  nv: Spectrum,
  f: EtdCoefficients,
  columns: number,
): void {
  const { half, q } = f;
  const { re: or, im: oi } = out;
  const { re: ar, im: ai } = a;
  const { re: br, im: bi } = nb;
  const { re: vr, im: vi } = nv;
  for (let mode = 0, at = 0; mode < half.length; mode++) {
    const e = half[mode];
    const w = q[mode];
    for (const end = at + columns; at < end; at++) {
      or[at] = e * ar[at] + w * (2 * br[at] - vr[at]);
      oi[at] = e * ai[at] + w * (2 * bi[at] - vi[at]);
    }
  }
}

/** v ← E v + f₁ nv + 2 f₂ (na + nb) */
function combineMiddle(
  v: Spectrum,
  nv: Spectrum,
  na: Spectrum,
  nb: Spectrum,
  f: EtdCoefficients,
  columns: number,
): void {
  const { full, f1, f2 } = f;
  const { re: vr, im: vi } = v;
  const { re: nr, im: ni } = nv;
  const { re: ar, im: ai } = na;
  const { re: br, im: bi } = nb;
  for (let mode = 0, at = 0; mode < full.length; mode++) {
    const e = full[mode];
    const w1 = f1[mode];
    const w2 = 2 * f2[mode];
    for (const end = at + columns; at < end; at++) {
      vr[at] = e * vr[at] + w1 * nr[at] + w2 * (ar[at] + br[at]);
      vi[at] = e * vi[at] + w1 * ni[at] + w2 * (ai[at] + bi[at]);
    }
  }
}

/** v ← v + f₃ n */
function combineLast(v: Spectrum, n: Spectrum, f: EtdCoefficients, columns: number): void {
  addScaled(v, n, f.f3, 1, columns);
}

function scale(out: Spectrum, x: Spectrum, factors: Float64Array, times: number, columns: number): void {
  for (let mode = 0, at = 0; mode < factors.length; mode++) {
    const w = times * factors[mode];
    for (const end = at + columns; at < end; at++) {
      out.re[at] = w * x.re[at];
      out.im[at] = w * x.im[at];
    }
  }
}

function addScaled(out: Spectrum, x: Spectrum, factors: Float64Array, times: number, columns: number): void {
  const { re: or, im: oi } = out;
  const { re: xr, im: xi } = x;
  for (let mode = 0, at = 0; mode < factors.length; mode++) {
    const w = times * factors[mode];
    for (const end = at + columns; at < end; at++) {
      or[at] += w * xr[at];
      oi[at] += w * xi[at];
    }
  }
}

function add(out: Spectrum, x: Spectrum): void {
  for (let at = 0; at < out.re.length; at++) {
    out.re[at] += x.re[at];
    out.im[at] += x.im[at];
  }
}
