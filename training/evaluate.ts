import { median } from '../common/median.js';
import { type Progress, silentProgress } from '../common/progress.js';
import { multiply } from '../solvers/index.js';
import { norm } from '../solvers/vectors.js';
import type { EvaluationSample } from './evaluation-samples.js';
import { relativeL2, rootMeanSquareError, volumeWeightedRelativeL2 } from './relative-error.js';

/** Anything that answers a problem with a field, `[cell]`: a surrogate, or a solver to compare with. */
export type Predictor = (
  sample: Omit<EvaluationSample, 'reference'>,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface SampleErrors {
  category: string;
  cells: number;
  /** ‖û − u‖₂/‖u‖₂ over cell vectors, gauge-free where no patch is Dirichlet: the headline figure. */
  relativeL2: number;
  /** The same with cell volumes as weights. */
  volumeWeightedRelativeL2: number;
  rootMeanSquareError: number;
  /** ‖b − Bû‖₂/‖b‖₂ */
  relativeResidual: number;
  seconds: number;
}

export interface ErrorStatistics {
  samples: number;
  meanRelativeL2: number;
  medianRelativeL2: number;
  maximumRelativeL2: number;
  meanVolumeWeightedRelativeL2: number;
  meanRootMeanSquareError: number;
  meanRelativeResidual: number;
  meanSeconds: number;
}

export interface Evaluation {
  samples: SampleErrors[];
  categories: Record<string, ErrorStatistics>;
  /** Unweighted mean of the categories' means. */
  meanRelativeL2: number;
}

export interface EvaluateOptions {
  progress?: Progress;
  signal?: AbortSignal;
}

/** Errors of `predict` on every sample, and their statistics per category. Predictions are timed one by one. */
export async function evaluate(
  predict: Predictor,
  samples: readonly EvaluationSample[],
  { progress = silentProgress, signal }: EvaluateOptions = {},
): Promise<Evaluation> {
  const errors: SampleErrors[] = [];
  for (const sample of samples) {
    signal?.throwIfAborted();
    const started = performance.now();
    const prediction = await predict(sample);
    errors.push(sampleErrors(sample, prediction, (performance.now() - started) / 1000));
    progress.update('evaluation', errors.length, samples.length, { relativeL2: errors.at(-1)!.relativeL2 });
  }
  const names = [...new Set(errors.map(({ category }) => category))];
  const categories = Object.fromEntries(
    names.map((name) => [name, errorStatistics(errors.filter(({ category }) => category === name))]),
  );
  const meanRelativeL2 = mean(Object.values(categories).map((statistics) => statistics.meanRelativeL2));
  return { samples: errors, categories, meanRelativeL2 };
}

function sampleErrors(
  { category, operator, rightHandSide, reference }: EvaluationSample,
  prediction: ArrayLike<number>,
  seconds: number,
): SampleErrors {
  const volumes = operator.mesh.cellVolumes;
  const gauge = operator.singular ? { gaugeVolumes: volumes } : {};
  const product = multiply(operator.matrix, Float64Array.from(prediction));
  const residual = product.map((value, cell) => rightHandSide[cell] - value);
  return {
    category,
    cells: reference.length,
    relativeL2: relativeL2(prediction, reference, gauge),
    volumeWeightedRelativeL2: volumeWeightedRelativeL2(prediction, reference, volumes, {
      gaugeFree: operator.singular,
    }),
    rootMeanSquareError: rootMeanSquareError(prediction, reference, gauge),
    relativeResidual: norm(residual) / norm(rightHandSide),
    seconds,
  };
}

export function errorStatistics(errors: readonly SampleErrors[]): ErrorStatistics {
  const relative = errors.map((error) => error.relativeL2);
  const meanOf = (pick: (error: SampleErrors) => number) => mean(errors.map(pick));
  return {
    samples: errors.length,
    meanRelativeL2: mean(relative),
    medianRelativeL2: median(relative),
    maximumRelativeL2: Math.max(...relative),
    meanVolumeWeightedRelativeL2: meanOf((error) => error.volumeWeightedRelativeL2),
    meanRootMeanSquareError: meanOf((error) => error.rootMeanSquareError),
    meanRelativeResidual: meanOf((error) => error.relativeResidual),
    meanSeconds: meanOf((error) => error.seconds),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
