import type { Trajectories } from '../../datasets/index.js';
import { burgersSpectral } from '../../solvers/index.js';
import type { StateStepper } from './open-stepper.js';
import { type Balances, burgersBalances } from './rollout-balances.js';
import { oneStepDefects } from './rollout-defect.js';
import {
  blowUpRate,
  errorCurve,
  geometricMeanError,
  relativeErrors,
  usefulHorizons,
} from './rollout-errors.js';
import { type NoiseOptions, noisyStates, stepperNoiseGain } from './rollout-noise.js';
import { type ShockFigures, shockFigures } from './rollout-shocks.js';
import { type BandErrors, bandErrors } from './rollout-spectrum.js';
import { rolloutTrajectories } from './rollout-trajectories.js';
import { batchOfFrames } from './trajectory-states.js';

export interface EvaluateStepperOptions extends NoiseOptions {
  /** Frame at which spectra are compared, and the one at which shocks are. */
  spectrumFrame?: number;
  shockFrame?: number;
  /** Length of a roll-out from a noisy start, and frame of the states whose noise gain is taken. */
  noisySteps?: number;
  gainFrame?: number;
}

export const EVALUATE_STEPPER_DEFAULTS = {
  spectrumFrame: 50,
  shockFrame: 25,
  noisySteps: 10,
  gainFrame: 10,
} as const;

/** Figures of a roll-out against Burgers trajectories on one axis. */
export interface StepperEvaluation {
  /** Median and mean of the relative L² error over the trajectories, by frame */
  readonly errors: { readonly median: Float64Array; readonly mean: Float64Array };
  readonly geometricMean: number;
  /** Median of the frames before the error passes 0.1 */
  readonly horizon: number;
  readonly blowUpRate: number;
  readonly bands: BandErrors;
  readonly shocks: ShockFigures;
  readonly balances: Balances;
  /** Root mean square of the one-step defect against the solver over the roll-out's states */
  readonly defect: number;
  /** By step: from frame n to n + 1 */
  readonly defects: Float64Array;
  /** γ_n, n = 0 … 20 */
  readonly noiseGain: Float64Array;
  /** Median error after `noisySteps` from a noisy start */
  readonly noisyStart: number;
  readonly predicted: Trajectories;
}

const GAIN_STEPS = 20;

/** Rolls a stepper out over all frames of a data set of Burgers trajectories on one periodic axis and judges it. */
export async function evaluateStepper(
  model: StateStepper,
  data: Trajectories,
  options: EvaluateStepperOptions = {},
): Promise<StepperEvaluation> {
  const settings = { ...EVALUATE_STEPPER_DEFAULTS, ...options };
  const last = data.frames - 1;
  const [spectrumFrame, shockFrame, gainFrame, noisySteps] = [
    Math.min(settings.spectrumFrame, last),
    Math.min(settings.shockFrame, last),
    Math.min(settings.gainFrame, last),
    Math.min(settings.noisySteps, last),
  ];
  const predicted = await rolloutTrajectories(model, data);
  const errors = relativeErrors(predicted, data);
  const sorted = usefulHorizons(errors).sort((a, b) => a - b);
  const noisy = await rolloutTrajectories(model, data, {
    steps: noisySteps,
    initial: noisyStates(batchOfFrames(data, 0), options),
  });
  const noisyErrors = errorCurve(relativeErrors(noisy, data)).median;
  const solvers = new Map<number, ReturnType<typeof burgersSpectral>>();
  const defects = oneStepDefects(predicted, (viscosity) => {
    const solver =
      solvers.get(viscosity) ??
      burgersSpectral({ points: data.points, length: data.length, viscosity, underResolved: 'allow' });
    solvers.set(viscosity, solver);
    return solver;
  });
  return {
    errors: errorCurve(errors),
    geometricMean: geometricMeanError(errors),
    horizon: sorted[sorted.length >> 1],
    blowUpRate: blowUpRate(errors),
    bands: bandErrors(predicted, data, spectrumFrame),
    shocks: shockFigures(predicted, data, shockFrame),
    balances: burgersBalances(predicted, data),
    defect: Math.sqrt(defects.reduce((sum, defect) => sum + defect * defect, 0) / defects.length),
    defects,
    noiseGain: await stepperNoiseGain(model, batchOfFrames(data, gainFrame), GAIN_STEPS, options),
    noisyStart: noisyErrors[noisyErrors.length - 1],
    predicted,
  };
}
