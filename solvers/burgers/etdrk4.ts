import type { KernelSpace } from '../kernels/kernel-space.js';
import { placedSpectrum } from '../kernels/placed-spectrum.js';
import { type EtdCoefficients, etdCoefficients } from './etd-coefficients.js';
import { scriptStages, vectorStages } from './etd-stages.js';

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
  /** Where the problem's kernels work: spectra passed to it are best placed there */
  readonly space?: KernelSpace | null;
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
  const space = problem.space?.used === false ? problem.space : null;
  const size = modes * columns;
  const spectrum = () => placedSpectrum(space, size);
  const stageSpectra = () => ({
    ...{ v: spectrum(), next: spectrum(), a: spectrum(), b: spectrum() },
    ...{ nv: spectrum(), na: spectrum(), nb: spectrum(), nc: spectrum() },
  });
  const primal = stageSpectra();
  const linearised = stageSpectra();
  const bars = Array.from({ length: 5 }, spectrum);
  const c = spectrum();
  const stages = space ? vectorStages(space, modes, columns) : scriptStages(columns);
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

  /** One step from `v`, which is then in the place of `next`. */
  const step = (factors: EtdCoefficients, before: () => void = nothing) => {
    const { v, next, a, b, nv, na, nb, nc } = primal;
    problem.evaluate(v, nv);
    before();
    stages.first(a, v, nv, factors);
    problem.evaluate(a, na);
    before();
    stages.first(b, v, na, factors);
    problem.evaluate(b, nb);
    before();
    stages.last(c, a, nb, nv, factors);
    problem.evaluate(c, nc);
    before();
    stages.combine(next, v, { nv, na, nb, nc }, factors);
    swap(primal);
  };

  return {
    advance(v, h, steps) {
      const factors = coefficients(h);
      copy(v, primal.v);
      for (let index = 0; index < steps; index++) step(factors);
      copy(primal.v, v);
    },
    advanceTangent(v, direction, h, steps) {
      const factors = coefficients(h);
      copy(v, primal.v);
      copy(direction, linearised.v);
      for (let index = 0; index < steps; index++) {
        // the stages of the tangent follow those of the state one by one, while the grid holds the stage's values
        const { v: w, next, a, b, nv, na, nb, nc } = linearised;
        let stage = 0;
        step(factors, () => {
          switch (stage++) {
            case 0:
              problem.tangent(w, nv);
              stages.first(a, w, nv, factors);
              break;
            case 1:
              problem.tangent(a, na);
              stages.first(b, w, na, factors);
              break;
            case 2:
              problem.tangent(b, nb);
              stages.last(b, a, nb, nv, factors);
              break;
            default:
              problem.tangent(b, nc);
              stages.combine(next, w, { nv, na, nb, nc }, factors);
          }
        });
        swap(linearised);
      }
      copy(primal.v, v);
      copy(linearised.v, direction);
    },
    pullBack(v, cotangent, h, steps) {
      const factors = coefficients(h);
      const states: Spectrum[] = [];
      copy(v, primal.v);
      for (let index = 0; index < steps; index++) {
        states.push({ re: primal.v.re.slice(), im: primal.v.im.slice() });
        step(factors);
      }
      copy(primal.v, v);
      for (const state of states.reverse()) {
        const { v, a, b, nv, na, nb } = primal;
        copy(state, v);
        problem.evaluate(v, nv);
        stages.first(a, v, nv, factors);
        problem.evaluate(a, na);
        stages.first(b, v, na, factors);
        problem.evaluate(b, nb);
        stages.last(c, a, nb, nv, factors);
        pullBackStep(problem, { v, a, b, c }, cotangent, bars, factors);
      }
    },
  };
}

function copy(from: Spectrum, to: Spectrum): void {
  to.re.set(from.re);
  to.im.set(from.im);
}

function swap(spectra: { v: Spectrum; next: Spectrum }): void {
  const { v, next } = spectra;
  spectra.v = next;
  spectra.next = v;
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

function scale(out: Spectrum, x: Spectrum, factors: Float64Array, times: number, columns: number): void {
  const { re: or, im: oi } = out;
  const { re: xr, im: xi } = x;
  for (let mode = 0, at = 0; mode < factors.length; mode++) {
    const w = times * factors[mode];
    for (const end = at + columns; at < end; at++) {
      or[at] = w * xr[at];
      oi[at] = w * xi[at];
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
  const { re: or, im: oi } = out;
  const { re: xr, im: xi } = x;
  for (let at = 0; at < or.length; at++) {
    or[at] += xr[at];
    oi[at] += xi[at];
  }
}
