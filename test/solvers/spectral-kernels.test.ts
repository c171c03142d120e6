import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { advectiveTransport } from '../../solvers/burgers/advective-transport.js';
import { conservativeAdvection } from '../../solvers/burgers/conservative-advection.js';
import { etdrk4, type SemilinearProblem, type Spectrum } from '../../solvers/burgers/etdrk4.js';
import { type PeriodicTransform, periodicTransform } from '../../solvers/burgers/periodic-transform.js';
import { burgersSpectral } from '../../solvers/burgers/spectral.js';
import { type KernelSpace, kernelSpace } from '../../solvers/kernels/kernel-space.js';

const random = createRandom(8);

/** The same noise in all of the arrays, which are of one length. */
function fill(...arrays: Float64Array[]): void {
  for (let at = 0; at < arrays[0].length; at++) {
    const value = random.normal();
    for (const array of arrays) array[at] = value;
  }
}

/** Largest difference over the largest value. */
function distance(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  let [difference, size] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    difference = Math.max(difference, Math.abs(a[at] - b[at]));
    size = Math.max(size, Math.abs(b[at]));
  }
  return size === 0 ? difference : difference / size;
}

function expectSame(a: Spectrum, b: Spectrum, tolerance = 1e-14): void {
  expect(distance(a.re, b.re)).toBeLessThan(tolerance);
  expect(distance(a.im, b.im)).toBeLessThan(tolerance);
}

const length = fc.constantFrom(4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 32, 36, 48, 50);
const grids = fc.record({
  points: fc.oneof(
    fc.tuple(fc.oneof(length, fc.constantFrom(64, 90, 128, 512, 750))),
    fc.tuple(length, length),
    fc.tuple(fc.constantFrom(4, 6, 8, 12), fc.constantFrom(4, 6, 10), fc.constantFrom(4, 6, 8)),
  ),
  columns: fc.integer({ min: 1, max: 19 }),
  keep: fc.constantFrom('all' as const, 'dealiased' as const),
});

describe('spectral kernels in WebAssembly', () => {
  it('exist here', () => expect(kernelSpace()).not.toBeNull());

  it('transform as the script does, grids of any shape and any number of columns', () => {
    fc.assert(
      fc.property(grids, ({ points, columns, keep }) => {
        const plans = [
          periodicTransform(points, columns, keep),
          periodicTransform(points, columns, keep, null),
        ];
        const [ours, script] = plans.map((plan) => ({ plan, grid: plan.grid(), spectrum: plan.spectrum() }));
        // twice, as the arrays of a plan are used again
        for (let round = 0; round < 2; round++) {
          fill(ours.grid.even, script.grid.even);
          fill(ours.grid.odd, script.grid.odd);
          for (const { plan, grid, spectrum } of [ours, script]) plan.forward(grid, spectrum);
          expectSame(ours.spectrum, script.spectrum);
          expect(distance(ours.grid.even, script.grid.even)).toBe(0);
          for (const { plan, grid, spectrum } of [ours, script]) plan.inverse(spectrum, grid);
          expect(distance(ours.grid.even, script.grid.even)).toBeLessThan(1e-14);
          expect(distance(ours.grid.odd, script.grid.odd)).toBeLessThan(1e-14);
        }
      }),
      { numRuns: 150, seed: 21 },
    );
  });

  it('take arrays from elsewhere', () => {
    for (const points of [[32], [16, 12]]) {
      const plan = periodicTransform(points, 3, 'dealiased');
      const elsewhere = periodicTransform(points, 3, 'dealiased', null);
      const [grid, foreignGrid] = [plan.grid(), elsewhere.grid()];
      const [spectrum, foreignSpectrum] = [plan.spectrum(), elsewhere.spectrum()];
      fill(grid.even, foreignGrid.even);
      fill(grid.odd, foreignGrid.odd);
      plan.forward(grid, spectrum);
      plan.forward(foreignGrid, foreignSpectrum);
      expectSame(foreignSpectrum, spectrum, 1e-300);
      plan.inverse(spectrum, grid);
      plan.inverse(foreignSpectrum, foreignGrid);
      expect(distance(foreignGrid.even, grid.even)).toBe(0);
      // made after the first use, so outside of the space
      const late = plan.spectrum();
      plan.forward(grid, late);
      plan.forward(foreignGrid, foreignSpectrum);
      expectSame(late, foreignSpectrum, 1e-300);
    }
  });

  const problems: [string, (trajectories: number, space?: null) => SemilinearProblem, number[]][] = [
    ['in 1D', (count, space) => conservativeAdvection(48, 1, 0.01, count, space), [48]],
    ['in a plane', (count, space) => advectiveTransport([12, 20], [1, 2], 0.01, count, space), [12, 20]],
    ['in space', (count, space) => advectiveTransport([6, 8, 10], [1, 1, 1], 0.01, count, space), [6, 8, 10]],
  ];

  it.each(problems)('step, tangent and adjoint are the script’s %s', (_, problemOf, points) => {
    for (const trajectories of [1, 2, 3, 4, 7]) {
      const [ours, script] = [problemOf(trajectories), problemOf(trajectories, null)];
      expect(ours.space).not.toBeNull();
      expect(script.space).toBeNull();
      const transform = periodicTransform(points, ours.columns, 'dealiased', null);
      const [state, direction] = [noiseSpectrum(transform), noiseSpectrum(transform)];
      const results = [ours, script].map((problem) => {
        const stepper = etdrk4(problem);
        const copy = ({ re, im }: Spectrum) => ({ re: re.slice(), im: im.slice() });
        const advanced = copy(state);
        stepper.advance(advanced, 1e-3, 3);
        const [carrier, tangent] = [copy(state), copy(direction)];
        stepper.advanceTangent(carrier, tangent, 2e-3, 2);
        const [base, cotangent] = [copy(state), copy(direction)];
        stepper.pullBack(base, cotangent, 1e-3, 2);
        return { advanced, carrier, tangent, base, cotangent };
      });
      for (const key of ['advanced', 'carrier', 'tangent', 'base', 'cotangent'] as const) {
        expectSame(results[0][key], results[1][key], 1e-13);
      }
    }
  });

  it.each([[[30]], [[12, 20]], [[6, 8, 10]]])(
    'give a trajectory the same bytes in any company, on %j',
    (points) => {
      const solver = burgersSpectral({ viscosity: 0.02, points, underResolved: 'allow' });
      const states = new Float64Array(7 * solver.stateSize);
      fill(states);
      const together = solver.step(states, 0.01);
      for (let trajectory = 0; trajectory < 7; trajectory++) {
        const part = [trajectory * solver.stateSize, (trajectory + 1) * solver.stateSize] as const;
        expect(solver.step(states.subarray(...part), 0.01)).toEqual(together.slice(...part));
      }
    },
  );

  it('leave a space as it is once it is in use', () => {
    const space = kernelSpace() as KernelSpace;
    const table = space.table(Float64Array.of(1, 2, 3));
    const values = space.array(3);
    expect(space.used).toBe(false);
    expect(space.placeOf(values())).toBeGreaterThan(table);
    expect(space.used).toBe(true);
    expect([...values()]).toEqual([0, 0, 0]);
    expect(new Float64Array(values().buffer, table, 3)).toEqual(Float64Array.of(1, 2, 3));
    expect(space.placeOf(space.array(3)())).toBeNull();
    expect(() => space.place(1)).toThrow(/in use already/);
  });
});

/** Spectrum of noise on the grid, values of order one. */
function noiseSpectrum(transform: PeriodicTransform): Spectrum {
  const [grid, spectrum] = [transform.grid(), transform.spectrum()];
  fill(grid.even);
  fill(grid.odd);
  transform.forward(grid, spectrum);
  const scale = 1 / Math.sqrt(spectrum.re.length);
  return { re: spectrum.re.map((value) => value * scale), im: spectrum.im.map((value) => value * scale) };
}
