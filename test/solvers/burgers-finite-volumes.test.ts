import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burgersFiniteVolumes, coleHopf, type Limiter, travellingShock } from '../../solvers/index.js';

/** Cell averages of −sin πx on [−1, 1), which are its centre values times sin(πΔx/2)/(πΔx/2). */
const averages = (cells: number) => {
  const half = Math.PI / cells;
  return Float64Array.from(
    { length: cells },
    (_, i) => (-Math.sin(Math.PI * (-1 + (2 * (i + 0.5)) / cells)) * Math.sin(half)) / half,
  );
};

function sineError(cells: number, viscosity: number, limiter: Limiter): number {
  const solver = burgersFiniteVolumes({ viscosity, cells, length: 2, limiter });
  const u = solver.step(averages(cells), 0.5);
  // averages of the exact solution by Simpson's rule
  const exact = coleHopf({
    viscosity,
    time: 0.5,
    x: Array.from({ length: 2 * cells + 1 }, (_, i) => -1 + i / cells),
    initial: (x) => -Math.sin(Math.PI * x),
    primitive: (x) => Math.cos(Math.PI * x) / Math.PI,
    amplitude: 1,
    nodes: 800,
  });
  let [difference, size] = [0, 0];
  for (let i = 0; i < cells; i++) {
    const mean = (exact[2 * i] + 4 * exact[2 * i + 1] + exact[2 * i + 2]) / 6;
    difference += Math.abs(u[i] - mean);
    size += Math.abs(mean);
  }
  return difference / size;
}

const variation = (u: Float64Array) =>
  u.reduce((sum, value, i) => sum + Math.abs(value - u[(i + u.length - 1) % u.length]), 0);
const sum = (u: Float64Array) => u.reduce((total, value) => total + value, 0);

describe('finite-volume Burgers', () => {
  it.each(['mc', 'van-leer'] as const)('is of second order where a shock is resolved: %s', (limiter) => {
    const errors = [256, 512, 1024].map((cells) => sineError(cells, 0.01, limiter));
    for (const i of [1, 2]) expect(Math.log2(errors[i - 1] / errors[i])).toBeGreaterThan(1.7);
    expect(errors[2]).toBeLessThan(1e-4);
  });

  it('gets better with every limiter, and minmod is the most diffusive', () => {
    const [mc, minmod] = (['mc', 'minmod'] as const).map((limiter) => sineError(256, 0.01, limiter));
    expect(minmod).toBeGreaterThan(mc);
    expect(sineError(512, 0.01, 'minmod')).toBeLessThan(minmod / 2);
  });

  it('conserves mass to round-off, and total variation and extrema never grow, for any data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 40 }),
        fc.constantFrom<Limiter>('mc', 'van-leer', 'minmod'),
        fc.constantFrom(0, 1e-3),
        (values, limiter, viscosity) => {
          const solver = burgersFiniteVolumes({ viscosity, cells: values.length, limiter });
          let u: Float64Array = Float64Array.from(values);
          for (let interval = 0; interval < 4; interval++) {
            const later = solver.step(u, 0.02);
            expect(Math.abs(sum(later) - sum(u))).toBeLessThan(1e-12);
            expect(variation(later)).toBeLessThanOrEqual(variation(u) + 1e-12);
            expect(Math.max(...later)).toBeLessThanOrEqual(Math.max(...u) + 1e-12);
            expect(Math.min(...later)).toBeGreaterThanOrEqual(Math.min(...u) - 1e-12);
            u = later;
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('moves a shock without viscosity at the mean of its states, and opens a jump upwards into a fan', () => {
    const cells = 200;
    const solver = burgersFiniteVolumes({
      viscosity: 0,
      cells,
      boundary: { left: { type: 'dirichlet', value: 1 }, right: { type: 'outflow' } },
    });
    const shock = solver.centres.map((x) => (x < 0.25 ? 1 : 0.2));
    const later = solver.step(shock, 0.5);
    // ∫u grows by the difference of the fluxes: the shock is at 0.25 + 0.6 · 0.5
    const place = (sum(later) / cells - 0.2) / 0.8;
    expect(place).toBeCloseTo(0.55, 12);
    expect(later.findIndex((u) => u < 0.6) / cells).toBeCloseTo(0.55, 2);
    // a sonic point lies inside the fan: an upwind scheme without entropy fix would keep the jump
    const outflow = burgersFiniteVolumes({ viscosity: 0, cells, boundary: { type: 'outflow' } });
    const fan = outflow.step(
      outflow.centres.map((x) => (x < 0.5 ? -0.6 : 0.8)),
      0.4,
    );
    outflow.centres.forEach((x, i) => {
      const exact = Math.max(-0.6, Math.min(0.8, (x - 0.5) / 0.4));
      expect(Math.abs(fan[i] - exact)).toBeLessThan(0.04);
    });
  });

  it('follows a viscous travelling shock between Dirichlet ends', () => {
    const exact = travellingShock({ viscosity: 0.02, mean: 0.5, jump: 1, position: 0.7 });
    const errors = [100, 200].map((cells) => {
      const solver = burgersFiniteVolumes({
        viscosity: 0.02,
        cells,
        length: 2,
        boundary: { left: { type: 'dirichlet', value: 1 }, right: { type: 'dirichlet', value: 0 } },
      });
      const later = solver.step(
        solver.centres.map((x) => exact(x, 0)),
        1,
      );
      return later.reduce((total, u, i) => total + Math.abs(u - exact(solver.centres[i], 1)), 0) / cells;
    });
    expect(errors[0] / errors[1]).toBeGreaterThan(3.3);
    expect(errors[1]).toBeLessThan(1e-3);
  });

  it('diffuses a jump by large steps without ringing, and holds a source to second order', () => {
    const solver = burgersFiniteVolumes({ viscosity: 1, cells: 400 });
    const jump = solver.centres.map((x) => (Math.abs(x - 0.5) < 0.2 ? 1e-3 : 0));
    const later = solver.step(jump, 0.004);
    expect(variation(later)).toBeLessThanOrEqual(variation(jump) + 1e-12);
    // u = sin(2πx) cos t is the solution with this source
    const errors = [64, 128].map((cells) => {
      const k = 2 * Math.PI;
      const forced = burgersFiniteVolumes({
        viscosity: 0.05,
        cells,
        limiter: 'van-leer',
        source: (x, t) =>
          -Math.sin(k * x) * Math.sin(t) +
          k * Math.sin(k * x) * Math.cos(k * x) * Math.cos(t) ** 2 +
          0.05 * k * k * Math.sin(k * x) * Math.cos(t),
      });
      const u = forced.rollout(
        forced.centres.map((x) => Math.sin(k * x)),
        { frames: 3, interval: 0.25 },
      );
      return forced.centres.reduce(
        (total, x, i) => total + Math.abs(u[2 * cells + i] - Math.sin(k * x) * Math.cos(0.5)) / cells,
        0,
      );
    });
    expect(errors[0] / errors[1]).toBeGreaterThan(3.3);
  });

  it('refuses what cannot work', () => {
    const make = (overrides: object) => () => burgersFiniteVolumes({ viscosity: 0, cells: 10, ...overrides });
    expect(make({ viscosity: -1 })).toThrow(/viscosity must be at least 0/);
    expect(make({ courant: 0.8 })).toThrow(/courant must be above 0 and at most 0\.5, got 0\.8/);
    expect(make({ limiter: 'superbee' })).toThrow(/limiter must be one of mc, van-leer, minmod/);
    const boundary = { left: { type: 'periodic' }, right: { type: 'outflow' } };
    expect(make({ boundary })).toThrow(/one end cannot be periodic/);
    const bad = new Float64Array(20);
    bad[13] = Infinity;
    expect(() => burgersFiniteVolumes({ viscosity: 0, cells: 10 }).step(bad, 1)).toThrow(
      /trajectory 1 holds Infinity at position 3/,
    );
  });
});
