import { beforeAll, expect, test } from 'vitest';
import { frameOf, type Trajectories } from '../../../datasets/index.js';
import { burgersSpectral } from '../../../solvers/index.js';
import {
  balanceCurves,
  burgersBalances,
  errorQuartiles,
  medianSpectrum,
  rolloutReport,
  type StateStepper,
} from '../../../training/index.js';
import { smallBurgers } from './small-burgers.js';

let data: Trajectories;
let perfect: StateStepper;
beforeAll(async () => {
  data = await smallBurgers({ trajectories: 5, frames: 16 });
  const solver = burgersSpectral({ points: 64, viscosity: 0.01, underResolved: 'allow' });
  perfect = {
    step: async ({ shape, data: values }) => ({
      shape,
      data: Float32Array.from(solver.step(values as Float32Array, data.interval)),
    }),
  };
});

const words = { title: 'a', summary: 'b' };

test('of the solver itself: no error, the reference’s spectra and energy, the solver’s noise gain', async () => {
  const report = await rolloutReport(perfect, data, {
    ...words,
    others: { same: data },
    trainedFrames: 8,
    spectrumFrames: [5, 50],
  });
  expect(report.errors.map(({ label }) => label)).toEqual(['test', 'same']);
  for (const { lower, median, upper } of report.errors) {
    expect(median).toHaveLength(16);
    for (let n = 0; n < 16; n++) {
      expect(lower[n]).toBeLessThanOrEqual(median[n]);
      expect(median[n]).toBeLessThanOrEqual(upper[n]);
      expect(upper[n]).toBeLessThan(5e-3);
    }
  }
  // frame 50 does not exist
  expect(report.spectra.map(({ frame }) => frame)).toEqual([5]);
  const [{ reference, predicted }] = report.spectra;
  for (let k = 1; k < 10; k++) expect(predicted[k] / reference[k]).toBeCloseTo(1, 1);
  for (let n = 0; n < 16; n++) {
    expect(report.energy.predicted[n] / report.energy.reference[n]).toBeCloseTo(1, 2);
    if (n > 0) expect(report.energy.reference[n]).toBeLessThan(report.energy.reference[n - 1]);
    expect(report.defect[n]).toBeLessThan(1e-3);
  }
  const { model, solver } = report.noiseGain;
  expect(solver).toHaveLength(model.length);
  // from other draws of the noise
  for (const n of [0, 1, 5]) expect(model[n] / solver![n]).toBeCloseTo(1, 0);
  expect(report.samples).toHaveLength(2);
  expect(report.samples[0].reference).toHaveLength(16 * 64);
  expect(report.contraction).toBeUndefined();
  expect(report.horizon).toEqual({ error: 0.1, frame: 15 });
});

test('a roll-out that is lost says so', async () => {
  const growing: StateStepper = {
    step: async ({ shape, data: values }) => ({
      shape,
      data: (values as Float32Array).map((value) => value * 1e6),
    }),
  };
  const { figures } = await rolloutReport(growing, data, words);
  expect(figures.find(({ label }) => label === 'error at step 15')?.value).toBe('lost');
  expect(figures.find(({ label }) => label === 'lost roll-outs')?.value).toMatch(/^100.%$/);
});

test('curves are means over the trajectories of what the figures are made of', () => {
  const curves = balanceCurves(data);
  const squares = Array.from({ length: 5 }, (_, trajectory) =>
    frameOf(data, trajectory, 3).reduce((sum, value) => sum + (0.5 * value * value) / 64, 0),
  );
  expect(curves.energy[3]).toBeCloseTo(squares.reduce((a, b) => a + b, 0) / 5, 6);
  const { energyResidual } = burgersBalances(data, data);
  const mean = curves.energyResidual.reduce((sum, value) => sum + value * value, 0) / 15;
  expect(Math.sqrt(mean)).toBeCloseTo(energyResidual, 8);
  const quartiles = errorQuartiles([1, 2, 3, 4, 9].map((value) => Float64Array.of(value)));
  expect([quartiles.lower[0], quartiles.median[0], quartiles.upper[0]]).toEqual([2, 3, 4]);
  expect(errorQuartiles([Float64Array.of(1), Float64Array.of(2)]).upper[0]).toBe(1.75);
  const wave = { ...data, values: data.values.map((_, at) => Math.cos((2 * Math.PI * 3 * (at % 64)) / 64)) };
  const spectrum = medianSpectrum(wave, 2);
  expect(spectrum[3]).toBeCloseTo(0.25, 6);
  expect(spectrum[4]).toBeCloseTo(0, 6);
});
