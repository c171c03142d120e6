import { spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { createRandom } from '../../common/random.js';
import {
  biotSavart,
  fourierMultiplier,
  type VorticitySpectralOptions,
  vorticitySpectral,
} from '../../solvers/index.js';

const hasModule = (name: string) => spawnSync('python3', ['-c', `import ${name}`]).status === 0;
const norm = (a: Float64Array) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
const relative = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i])) / norm(b);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const noise = (count: number, seed: number) => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
};

/** `[x][y]` of a function on a grid of the unit square. */
const sample = (f: (x: number, y: number) => number, nx: number, ny = nx) =>
  Float64Array.from({ length: nx * ny }, (_, at) => f(Math.floor(at / ny) / nx, (at % ny) / ny));

const turn = 2 * Math.PI;
/** Smooth, of several scales, without symmetry. */
const stirred = (x: number, y: number) =>
  3 * Math.sin(turn * x) * Math.cos(turn * y) +
  2 * Math.cos(turn * (2 * x + y) + 1) +
  Math.sin(turn * (x - 2 * y));

const solverOf = (options: Partial<VorticitySpectralOptions>) =>
  vorticitySpectral({ viscosity: 0.01, points: 32, underResolved: 'allow', ...options });

describe('plane vorticity', () => {
  it('lets flows of one wave number decay exactly, Taylor and Green’s among them', () => {
    const viscosity = 0.003;
    const shell = 25;
    const waves: [number, number][] = [
      [5, 0],
      [0, 5],
      [3, 4],
      [4, -3],
    ];
    const flows = [
      { square: 2, at: (x: number, y: number) => 2 * Math.sin(turn * x) * Math.sin(turn * y) },
      {
        square: shell,
        at: (x: number, y: number) =>
          waves.reduce((sum, [kx, ky], i) => sum + (i + 1) * Math.cos(turn * (kx * x + ky * y) + i), 0),
      },
    ];
    for (const { square, at } of flows) {
      const solver = vorticitySpectral({ viscosity, points: 32, underResolved: 'allow' });
      const initial = sample(at, 32);
      const decay = Math.exp(-viscosity * turn * turn * square * 0.7);
      expect(
        relative(
          solver.step(initial, 0.7),
          initial.map((w) => decay * w),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it('has the velocity that turns by w and has no divergence', () => {
    const solver = solverOf({ points: [32, 24], length: [1, 2] });
    // ψ = sin(2πx) cos(πy), w = −Δψ, u = ψ_y, v = −ψ_x on (0, 1) × (0, 2)
    const field = (f: (x: number, y: number) => number) => sample((x, y) => f(x, 2 * y), 32, 24);
    const w = field((x, y) => 5 * Math.PI ** 2 * Math.sin(turn * x) * Math.cos(Math.PI * y));
    const [u, v] = solver.velocity(w);
    expect(
      relative(
        u,
        field((x, y) => -Math.PI * Math.sin(turn * x) * Math.sin(Math.PI * y)),
      ),
    ).toBeLessThan(1e-12);
    expect(
      relative(
        v,
        field((x, y) => -turn * Math.cos(turn * x) * Math.cos(Math.PI * y)),
      ),
    ).toBeLessThan(1e-12);
  });

  it('is of fourth order in time and meets a tolerance', () => {
    const initial = sample(stirred, 32);
    const at = (stepping: VorticitySpectralOptions['stepping']) => solverOf({ stepping }).step(initial, 0.4);
    const reference = at({ maximumStep: 0.4 / 512 });
    const errors = [16, 32, 64].map((steps) => relative(at({ maximumStep: 0.4 / steps }), reference));
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(3.5);
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(3.7);
    expect(relative(at({ tolerance: 1e-8 }), reference)).toBeLessThan(1e-8);
  });

  it('converges faster than any power of the spacing', () => {
    const answer = (points: number) => solverOf({ points }).step(sample(stirred, points), 0.5);
    const reference = answer(96);
    const error = (points: number) =>
      relative(
        answer(points),
        sample((x, y) => reference[Math.round(x * 96) * 96 + Math.round(y * 96)], points),
      );
    const [coarse, fine] = [error(16), error(32)];
    expect(coarse).toBeLessThan(0.05);
    expect(Math.log2(coarse / fine)).toBeGreaterThan(8);
  });

  it('loses energy by 2ν times the enstrophy, and enstrophy by 2ν times the palinstrophy', () => {
    const [points, viscosity, h] = [32, 0.01, 1e-3];
    const solver = solverOf({ points, viscosity, stepping: { maximumStep: h / 2 } });
    const values = solver.rollout(sample(stirred, points), { frames: 3, interval: h });
    const size = points * points;
    const frames = [0, 1, 2].map((frame) => values.subarray(frame * size, (frame + 1) * size));
    const [before, now, after] = frames.map((frame) => solver.integrals(frame));
    const gradient = (['x', 'y'] as const).map((_, axis) =>
      fourierMultiplier([points, points], [1, 1], (...k) => ({ im: k[axis] })).apply(frames[1], 1),
    );
    const palinstrophy = gradient.reduce((sum, g) => sum + dot(g, g), 0) / (2 * size);
    const rate = (key: 'energy' | 'enstrophy') => (after[key] - before[key]) / (2 * h);
    expect(rate('energy') / (-2 * viscosity * now.enstrophy)).toBeCloseTo(1, 4);
    expect(rate('enstrophy') / (-2 * viscosity * palinstrophy)).toBeCloseTo(1, 4);
  });

  it('keeps energy and enstrophy where nothing dissipates, with all scales stirred', () => {
    const points = 24;
    const solver = solverOf({ points, viscosity: 1e-14, stepping: { maximumStep: 1 / 1024 } });
    // white noise below the cut-off of the products
    const keep = fourierMultiplier([points, points], [1, 1], (kx, ky) => ({
      re: Math.max(Math.abs(kx), Math.abs(ky)) < (turn * points) / 3 && kx * kx + ky * ky > 0 ? 1 : 0,
    }));
    const initial = keep.apply(noise(points * points, 5), 1);
    const [before, after] = [initial, solver.step(initial, 0.5)].map((w) => solver.integrals(w));
    expect(Math.abs(after.energy / before.energy - 1)).toBeLessThan(1e-9);
    expect(Math.abs(after.enstrophy / before.enstrophy - 1)).toBeLessThan(1e-9);
    expect(relative(solver.step(initial, 0.5), initial)).toBeGreaterThan(0.1);
  });

  it('does not depend on the neighbours in a batch, nor on the orientation of the axes', () => {
    const solver = solverOf({ points: [32, 24], stepping: { maximumStep: 0.01 } });
    const one = sample(stirred, 32, 24);
    const two = sample((x, y) => stirred(y, x), 32, 24);
    const both = solver.step(new Float64Array([...one, ...two]), 0.1);
    expect(relative(both.subarray(32 * 24), solver.step(two, 0.1))).toBeLessThan(1e-14);
    // mirrored at the diagonal, w changes its sign
    const mirror = (w: Float64Array) =>
      Float64Array.from(w, (_, at) => -w[(at % 32) * 24 + Math.floor(at / 32)]);
    const turned = solverOf({ points: [24, 32], stepping: { maximumStep: 0.01 } }).step(mirror(one), 0.1);
    expect(relative(turned, mirror(both.subarray(0, 32 * 24)))).toBeLessThan(1e-12);
  });

  it('has a tangent that differences confirm, and its adjoint', () => {
    const points = 16;
    const solver = solverOf({ points, stepping: { maximumStep: 0.02 } });
    const state = sample(stirred, points);
    const centred = (seed: number) => {
      const values = noise(points * points, seed);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.map((value) => value - mean);
    };
    const [direction, cotangent] = [centred(1), centred(2)];
    const tangent = solver.jvp(state, direction, 0.1);
    const pulled = solver.vjp(state, cotangent, 0.1);
    expect(Math.abs(dot(tangent, cotangent) / dot(direction, pulled) - 1)).toBeLessThan(1e-11);
    const e = 1e-4;
    const [ahead, back] = [e, -e].map((s) =>
      solver.step(
        state.map((w, i) => w + s * direction[i]),
        0.1,
      ),
    );
    expect(
      relative(
        ahead.map((w, i) => (w - back[i]) / (2 * e)),
        tangent,
      ),
    ).toBeLessThan(1e-6);
  });

  const parity = (tool: 'scipy' | 'exponax') => {
    const [points, viscosity, time] = [24, 0.01, 0.4];
    const initial = sample(stirred, points);
    const rows = Array.from({ length: points }, (_, i) => [
      ...initial.subarray(i * points, (i + 1) * points),
    ]);
    const { status, stdout, stderr } = spawnSync(
      'python3',
      [packageFile('test/solvers/vorticity-reference.py'), tool],
      { input: JSON.stringify({ initial: rows, viscosity, time }), encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    expect(status, stderr).toBe(0);
    const reference = Float64Array.from((JSON.parse(stdout) as number[][]).flat());
    const answer = solverOf({ points, viscosity, stepping: { maximumStep: 1e-3 } }).step(initial, time);
    return relative(answer, reference);
  };
  test.skipIf(!hasModule('scipy'))('agrees with NumPy’s transforms and SciPy’s Runge–Kutta', () => {
    expect(parity('scipy')).toBeLessThan(1e-7);
  });
  test.skipIf(!hasModule('exponax'))('agrees with exponax', () => {
    expect(parity('exponax')).toBeLessThan(1e-6);
  });

  it('follows a flow until nothing is left of it but a mean that rounding gave it', () => {
    const initial = Float32Array.from(sample(stirred, 16), Math.fround);
    initial[0] += 1e-4;
    const solver = solverOf({ points: 16, viscosity: 0.2 });
    const values = solver.rollout(initial, { frames: 4, interval: 1 });
    expect(values.subarray(3 * 256).every((w) => Math.abs(w) < 1e-6)).toBe(true);
  });

  it('says what is wrong', () => {
    expect(() => solverOf({ points: [32, 14] })).toThrow('even products of 2, 3 and 5');
    expect(() => solverOf({ viscosity: 0 })).toThrow('vorticitySpectral: viscosity must be positive');
    expect(() => solverOf({}).step(new Float64Array(1024).fill(1), 0.1)).toThrow('mean vorticity of 1.00');
    const rough = vorticitySpectral({ viscosity: 1e-4, points: 16 });
    expect(() => rough.step(sample(stirred, 16), 1)).toThrow('under-resolved');
  });
});

describe('operators by their factors in Fourier space', () => {
  const [points, length] = [
    [12, 10],
    [1, 2],
  ];
  const cases = {
    'x derivative': fourierMultiplier(points, length, (kx) => ({ im: kx })),
    Laplacian: fourierMultiplier(points, length, (kx, ky) => ({ re: -kx * kx - ky * ky })),
    'shifted inverse': fourierMultiplier(points, length, (kx, ky) => ({ re: 1 / (1 + kx * kx), im: ky })),
    ...biotSavart(points, length),
  };
  test.each(Object.entries(cases))('%s: ⟨D x, z⟩ = ⟨x, Dᵀ z⟩ for fields side by side', (_, operator) => {
    const [x, z] = [noise(360, 3), noise(360, 4)];
    const left = dot(operator.apply(x, 3), z);
    expect(Math.abs(left - dot(x, operator.applyTransposed(z, 3)))).toBeLessThan(
      1e-11 * norm(x) * norm(z) * 100,
    );
    const column = Float64Array.from({ length: 120 }, (_, i) => x[3 * i + 1]);
    const alone = operator.apply(column, 1);
    expect(
      relative(
        Float64Array.from({ length: 120 }, (_, i) => operator.apply(x, 3)[3 * i + 1]),
        alone,
      ),
    ).toBeLessThan(1e-13);
  });
});
