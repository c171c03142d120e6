import { spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import {
  type DiffusionSorptionOptions,
  diffusionSorptionFiniteVolumes,
  PDEBENCH_MEDIUM,
  retardation,
} from '../../solvers/index.js';

const hasScipy = spawnSync('python3', ['-c', 'import scipy']).status === 0;
const constant = (cells: number, value: number) => new Float64Array(cells).fill(value);
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe('the medium of PDEBench', () => {
  const { factor, derivative, secondDerivative, mass } = retardation();

  it('retards as the constants say', () => {
    // (1 − φ)/φ ρ_s k_f n_f = 2.15691…
    const a = ((1 - 0.29) / 0.29) * 2880 * 3.5e-4 * 0.874;
    expect(factor(1)).toBeCloseTo(1 + a, 5);
    expect(factor(0.1)).toBeCloseTo(1 + a * 0.1 ** -0.126, 4);
    expect(factor(0)).toBeCloseTo(1 + a * 1e-6 ** -0.126, 10);
    expect(factor(-0.3)).toBe(factor(0));
  });

  it('has derivatives and a mass that differences confirm', () => {
    for (const u of [1e-3, 0.07, 0.4, 1.1]) {
      const h = 1e-5 * u;
      const difference = (f: (u: number) => number) => (f(u + h) - f(u - h)) / (2 * h);
      expect(difference(mass) / factor(u)).toBeCloseTo(1, 7);
      expect(difference(factor) / derivative(u)).toBeCloseTo(1, 7);
      expect(difference(derivative) / secondDerivative(u)).toBeCloseTo(1, 7);
    }
    expect(mass(-1e-9)).toBeCloseTo(mass(1e-9), 6);
  });
});

/**
 * u = w + s z with w(0) = 1, z(0) = 0 and no difference between u and −D u_x at x = 1, so that only the right-hand side is
 * manufactured.
 */
function manufactured(diffusivity: number) {
  const a = 1 / (1 + 2 * diffusivity);
  const b = (1 + diffusivity) / (1 + 2 * diffusivity);
  const medium = { ...PDEBENCH_MEDIUM, diffusivity };
  const { factor } = retardation(medium);
  const wave = (time: number) => 0.6 * Math.sin(2 * time);
  const exact = (x: number, time: number) => 1 - a * x * x + wave(time) * (x - b * x * x);
  const source = (x: number, time: number) =>
    factor(exact(x, time)) * 1.2 * Math.cos(2 * time) * (x - b * x * x) +
    diffusivity * 2 * (a + wave(time) * b);
  return { medium, exact, source };
}

describe('diffusion with sorption', () => {
  const problem = manufactured(0.2);
  const error = (options: Partial<DiffusionSorptionOptions> & { cells: number }, time = 1) => {
    const { medium, source, exact } = problem;
    const solver = diffusionSorptionFiniteVolumes({ medium, source, tolerance: 1e-9, ...options });
    const { values } = solver.rollout(
      solver.centres.map((x) => exact(x, 0)),
      { frames: 2, interval: time },
    );
    return largest(
      values.subarray(options.cells),
      solver.centres.map((x) => exact(x, time)),
    );
  };

  it('converges to a manufactured solution with second order in space at the face, first order with ghosts', () => {
    const rate = (ends: 'face' | 'ghost', cells: number) =>
      Math.log2(error({ ends, cells }) / error({ ends, cells: 2 * cells }));
    expect(rate('face', 32)).toBeGreaterThan(1.9);
    expect(rate('ghost', 64)).toBeGreaterThan(0.9);
    expect(rate('ghost', 64)).toBeLessThan(1.2);
    expect(error({ ends: 'face', cells: 128 })).toBeLessThan(1e-4);
  });

  it('converges with fourth order in time where it is not stiff', () => {
    const { medium, source } = problem;
    const at = (step: { fixedStep: number } | { tolerance: number }) => {
      const solver = diffusionSorptionFiniteVolumes({ medium, source, ends: 'face', cells: 6, ...step });
      const initial = solver.centres.map((x) => problem.exact(x, 0));
      return solver.rollout(initial, { frames: 2, interval: 1 }).values.subarray(6);
    };
    const reference = at({ fixedStep: 1 / 640 });
    const errors = [1 / 20, 1 / 40, 1 / 80].map((fixedStep) => largest(at({ fixedStep }), reference));
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(3.6);
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(3.6);
    // error control keeps what it promises, give or take that errors of steps add up
    for (const tolerance of [1e-4, 1e-6, 1e-8]) {
      expect(largest(at({ tolerance }), reference)).toBeLessThan(20 * tolerance);
    }
  });

  it('holds as much more as came in', () => {
    for (const ends of ['face', 'ghost'] as const) {
      const cells = 64;
      const solver = diffusionSorptionFiniteVolumes({ cells, ends });
      const { values, inflow } = solver.rollout(constant(cells, 0.1), { frames: 21, interval: 5 });
      const start = solver.mass(values.subarray(0, cells));
      for (let frame = 1; frame <= 20; frame++) {
        const now = solver.mass(values.subarray(frame * cells, (frame + 1) * cells));
        expect(Math.abs(now - start - inflow[frame])).toBeLessThan(1e-12);
      }
      expect(inflow[20]).toBeGreaterThan(0.1);
      // and what came in is what the gradients at the ends let in, by Simpson's rule from t = 50 on
      const width = 1 / cells;
      const flux = (frame: number) => {
        const [first, last] = [values[frame * cells], values[(frame + 1) * cells - 1]];
        const before = values[(frame + 1) * cells - 2];
        return ends === 'ghost'
          ? (5e-4 * (1 - first + (5e-4 * (before - last)) / width - last)) / width
          : (5e-4 * 2 * (1 - first)) / width - last / (1 + width / 1e-3);
      };
      let sum = 0;
      for (let frame = 10; frame < 20; frame += 2) {
        sum += (5 / 3) * (flux(frame) + 4 * flux(frame + 1) + flux(frame + 2));
      }
      expect(Math.abs(inflow[20] - inflow[10] - sum) / sum).toBeLessThan(1e-4);
    }
  });

  it('stays between its bounds and rises monotonically, from nothing as well', () => {
    const cells = 128;
    const solver = diffusionSorptionFiniteVolumes({ cells });
    const { values } = solver.rollout(constant(2 * cells, 0).fill(0.2, cells), { frames: 11, interval: 50 });
    expect(values.every((value) => value >= -1e-9 && value <= 1)).toBe(true);
    const last = values.subarray(10 * cells, 11 * cells);
    expect(last.every((value, i) => i === 0 || value <= last[i - 1])).toBe(true);
    // the sorbed front lags: R(0) = 13 slows it down against plain diffusion at the same D
    const plain = { ...PDEBENCH_MEDIUM, freundlichCoefficient: 1e-12 };
    const free = diffusionSorptionFiniteVolumes({ cells, medium: plain }).rollout(constant(cells, 0), {
      frames: 2,
      interval: 500,
    }).values;
    expect(free[cells + 64]).toBeGreaterThan(1.5 * last[64]);
  });

  it('does not depend on the neighbours in a batch, nor on how often it is looked at', () => {
    const solver = diffusionSorptionFiniteVolumes({ cells: 32, tolerance: 1e-9 });
    const both = constant(64, 0.02).fill(0.15, 32);
    const together = solver.rollout(both, { frames: 3, interval: 10 }).values;
    const alone = solver.rollout(both.subarray(32), { frames: 3, interval: 10 }).values;
    expect(together.subarray(96)).toEqual(alone);
    const once = solver.rollout(both.subarray(32), { frames: 2, interval: 20 }).values;
    expect(largest(once.subarray(32), alone.subarray(64))).toBeLessThan(1e-8);
  });

  test.skipIf(!hasScipy)('agrees with BDF of SciPy on PDEBench’s equations', () => {
    const cells = 128;
    const times = [5, 100, 500];
    for (const value of [0.01, 0.19]) {
      const { status, stdout, stderr } = spawnSync(
        'python3',
        [packageFile('test/solvers/diffusion-sorption-bdf.py')],
        { input: JSON.stringify({ initial: value, cells, times }), encoding: 'utf8' },
      );
      expect(status, stderr).toBe(0);
      const reference = (JSON.parse(stdout) as { values: number[][] }).values;
      const solver = diffusionSorptionFiniteVolumes({ cells });
      const { values } = solver.rollout(constant(cells, value), { frames: 101, interval: 5 });
      times.forEach((time, i) => {
        const frame = values.subarray((time / 5) * cells, (time / 5 + 1) * cells);
        expect(largest(frame, reference[i])).toBeLessThan(2e-6);
      });
    }
  });

  it('says what is wrong', () => {
    const refused = (options: Partial<DiffusionSorptionOptions>) => () =>
      diffusionSorptionFiniteVolumes({ cells: 8, ...options });
    expect(refused({ cells: 2 })).toThrow('cells must be an integer of at least 3, got 2');
    expect(refused({ tolerance: 0 })).toThrow('tolerance must be positive');
    expect(refused({ medium: { ...PDEBENCH_MEDIUM, porosity: 1 } })).toThrow('porosity must be below 1');
    expect(refused({ ends: 'open' as 'face' })).toThrow("ends must be 'ghost' or 'face'");
    const solver = diffusionSorptionFiniteVolumes({ cells: 8 });
    expect(() => solver.rollout(constant(7, 0), { frames: 2, interval: 1 })).toThrow('no multiple');
    expect(() => solver.rollout(constant(8, -0.1), { frames: 2, interval: 1 })).toThrow('not negative');
    expect(() => solver.rollout(constant(8, Number.NaN), { frames: 2, interval: 1 })).toThrow('finite');
    expect(() => solver.rollout(constant(8, 0), { frames: 2, interval: 0 })).toThrow('interval');
  });
});
