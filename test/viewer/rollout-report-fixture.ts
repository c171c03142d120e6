import type { RolloutReportData } from '../../common/rollout-report-data.js';

/** A decaying wave and a prediction that lags behind it. */
export function rolloutReportFixture() {
  const [points, frames, interval] = [32, 21, 0.05];
  const wave = (shift: number, size: number) =>
    Array.from({ length: frames * points }, (_, at) => {
      const frame = Math.floor(at / points);
      const x = (at % points) / points;
      return size * Math.exp(-0.03 * frame) * Math.sin(2 * Math.PI * (x - shift * frame));
    });
  const sample = (title: string, shift: number) => ({
    title,
    reference: wave(0.02, 1),
    predicted: wave(shift, 0.98),
  });
  const curve = (at: (index: number) => number, length = frames) => Array.from({ length }, (_, i) => at(i));
  const decay = (size: number) => curve((frame) => size * Math.exp(-0.06 * frame));
  const data = {
    title: 'a <stepper>',
    summary: 'A wave & its prediction.',
    figures: [{ label: 'error at step 20', value: '3 %', note: 'median' }],
    points,
    length: 1,
    interval,
    frames,
    trainedFrames: 11,
    samples: [sample('Typical trajectory', 0.021), sample('Worst trajectory', 0.03)],
    errors: [
      {
        label: 'test',
        lower: curve((frame) => 0.002 * frame),
        median: curve((frame) => 0.004 * frame),
        upper: curve((frame) => 0.009 * frame),
      },
    ],
    horizon: { error: 0.1, frame: 20 },
    spectra: [
      {
        frame: 10,
        reference: curve((k) => 10 ** (-k / 2), 17),
        predicted: curve((k) => 10 ** (-k / 3), 17),
      },
    ],
    energy: { reference: decay(0.25), predicted: decay(0.24) },
    variation: { reference: decay(4), predicted: decay(3.9) },
    energyResidual: { reference: curve(() => 1e-5), predicted: curve(() => 1e-3) },
    defect: curve(() => 2e-3),
    noiseGain: { level: 0.05, model: curve((n) => 0.9 ** n), solver: curve((n) => 0.5 ** n) },
    contraction: {
      neighbourhood: 'for all states nearby',
      firstFrame: 0,
      lower: [1.05, 1.06],
      upper: [1.2, 1.25],
      solver: [1.04, 1.05],
      growth: { lower: [1, 1.05, 1.1], upper: [1, 1.2, 1.5] },
      admissible: 'The growth is proved for small perturbations.',
    },
    configuration: { operator: 'fno' },
  };
  return data satisfies RolloutReportData;
}
