import type { SessionOptions } from '../runtime/index.js';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
import type { EvaluationSample } from './evaluation-samples.js';
import { exportModel } from './export.js';
import { openSurrogate } from './surrogate.js';
import type { TrainedOperator } from './train.js';

/** Errors of a run's model as others will get it: exported, opened again and asked. */
export async function evaluateRun(
  run: TrainedOperator,
  samples: readonly EvaluationSample[],
  { progress, signal, ...session }: SessionOptions & EvaluateOptions = {},
): Promise<Evaluation> {
  const surrogate = await openSurrogate(await exportModel(run), session);
  try {
    return await evaluate(surrogate.answer, samples, { progress, signal });
  } finally {
    await surrogate.dispose();
  }
}
