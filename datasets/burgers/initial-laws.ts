import type { Random } from '../../common/random.js';

type Interval = readonly [minimum: number, maximum: number];

/** A law of random periodic initial states on [0, L), as plain data. */
export type InitialLaw =
  /** A ũ / max|ũ| + ū with ũ = Σ_{m ≤ modes} (g_m/m) sin(2πmx/L + φ_m), g ~ N(0, 1), A and ū uniform */
  | { readonly kind: 'decaying-harmonics'; modes: number; amplitude: Interval; mean: Interval }
  /** A few sines of PDEBench's generator, see {@link pdebenchLaw} */
  | { readonly kind: 'pdebench' }
  /** Σ_{j ≤ 5} A_j sin(2π l_j x/L + φ_j), l ∈ {1, 2}, A ~ U(−½, ½); with `forced` also the source Σ A_j sin(ω_j t + …) */
  | { readonly kind: 'mp-pde'; forced: boolean }
  /** Σ_{m ≤ modes} a_m sin(2πmx/L + φ_m), a ~ U(−1, 1), divided by its maximum: mean 0 */
  | { readonly kind: 'truncated-fourier'; modes: number }
  /** N(0, 625 (−Δ + 25)^{−2}) without its constant */
  | { readonly kind: 'gaussian-random-field' };

/** A drawn state and, where the law has one, the source on the right-hand side. */
export interface InitialState {
  readonly at: (x: number) => number;
  readonly source?: (x: number, time: number) => number;
}

/** One draw; equal generators give equal draws whatever the grid. */
export function drawInitialState(law: InitialLaw, length: number, random: Random): InitialState {
  switch (law.kind) {
    case 'decaying-harmonics': {
      const waves = drawWaves(law.modes, length, random, (mode) => random.normal() / mode);
      const amplitude = random.uniform(...law.amplitude) / largest(waves, length);
      const mean = random.uniform(...law.mean);
      return { at: (x) => amplitude * waves(x) + mean };
    }
    case 'truncated-fourier': {
      const waves = drawWaves(law.modes, length, random, () => random.uniform(-1, 1));
      const scale = 1 / largest(waves, length);
      return { at: (x) => scale * waves(x) };
    }
    case 'gaussian-random-field': {
      // eigenvalue 625/(k² + 25)² of the pair √2 cos kx, √2 sin kx; amplitude and phase of two normal coefficients
      const waves = Array.from({ length: GAUSSIAN_MODES }, (_, index) => {
        const k = (2 * Math.PI * (index + 1)) / length;
        const deviation = (25 * Math.SQRT2) / (k * k + 25);
        return { k, sine: deviation * random.normal(), cosine: deviation * random.normal() };
      });
      return {
        at: (x) =>
          waves.reduce((sum, w) => sum + w.sine * Math.sin(w.k * x) + w.cosine * Math.cos(w.k * x), 0),
      };
    }
    case 'mp-pde': {
      const waves = Array.from({ length: 5 }, () => ({
        amplitude: random.uniform(-0.5, 0.5),
        frequency: random.uniform(-0.4, 0.4),
        phase: random.uniform(0, 2 * Math.PI),
        k: (2 * Math.PI * random.integer(1, 2)) / length,
      }));
      const source = (x: number, time: number) =>
        waves.reduce((sum, w) => sum + w.amplitude * Math.sin(w.frequency * time + w.k * x + w.phase), 0);
      return { at: (x) => source(x, 0), ...(law.forced ? { source } : {}) };
    }
    case 'pdebench':
      return { at: pdebenchLaw(length, random) };
  }
}

const GAUSSIAN_MODES = 64;

function drawWaves(
  modes: number,
  length: number,
  random: Random,
  amplitude: (mode: number) => number,
): (x: number) => number {
  const waves = Array.from({ length: modes }, (_, index) => ({
    amplitude: amplitude(index + 1),
    phase: random.uniform(0, 2 * Math.PI),
    k: (2 * Math.PI * (index + 1)) / length,
  }));
  return (x) => waves.reduce((sum, w) => sum + w.amplitude * Math.sin(w.k * x + w.phase), 0);
}

/** Points on which the maximum is taken: a fixed number, so that states do not depend on the grid they are wanted on */
const MAXIMUM_POINTS = 1024;

function largest(wave: (x: number) => number, length: number): number {
  let found = 0;
  for (let i = 0; i < MAXIMUM_POINTS; i++)
    found = Math.max(found, Math.abs(wave((i * length) / MAXIMUM_POINTS)));
  return found;
}

/**
 * Two draws with replacement from modes 1 … 4: a mode drawn twice doubles its wave number, and those not drawn add
 * constants, so that the mean is random. Then |u| with probability 0.1, a sign, and with probability 0.1 a window
 * of smooth edges outside which u is 0. The original divides by the distance of the outermost cell centres in place of the
 * length, which leaves its states slightly non-periodic; these are periodic.
 * Source: PDEBench (arXiv 2210.07182) and its generator of one-dimensional data.
 */
function pdebenchLaw(length: number, random: Random): (x: number) => number {
  const drawn = [0, 0, 0, 0];
  for (let draw = 0; draw < 2; draw++) drawn[random.integer(0, 3)]++;
  const waves = drawn.map((times, index) => ({
    k: (2 * Math.PI * (index + 1) * times) / length,
    amplitude: random.uniform(),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const absolute = random.uniform() < 0.1;
  const sign = random.uniform() < 0.5 ? -1 : 1;
  const windowed = random.uniform() < 0.1;
  const left = random.uniform(0.1, 0.45) * length;
  const right = random.uniform(0.55, 0.9) * length;
  const edge = 0.01 * length;
  return (x) => {
    const sum = waves.reduce((total, w) => total + w.amplitude * Math.sin(w.k * x + w.phase), 0);
    const value = sign * (absolute ? Math.abs(sum) : sum);
    return windowed ? value * 0.5 * (Math.tanh((x - left) / edge) - Math.tanh((x - right) / edge)) : value;
  };
}
