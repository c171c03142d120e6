import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  burgersSpectral,
  coleHopf,
  jacobianRowNorms,
  noiseGain,
  stepJacobian,
  UnderResolvedError,
} from '../../solvers/index.js';

/** The classic case u₀ = −sin πx on [−1, 1) (Basdevant et al. 1986). */
const points = (count: number) => Float64Array.from({ length: count }, (_, i) => -1 + (2 * i) / count);
const sine = (count: number) => points(count).map((x) => -Math.sin(Math.PI * x));
const exact = (count: number, viscosity: number, time: number) =>
  coleHopf({
    viscosity,
    time,
    x: points(count),
    initial: (x) => -Math.sin(Math.PI * x),
    primitive: (x) => Math.cos(Math.PI * x) / Math.PI,
    amplitude: 1,
  });

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
const norm = (a: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, value) => sum + value * value, 0));
const relative = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i])) / norm(b);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const noise = (count: number, seed: number) => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
};

describe('exact solutions', () => {
  it('agree between different numbers of nodes, and satisfy the equation', () => {
    const options = {
      viscosity: 0.01,
      time: 0.6,
      x: [0.013],
      initial: (x: number) => -Math.sin(Math.PI * x),
      primitive: (x: number) => Math.cos(Math.PI * x) / Math.PI,
      mean: 0.2,
      amplitude: 1,
    };
    const u = (x: number, time: number, nodes = 4000) => coleHopf({ ...options, x: [x], time, nodes })[0];
    expect(Math.abs(u(0.013, 0.6, 8000) - u(0.013, 0.6))).toBeLessThan(1e-14);
    const h = 1e-3;
    for (const x of [-0.4, 0.1, 0.13]) {
      const ut = (u(x, 0.6 + h) - u(x, 0.6 - h)) / (2 * h);
      const ux = (u(x + h, 0.6) - u(x - h, 0.6)) / (2 * h);
      const uxx = (u(x + h, 0.6) - 2 * u(x, 0.6) + u(x - h, 0.6)) / (h * h);
      const terms = Math.abs(ut) + Math.abs(u(x, 0.6) * ux) + 0.01 * Math.abs(uxx);
      expect(Math.abs(ut + u(x, 0.6) * ux - 0.01 * uxx)).toBeLessThan(3e-3 * terms);
    }
  });
});

describe('pseudo-spectral Burgers in 1D', () => {
  it('is of fourth order in time against Cole–Hopf', () => {
    const reference = exact(256, 0.05, 0.5);
    const errors = [0.05, 0.025, 0.0125, 0.00625, 0.003125].map((maximumStep) => {
      const solver = burgersSpectral({ viscosity: 0.05, length: 2, points: 256, stepping: { maximumStep } });
      return largestDifference(solver.step(sine(256), 0.5), reference);
    });
    for (let i = 1; i < errors.length; i++) {
      const order = Math.log2(errors[i - 1] / errors[i]);
      expect(order).toBeGreaterThan(3.85);
      expect(order).toBeLessThan(4.15);
    }
    expect(errors.at(-1)!).toBeLessThan(1e-9);
  });

  it('converges faster than any power of the spacing', () => {
    const errors = [128, 256, 512].map((count) => {
      const solver = burgersSpectral({
        viscosity: 0.01,
        length: 2,
        points: count,
        stepping: { maximumStep: 1e-3 },
        underResolved: 'allow',
      });
      return relative(solver.step(sine(count), 1), exact(count, 0.01, 1));
    });
    expect(errors[0] / errors[1]).toBeGreaterThan(100);
    expect(errors[1] / errors[2]).toBeGreaterThan(1e4);
    expect(errors[2]).toBeLessThan(1e-9);
  });

  it('keeps the mean to round-off and loses energy at the rate ν⟨u_x²⟩', () => {
    const viscosity = 0.05;
    const initial = points(256).map((x) => 0.3 + Math.cos(Math.PI * x) + 0.5 * Math.sin(2 * Math.PI * x));
    const solver = burgersSpectral({ viscosity, length: 2, points: 256 });
    const interval = 1e-3;
    const [before, now, after] = [0.3 - interval, 0.3, 0.3 + interval].map((t) => solver.step(initial, t));
    const mean = (u: Float64Array) => u.reduce((sum, value) => sum + value, 0) / u.length;
    for (const u of [before, now, after]) expect(Math.abs(mean(u) - mean(initial))).toBeLessThan(1e-15);
    const energy = (u: Float64Array) => 0.5 * mean(u.map((value) => value * value));
    const slopes = now.map((_, i) => {
      const at = (shift: number) => now[(i + shift + 256) % 256];
      return ((8 * (at(1) - at(-1)) - (at(2) - at(-2))) / 12) * 128;
    });
    const rate = (energy(after) - energy(before)) / (2 * interval);
    const dissipation = viscosity * mean(slopes.map((slope) => slope * slope));
    expect(Math.abs(rate + dissipation) / dissipation).toBeLessThan(1e-3);
  });

  it('commutes with shifts, with reflection and with a change of frame', () => {
    const count = 128;
    const solver = burgersSpectral({ viscosity: 0.08, length: 2, points: count });
    const initial = points(count).map((x) => Math.cos(Math.PI * x) + 0.4 * Math.sin(3 * Math.PI * x));
    const later = solver.step(initial, 0.25);
    const shift = (u: Float64Array, by: number) => u.map((_, i) => u[(i + by + count) % count]);
    const reflect = (u: Float64Array) => u.map((_, i) => -u[(count - i) % count]);
    expect(largestDifference(solver.step(shift(initial, 5), 0.25), shift(later, 5))).toBeLessThan(1e-13);
    expect(largestDifference(solver.step(reflect(initial), 0.25), reflect(later))).toBeLessThan(1e-13);
    // 0.25 time units at speed 0.5 are eight points of 2/128
    const carried = solver.step(
      initial.map((u) => u + 0.5),
      0.25,
    );
    const expected = shift(later, -8).map((u) => u + 0.5);
    expect(largestDifference(carried, expected)).toBeLessThan(1e-7);
  });

  it('gives each trajectory of a batch the bytes it has alone, in double and single precision', () => {
    const solver = burgersSpectral({ viscosity: 0.1, points: 64 });
    const batch = Float32Array.from({ length: 300 * 64 }, (_, at) => {
      const trajectory = Math.floor(at / 64);
      return (0.2 + (trajectory % 7) / 5) * Math.sin((2 * Math.PI * (1 + (trajectory % 3)) * (at % 64)) / 64);
    });
    const together = solver.rollout(batch, { frames: 3, interval: 0.05 });
    for (const trajectory of [0, 1, 6, 128, 299]) {
      const alone = solver.rollout(batch.slice(trajectory * 64, (trajectory + 1) * 64), {
        frames: 3,
        interval: 0.05,
      });
      expect(together.slice(trajectory * 3 * 64, (trajectory + 1) * 3 * 64)).toEqual(alone);
    }
  });

  it('meets a tolerance by itself', () => {
    for (const tolerance of [1e-5, 1e-9]) {
      const solver = burgersSpectral({ viscosity: 0.05, length: 2, points: 256, stepping: { tolerance } });
      const error = relative(solver.step(sine(256), 0.5), exact(256, 0.05, 0.5));
      expect(error).toBeLessThan(2 * tolerance);
    }
  });
});

describe('derivatives of the spectral stepper', () => {
  const count = 64;
  const solver = burgersSpectral({ viscosity: 0.01, points: count, underResolved: 'allow' });
  const state = Float64Array.from({ length: 2 * count }, (_, i) =>
    Math.sin((2 * Math.PI * i) / count + (i < count ? 0 : 1)),
  );

  it('tangent is the limit of central differences', () => {
    const direction = noise(2 * count, 1);
    const tangent = solver.jvp(state, direction, 0.1);
    const errors = [1e-3, 1e-4].map((h) => {
      // a fixed step, since the perturbed states must take the same steps
      const fixed = burgersSpectral({
        viscosity: 0.01,
        points: count,
        underResolved: 'allow',
        stepping: { maximumStep: 0.1 / 24 },
      });
      const ahead = fixed.step(
        state.map((u, i) => u + h * direction[i]),
        0.1,
      );
      const behind = fixed.step(
        state.map((u, i) => u - h * direction[i]),
        0.1,
      );
      const exactTangent = fixed.jvp(state, direction, 0.1);
      return relative(
        ahead.map((u, i) => (u - behind[i]) / (2 * h)),
        exactTangent,
      );
    });
    expect(errors[1]).toBeLessThan(1e-7);
    expect(errors[0] / errors[1]).toBeGreaterThan(80);
    expect(norm(tangent)).toBeGreaterThan(0);
  });

  it('adjoint satisfies ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ to round-off', () => {
    const [v, w] = [noise(2 * count, 2), noise(2 * count, 3)];
    const left = dot(w, solver.jvp(state, v, 0.2));
    const right = dot(solver.vjp(state, w, 0.2), v);
    expect(Math.abs(left - right)).toBeLessThan(1e-13 * norm(v) * norm(w));
  });

  it('Jacobian has unit column sums, and probes find its row norms', () => {
    const one = state.slice(0, count);
    const jacobian = stepJacobian(solver, one, 0.05);
    for (let column = 0; column < count; column++) {
      let sum = 0;
      for (let row = 0; row < count; row++) sum += jacobian[row * count + column];
      expect(sum).toBeCloseTo(1, 12);
    }
    const dense = jacobianRowNorms(solver, one, { interval: 0.05 });
    const fewer = jacobianRowNorms(solver, one, { interval: 0.05, probes: 64, random: createRandom(4) });
    const more = jacobianRowNorms(solver, one, { interval: 0.05, probes: 1024, random: createRandom(4) });
    expect(relative(more, dense)).toBeLessThan(0.08);
    expect(relative(more, dense)).toBeLessThan(0.5 * relative(fewer, dense));
  });

  it('noise gain of a state at rest is the decay of each wave number by viscosity', () => {
    const still = new Float64Array(200 * count)
      .fill(1)
      .map((_, i) => 1e-9 * Math.sin((2 * Math.PI * i) / count));
    const [first, tenth] = noiseGain(solver, still, {
      interval: 0.02,
      after: [1, 10],
      random: createRandom(5),
    });
    for (const [gains, time] of [
      [first, 0.02],
      [tenth, 0.2],
    ] as const) {
      let expected = 0;
      for (let k = -count / 2; k < count / 2; k++) {
        expected += Math.exp(-2 * 0.01 * (2 * Math.PI * k) ** 2 * time) / count;
      }
      const meanSquare = gains.reduce((sum, gain) => sum + gain * gain, 0) / gains.length;
      expect(Math.sqrt(meanSquare / expected)).toBeCloseTo(1, 1);
    }
  });
});

describe('bad input to the spectral solver', () => {
  const solver = (overrides = {}) => burgersSpectral({ viscosity: 0.05, points: 64, ...overrides });
  const wave = Float64Array.from({ length: 64 }, (_, i) => Math.sin((2 * Math.PI * i) / 64));

  it('names the trajectory and the place of a value that is no number', () => {
    const two = new Float64Array(128);
    two[70] = Number.NaN;
    expect(() => solver().step(two, 0.1)).toThrow(/trajectory 1 holds NaN at position 6/);
    expect(() => solver().step(wave.slice(1), 0.1)).toThrow(/64 numbers per trajectory, got 63/);
  });

  it('refuses data that is not periodic', () => {
    const ramp = Float64Array.from({ length: 64 }, (_, i) => i / 64);
    expect(() => solver().step(ramp, 0.1)).toThrow(
      /trajectory 0 is not periodic along axis 0: it jumps by 0\.984 .* at most 0\.0156/,
    );
    const kinked = ramp.map((x) => x * (1 - x));
    expect(() => solver().step(kinked, 0.1)).toThrow(UnderResolvedError);
  });

  it('refuses or reports shocks narrower than the grid, with the numbers', () => {
    const thin = { viscosity: 0.001 };
    expect(() => solver(thin).step(wave, 0.5)).toThrow(
      /trajectory 0 is under-resolved: .*limit 1e-10.* jump 2\.00 at viscosity 0\.001 is 0\.0044 wide, 0\.28 cells/,
    );
    const messages: string[] = [];
    const options = {
      ...thin,
      underResolved: 'report',
      onUnderResolved: (message: string) => messages.push(message),
    };
    solver(options).step(wave, 0.5);
    expect(messages).toHaveLength(1);
  });

  it('refuses steps that are too long and grids that cannot work', () => {
    expect(() => solver({ viscosity: 0.001, stepping: { maximumStep: 0.1 } }).step(wave, 0.1)).toThrow(
      /a step of 0\.100 is too long for max \|u\| = 1\.00 .* = 13\.2 .*steps of at most 0\.013/,
    );
    expect(() => solver({ points: 63 })).toThrow(/even products of 2, 3 and 5/);
    expect(() => solver({ points: 62 })).toThrow(/even products of 2, 3 and 5/);
    expect(() => solver({ viscosity: 0 })).toThrow(/viscosity must be positive/);
    expect(() => solver({ length: -1 })).toThrow(/length must be positive/);
    expect(() => solver({ stepping: { courant: 0 } })).toThrow(/stepping\.courant must be positive/);
    expect(() => solver().step(wave, 0)).toThrow(/interval must be positive/);
    expect(() => solver().rollout(wave, { frames: 0, interval: 0.1 })).toThrow(/frames must be a positive/);
    expect(() => solver().jvp(wave, wave.slice(1), 0.1)).toThrow(/64 numbers per trajectory/);
  });
});
