import { describe, expect, test } from 'vitest';
import { frameOf, type Trajectories } from '../../../datasets/index.js';
import { burgersSpectral } from '../../../solvers/index.js';
import {
  bandErrors,
  batchOfFrames,
  blowUpRate,
  burgersBalances,
  compareShocks,
  energySpectrum,
  errorCurve,
  geometricMeanError,
  oneStepDefects,
  relativeErrors,
  rollout,
  rolloutTrajectories,
  stepperNoiseGain,
  totalVariation,
  trajectoryScales,
  usefulHorizons,
} from '../../../training/index.js';

/** Trajectories `[trajectory][frame][point]` of a function of (trajectory, frame, x) on [0, 1). */
function sampled(
  trajectories: number,
  frames: number,
  points: number,
  at: (trajectory: number, frame: number, x: number) => number,
): Trajectories {
  const values = new Float32Array(trajectories * frames * points);
  for (let row = 0; row < trajectories * frames; row++) {
    for (let i = 0; i < points; i++)
      values[row * points + i] = at(Math.floor(row / frames), row % frames, i / points);
  }
  return {
    values,
    trajectories,
    frames,
    components: 1,
    points: [points],
    length: [1],
    interval: 0.02,
    viscosity: new Float64Array(trajectories).fill(0.05),
  };
}

const wave = (k: number, x: number) => Math.cos(2 * Math.PI * k * x + 0.3);

describe('errors', () => {
  const reference = sampled(2, 6, 32, (_, frame, x) => (1 + frame) * wave(2, x));
  const predicted = sampled(2, 6, 32, (trajectory, frame, x) =>
    trajectory === 1 && frame === 5 ? Number.NaN : (1 + frame) * wave(2, x) * (1 + 0.03 * frame),
  );
  const errors = relativeErrors(predicted, reference);

  test('ε of a field that is 1 + ε times too large; numbers that are none count as 1000', () => {
    errors[0].forEach((error, frame) => {
      expect(error).toBeCloseTo(0.03 * frame, 5);
    });
    expect(errors[1][5]).toBe(1e3);
    expect(errorCurve(errors).median[4]).toBeCloseTo(0.12, 5);
    expect(errorCurve(errors).mean[5]).toBeCloseTo((0.15 + 1e3) / 2, 3);
    expect(geometricMeanError([errors[0]])).toBeCloseTo(0.03 * 120 ** (1 / 5), 5);
  });

  test('horizon: frames before the error passes 0.1; blow-up: any above 1', () => {
    expect(usefulHorizons(errors)).toEqual([4, 4]);
    expect(usefulHorizons(errors, 0.5)).toEqual([6, 5]);
    expect(blowUpRate(errors)).toBe(0.5);
  });

  test('other layouts are refused', () => {
    expect(() =>
      relativeErrors(
        sampled(1, 6, 32, () => 1),
        reference,
      ),
    ).toThrow('should agree');
  });
});

describe('spectra', () => {
  test('a cosine of amplitude a has energy a²/4 at its wavenumber; the sum is the mean square', () => {
    const field = Float64Array.from({ length: 40 }, (_, i) => 0.5 + 3 * wave(4, i / 40));
    const spectrum = energySpectrum(field);
    expect(spectrum[4]).toBeCloseTo(9 / 4, 10);
    expect(spectrum[0]).toBeCloseTo(0.25, 10);
    const total = spectrum[0] + 2 * spectrum.subarray(1).reduce((sum, energy) => sum + energy, 0);
    expect(total).toBeCloseTo(
      field.reduce((sum, value) => sum + (value * value) / 40, 0),
      10,
    );
  });

  test('decades too much or too little in a band', () => {
    const of = (high: number, low: number) =>
      sampled(3, 2, 64, (_t, _f, x) => low * wave(2, x) + 0.1 * wave(10, x) + high * wave(25, x));
    const { low, middle, high } = bandErrors(of(0.01, 1), of(0.001, 10), 1);
    expect(high).toBeCloseTo(2, 3);
    expect(low).toBeCloseTo(-2, 3);
    expect(middle).toBeCloseTo(0, 3);
  });
});

describe('shocks', () => {
  const points = 128;
  const shock = (place: number, jump: number) =>
    Float64Array.from({ length: points }, (_, i) => {
      const x = i / points;
      return -0.5 * jump * Math.tanh((x - place) * 20) + jump * (x - 0.5);
    });

  test('strength and place of a shock moved by 3.4 cells', () => {
    const figures = compareShocks(shock(0.5 + 3.4 / points, 0.8), shock(0.5, 1));
    // the grid cuts the two slopes at different places
    expect(Math.abs(figures.strength - 0.8)).toBeLessThan(0.02);
    expect(figures.displacement).toBeCloseTo(3.4, 1);
    expect(figures.shockZoneError).toBeGreaterThan(figures.smoothZoneError);
  });

  test('the places are apart around the period, not through it', () => {
    const turned = (field: Float64Array, by: number) =>
      field.map((_, i) => field[(i + by + points) % points]);
    const field = shock(0.5, 1);
    expect(compareShocks(turned(field, 62), turned(field, -62)).displacement).toBeCloseTo(4, 6);
  });
});

describe('balances and defects', () => {
  const viscosity = 0.05;
  const solver = burgersSpectral({ points: 64, viscosity });
  const exact: Trajectories = {
    ...sampled(1, 21, 64, () => 0),
    values: Float32Array.from(
      solver.rollout(
        Float64Array.from({ length: 64 }, (_, i) => 0.3 + Math.sin((2 * Math.PI * i) / 64)),
        { frames: 21, interval: 0.02 },
      ),
    ),
  };

  test('the solver keeps mass, loses energy by the law and variation always', () => {
    const balances = burgersBalances(exact, exact);
    expect(balances.massDrift).toBeLessThan(1e-6);
    expect(balances.energyResidual).toBeLessThan(1e-3);
    expect([balances.energyGrowth, balances.variationGrowth, balances.extremaGrowth]).toEqual([0, 0, 0]);
    expect(balances.totalVariationRatio).toBeCloseTo(1, 6);
  });

  test('what grows is counted', () => {
    const growing = sampled(1, 21, 64, (_, frame, x) => (1 + 0.01 * frame) * wave(1, x) + 0.1 * frame);
    const balances = burgersBalances(growing, exact);
    expect(balances.massDrift).toBeCloseTo(2, 5);
    expect([balances.energyGrowth, balances.variationGrowth, balances.extremaGrowth]).toEqual([1, 1, 1]);
    expect(totalVariation([0, 1, 0, 1])).toBe(4);
  });

  test('the defect of the solver is none; of standing still, the solver’s step', () => {
    expect(Math.max(...oneStepDefects(exact, () => solver))).toBeLessThan(1e-6);
    const still = { ...exact, values: exact.values.map((_, i) => exact.values[i % 64]) };
    const [first] = oneStepDefects(still, () => solver);
    const [a, b] = [frameOf(exact, 0, 0), frameOf(exact, 0, 1)];
    const moved = Math.hypot(...a.map((value, i) => b[i] - value)) / Math.hypot(...a);
    expect(first).toBeCloseTo(moved, 5);
  });

  test('noise gain of a linear step is its factor’s power', async () => {
    const half = {
      step: async ({ shape, data }: { shape: readonly number[]; data: ArrayLike<number> }) => ({
        shape,
        data: Float32Array.from(data, (value) => 0.8 * value),
      }),
    };
    const gains = await stepperNoiseGain(half, batchOfFrames(exact, 0), 5);
    gains.forEach((gain, n) => {
      expect(gain).toBeCloseTo(0.8 ** n, 4);
    });
  });
});

test('roll-outs of two components keep their places, and start where they are told', async () => {
  const values = Float32Array.from({ length: 2 * 3 * 2 * 4 }, (_, i) => i);
  const data: Trajectories = {
    ...sampled(2, 3, 4, () => 0),
    components: 2,
    values,
  };
  const addOne = {
    step: async ({ shape, data: state }: { shape: readonly number[]; data: ArrayLike<number> }) => ({
      shape,
      // the second component moves
      data: Float32Array.from(state, (value, i) => value + (i % 2)),
    }),
  };
  const predicted = await rolloutTrajectories(addOne, data);
  expect([...frameOf(predicted, 1, 0)]).toEqual([...frameOf(data, 1, 0)]);
  expect([...frameOf(predicted, 1, 2)]).toEqual([...frameOf(data, 1, 0)].map((v, i) => v + (i < 4 ? 0 : 2)));
  await expect(rollout(addOne, batchOfFrames(data, 0), -1)).rejects.toThrow('steps must be an integer');
});

test('scales are standard deviations by component', () => {
  const data = sampled(1, 50, 64, (_, frame, x) => 2 + 3 * Math.sin(2 * Math.PI * (x - frame / 50)));
  const { state, increment, difference } = trajectoryScales(data);
  expect(state[0]).toBeCloseTo(3 / Math.SQRT2, 4);
  expect(increment[0]).toBeCloseTo((3 / Math.SQRT2) * 2 * Math.sin(Math.PI / 50), 4);
  expect(difference[0]).toBeCloseTo((3 / Math.SQRT2) * Math.sin((2 * Math.PI) / 64), 4);
});
