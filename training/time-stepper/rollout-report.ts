import type { Progress } from '../../common/progress.js';
import { createRandom } from '../../common/random.js';
import type { RolloutReportData } from '../../common/rollout-report-data.js';
import { frameSize, type Trajectories } from '../../datasets/index.js';
import { type BurgersSpectral, burgersSpectral, noiseGain } from '../../solvers/index.js';
import { type CertifyContractionOptions, certifyContraction } from './certify-contraction.js';
import { type EvaluateStepperOptions, evaluateStepper, type StepperEvaluation } from './evaluate-stepper.js';
import type { StateStepper } from './open-stepper.js';
import { rollout } from './rollout.js';
import { balanceCurves } from './rollout-balances.js';
import { errorQuartiles, LARGEST_ERROR, relativeErrors } from './rollout-errors.js';
import { NOISE_DEFAULTS } from './rollout-noise.js';
import { medianSpectrum } from './rollout-spectrum.js';
import { rolloutTrajectories } from './rollout-trajectories.js';
import type { StepperWithWeights } from './stepper-from-onnx.js';
import { batchOfFrames } from './trajectory-states.js';

export interface RolloutReportOptions extends EvaluateStepperOptions {
  title: string;
  summary: string;
  /** Further sets whose errors are drawn beside those of the data, by name. */
  others?: Readonly<Record<string, Trajectories>>;
  /** Frames of the training trajectories: what lies beyond them is marked. */
  trainedFrames?: number;
  /** Frames whose spectra are drawn. */
  spectrumFrames?: readonly number[];
  /** Bounds on what steps stretch, for the first `frames` states of the typical trajectory. */
  contraction?: StepperWithWeights & {
    readonly frames: number;
  } & Pick<CertifyContractionOptions, 'radius' | 'region'>;
  configuration?: Readonly<Record<string, string>>;
  progress?: Progress;
  signal?: AbortSignal;
}

export const ROLLOUT_REPORT_DEFAULTS = { spectrumFrames: [10, 50] } as const;

const USELESS = 0.1;
const GAIN_FRAME = 10;

/**
 * Rolls a stepper out over a data set of Burgers trajectories on one periodic axis and gathers all that `renderRolloutReport` of
 * fieldsmith/viewer draws: the typical and the worst trajectory, errors, spectra, noise gain beside the solver's, energy and total
 * variation beside the reference's, and the certified stretch of the steps where asked for.
 */
export async function rolloutReport(
  model: StateStepper,
  data: Trajectories,
  options: RolloutReportOptions,
): Promise<RolloutReportData> {
  const { title, summary, others = {}, trainedFrames, configuration = {}, contraction } = options;
  const { interval, frames, points, length } = data;
  const evaluation = await evaluateStepper(model, data, options);
  const { predicted } = evaluation;
  const errors = relativeErrors(predicted, data);
  const [typical, worst] = typicalAndWorst(errors);
  const solver = burgersSpectral({ points, length, viscosity: data.viscosity[0], underResolved: 'allow' });
  const sets = [{ label: 'test', quartiles: errorQuartiles(errors) }];
  for (const [label, set] of Object.entries(others)) {
    const quartiles = errorQuartiles(relativeErrors(await rolloutTrajectories(model, set), set));
    sets.push({ label, quartiles });
  }
  const [own, reference] = [balanceCurves(predicted), balanceCurves(data)];
  const spectrumFrames = options.spectrumFrames ?? ROLLOUT_REPORT_DEFAULTS.spectrumFrames;
  const gain = solverGain(solver, data, evaluation.noiseGain.length, options);
  const sample = (name: string, trajectory: number) => ({
    title: `${name} trajectory: number ${trajectory}, error ${percent(errors[trajectory][frames - 1])} at its end`,
    reference: ofTrajectory(data, trajectory),
    predicted: ofTrajectory(predicted, trajectory),
  });
  const stretch = contraction
    ? await certified(model, data, typical, solver, contraction, options)
    : undefined;
  return {
    title,
    summary,
    figures: [...headlines(evaluation, gain, frames, points[0]), ...stretchFigure(stretch)],
    points: points[0],
    length: length[0],
    interval,
    frames,
    trainedFrames,
    samples: [sample('Typical', typical), ...(worst === typical ? [] : [sample('Worst', worst)])],
    errors: sets.map(({ label, quartiles }) => ({ label, ...quartiles })),
    horizon: { error: USELESS, frame: evaluation.horizon - 1 },
    spectra: spectrumFrames
      .filter((frame) => frame < frames)
      .map((frame) => ({
        frame,
        reference: medianSpectrum(data, frame),
        predicted: medianSpectrum(predicted, frame),
      })),
    energy: { reference: reference.energy, predicted: own.energy },
    variation: { reference: reference.variation, predicted: own.variation },
    energyResidual: { reference: reference.energyResidual, predicted: own.energyResidual },
    defect: Float64Array.of(0, ...evaluation.defects),
    noiseGain: {
      level: options.level ?? NOISE_DEFAULTS.level,
      model: evaluation.noiseGain,
      solver: gain,
    },
    ...(stretch ? { contraction: stretch } : {}),
    configuration,
  };
}

async function certified(
  model: StateStepper,
  data: Trajectories,
  sample: number,
  stepper: BurgersSpectral,
  { frames, radius, region, ...trained }: NonNullable<RolloutReportOptions['contraction']>,
  { progress, signal }: RolloutReportOptions,
): Promise<NonNullable<RolloutReportData['contraction']>> {
  const states = await rollout(model, batchOfFrames(data, 0), frames - 1);
  const certificate = await certifyContraction(trained, states, {
    radius,
    region,
    sample,
    solver: { stepper, interval: data.interval },
    progress,
    signal,
  });
  const { contraction, growth, admissible } = certificate;
  const size = contraction[0].radius;
  const of = (name: 'lower' | 'upper' | 'solver') =>
    Float64Array.from(contraction, (each) => each[name] ?? Number.NaN);
  return {
    neighbourhood:
      certificate.region === 'ball'
        ? `for all states that differ from it by a root mean square of at most ${percent(size)} of the states’ standard deviation`
        : `for all states that differ from it by at most ${percent(size)} of the states’ standard deviation at every point`,
    firstFrame: 0,
    lower: of('lower'),
    upper: of('upper'),
    solver: of('solver'),
    growth,
    admissible: `The growth is proved for perturbations of a root mean square of at most ${percent(admissible)} of it.`,
  };
}

function stretchFigure(stretch: RolloutReportData['contraction']): RolloutReportData['figures'] {
  if (!stretch) return [];
  const [least, most] = [stretch.lower, stretch.upper].map((values) => Math.max(...Array.from(values)));
  return [
    {
      label: 'largest stretch of a step',
      value: `${least.toFixed(2)} – ${most.toFixed(2)}`,
      note: 'seen, and proved nearby',
    },
  ];
}

function headlines(
  { errors, horizon, blowUpRate, noiseGain: model, bands, noisyStart }: StepperEvaluation,
  solver: Float64Array,
  frames: number,
  points: number,
): RolloutReportData['figures'] {
  const [middle, last] = [Math.min(50, frames - 1), frames - 1];
  const decades = bands.high;
  return [
    { label: `error at step ${middle}`, value: percent(errors.median[middle]), note: 'median, relative L²' },
    ...(last > middle
      ? [{ label: `error at step ${last}`, value: percent(errors.median[last]), note: 'median, relative L²' }]
      : []),
    {
      label: 'useful frames',
      value: `${horizon - 1}${horizon === frames ? ' (all)' : ''}`,
      note: `error below ${USELESS}, median`,
    },
    { label: 'lost roll-outs', value: percent(blowUpRate), note: 'error ever above 1' },
    {
      label: 'noise after 5 steps',
      value: percent(model[5]),
      note: `the solver leaves ${percent(solver[5])}`,
    },
    {
      label: `energy of waves beyond ${points / 4}`,
      value: `${decades > 0 ? '+' : '−'}${Math.abs(decades).toFixed(1)} decades`,
      note: 'against the reference; 0 is right',
    },
    { label: 'error from a noisy start', value: percent(noisyStart), note: 'median, 10 steps' },
  ];
}

function percent(fraction: number): string {
  if (!(fraction < LARGEST_ERROR)) return 'lost';
  const value = 100 * fraction;
  return value >= 1000 ? `${value.toExponential(1)}\u00a0%` : `${Number(value.toPrecision(3))}\u00a0%`;
}

/** By the error of the last frame. */
function typicalAndWorst(errors: readonly Float64Array[]): [typical: number, worst: number] {
  const order = errors.map((_, trajectory) => trajectory);
  const last = errors[0].length - 1;
  order.sort((a, b) => errors[a][last] - errors[b][last]);
  return [order[(order.length - 1) >> 1], order[order.length - 1]];
}

function ofTrajectory(data: Trajectories, trajectory: number): Float32Array {
  const size = data.frames * frameSize(data);
  return data.values.subarray(trajectory * size, (trajectory + 1) * size);
}

/** γ_n of the solver from the same states, over the whole batch. */
function solverGain(
  solver: BurgersSpectral,
  data: Trajectories,
  count: number,
  { gainFrame = GAIN_FRAME, level = NOISE_DEFAULTS.level, seed = NOISE_DEFAULTS.seed }: RolloutReportOptions,
): Float64Array {
  const states = batchOfFrames(data, Math.min(gainFrame, data.frames - 1));
  const gains = noiseGain(solver, states.data as Float32Array, {
    interval: data.interval,
    after: Array.from({ length: count }, (_, n) => n),
    level,
    random: createRandom(seed),
  });
  return Float64Array.from(gains, (each) =>
    Math.sqrt(each.reduce((sum, gain) => sum + gain * gain, 0) / each.length),
  );
}
