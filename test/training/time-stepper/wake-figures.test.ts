import { describe, expect, test } from 'vitest';
import { frameOf, type Trajectories } from '../../../datasets/index.js';
import { upwardCrossings } from '../../../solvers/index.js';
import {
  alignedCycle,
  fluctuationErrors,
  kineticEnergy,
  phaseErrors,
  relativeDivergence,
  vorticity,
} from '../../../training/index.js';

const [ROWS, COLUMNS] = [16, 24];
const spacing = [0.25, 0.125];
const interval = 0.1;

/** Frames `[component][y][x]` of a function of (component, x, y, t); trajectories begin at the given times. */
function sampled(
  starts: readonly number[],
  frames: number,
  at: (component: number, x: number, y: number, time: number) => number,
  components = 2,
): Trajectories {
  const cells = ROWS * COLUMNS;
  const values = Float32Array.from({ length: starts.length * frames * components * cells }, (_, i) => {
    const [cell, component] = [i % cells, Math.floor(i / cells) % components];
    const block = Math.floor(i / (cells * components));
    const time = starts[Math.floor(block / frames)] + interval * (block % frames);
    return at(component, (cell % COLUMNS) * spacing[1], Math.floor(cell / COLUMNS) * spacing[0], time);
  });
  return {
    values,
    trajectories: starts.length,
    frames,
    components,
    points: [ROWS, COLUMNS],
    length: [ROWS * spacing[0], COLUMNS * spacing[1]],
    interval,
    viscosity: new Float64Array(starts.length).fill(0.01),
  };
}

/** A street of waves that travels along x at unit frequency, over a mean flow. */
const street = (component: number, x: number, y: number, time: number) =>
  component === 0 ? 1 + 0.2 * y : 0.5 * Math.sin(2 * Math.PI * (x - time)) + 0.1;

describe('phase', () => {
  const wave = (frequency: number, delay = 0) =>
    Float64Array.from({ length: 100 }, (_, i) => 2 + Math.sin(2 * Math.PI * frequency * (i * 0.1 - delay)));

  test('crossings of a sine are its period apart', () => {
    const crossings = upwardCrossings(wave(0.4, 0.3), 0.1);
    crossings.forEach((time, k) => {
      expect(Math.abs(time - 0.3 - k * 2.5)).toBeLessThan(0.01);
    });
  });

  test('a delay is one number of cycles; a frequency too low, a growing one', () => {
    for (const error of phaseErrors(wave(0.4, 0.8), wave(0.4, 0.3), 0.1))
      expect(error).toBeCloseTo(0.5 * 0.4, 2);
    const growing = phaseErrors(wave(0.38, 0.3), wave(0.4, 0.3), 0.1);
    expect(growing).toHaveLength(4);
    growing.forEach((error, k) => {
      expect(Math.abs(error - k * (0.4 / 0.38 - 1))).toBeLessThan(0.01);
    });
  });

  test('a crossing on the other side of the start is not taken for a cycle', () => {
    // one crosses 0.05 after the start and the other just before it
    const [late, early] = [wave(0.4, 0.05), wave(0.4, -0.05)];
    for (const error of phaseErrors(late, early, 0.1)) expect(error).toBeCloseTo(0.1 * 0.4, 2);
    for (const error of phaseErrors(early, late, 0.1)) expect(error).toBeCloseTo(-0.1 * 0.4, 2);
    expect(phaseErrors(new Float64Array(100), late, 0.1)).toEqual([]);
  });
});

describe('a recorded cycle', () => {
  const recording = sampled([0], 60, street);

  test('is played from the phase of the initial state, between frames too', () => {
    const initial = sampled([0.31, 0.777], 30, street);
    const played = alignedCycle(recording, initial, { frames: 30 });
    const errors = fluctuationErrors(played, initial, recording);
    // what is linear between ten frames a period misses by (2π/10)²/8 at most
    for (const curve of errors) for (const error of curve) expect(error).toBeLessThan(0.06);
  });

  test('at another rate it keeps up with a faster street, and falls behind at its own', () => {
    const fast = sampled([0.31], 21, (c, x, y, t) => street(c, x, y, 0.31 + 1.25 * (t - 0.31)));
    const error = (rate: number) =>
      fluctuationErrors(alignedCycle(recording, fast, { frames: 21, rate }), fast, recording)[0][20];
    expect(error(1.25)).toBeLessThan(0.06);
    // half a cycle behind: twice the fluctuation
    expect(error(1)).toBeCloseTo(2, 1);
  });

  test('constants are those of the state, and take no part in the comparison', () => {
    const withConstant = (value: number) => (c: number, x: number, y: number, t: number) =>
      c === 2 ? value : street(c, x, y, t);
    const other = { ...sampled([0], 40, withConstant(9), 3), constants: 1 };
    const initial = { ...sampled([0.4], 5, withConstant(3), 3), constants: 1 };
    const played = alignedCycle(other, initial, { frames: 5 });
    expect(Math.max(...fluctuationErrors(played, initial, other)[0])).toBeLessThan(0.01);
    expect(frameOf(played, 0, 4)[2 * ROWS * COLUMNS]).toBe(3);
  });

  test('recordings too short and of other grids are refused', () => {
    const initial = sampled([0], 2, street);
    expect(() => alignedCycle(recording, initial, { frames: 60 })).toThrow(
      'do not fit into a recording of 60',
    );
    expect(() => alignedCycle(initial, { ...initial, components: 1 }, { frames: 1 })).toThrow('got 1 of 768');
  });
});

describe('errors of the fluctuation', () => {
  test('opposite phases are twice the fluctuation apart, independent ones √2, the mean flow 1', () => {
    const recording = sampled([0], 10, street);
    const against = (start: number) =>
      fluctuationErrors(sampled([start], 1, street), sampled([0], 1, street), recording);
    expect(against(0.5)[0][0]).toBeCloseTo(2, 4);
    expect(against(0.25)[0][0]).toBeCloseTo(Math.SQRT2, 4);
    const still = sampled([0], 1, (c, x, y) => (c === 0 ? 1 + 0.2 * y : 0.1 + 0 * x));
    expect(fluctuationErrors(still, sampled([0], 1, street), recording)[0][0]).toBeCloseTo(1, 4);
    const lost = sampled([0], 1, () => Number.NaN);
    expect(fluctuationErrors(lost, sampled([0], 1, street), recording)[0][0]).toBe(1e3);
  });
});

describe('figures of one frame', () => {
  const grid = { points: [ROWS, COLUMNS], spacing };
  const frame = (at: (x: number, y: number) => readonly [u: number, v: number]) =>
    frameOf(
      sampled([0], 1, (c, x, y) => at(x, y)[c]),
      0,
      0,
    );

  test('solid rotation has vorticity 2Ω and no divergence; a source only divergence', () => {
    const rotation = frame((x, y) => [-1.5 * y, 1.5 * x]);
    for (const value of vorticity(rotation, grid)) expect(value).toBeCloseTo(3, 4);
    expect(relativeDivergence(rotation, grid)).toBeLessThan(1e-5);
    const source = frame((x, y) => [x, y]);
    // u_x = v_y = 1: (1 + 1)² over 1² + 1²
    expect(relativeDivergence(source, grid)).toBeCloseTo(Math.SQRT2, 4);
  });

  test('a stream function without error of differences gives no divergence next to a solid that is masked', () => {
    const flow = frame((x, y) => [x * x + 2 * y, -2 * x * y]);
    const mask = new Float32Array(ROWS * COLUMNS).fill(1);
    const cell = 5 * COLUMNS + 7;
    const broken = flow.slice();
    broken[cell] = 100;
    mask[cell] = 0.5;
    expect(relativeDivergence(broken, grid)).toBeGreaterThan(0.1);
    expect(relativeDivergence(broken, { ...grid, mask })).toBeLessThan(1e-5);
  });

  test('kinetic energy is a mean over the fluid', () => {
    const flow = frame((x) => (x < 1.5 ? [3, 4] : [0, 0]));
    expect(kineticEnergy(flow, grid)).toBeCloseTo(12.5 / 2, 5);
    const mask = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => (i % COLUMNS < 12 ? 1 : 0));
    expect(kineticEnergy(flow, { ...grid, mask })).toBeCloseTo(12.5, 5);
    expect(() => kineticEnergy(flow, { points: [3], spacing: [1] })).toThrow(
      'two components on a grid of two axes',
    );
  });
});
