import { packParameters, tf } from '../../../runtime/index.js';
import { runInDoublePrecision } from './double-precision.js';
import {
  batchesOf,
  beta1,
  initialParameters,
  learningRate,
  type Training,
  type TrainingResult,
} from './trainings.js';

/**
 * A training by the book, in float64: loss and gradient from TensorFlow.js run eagerly, clipping, accumulation, update
 * and average in plain JavaScript.
 */
export function exactTraining(training: Training): TrainingResult {
  const { parameters: specs, batch: batchSpecs, clipNorm, accumulate = 1, averageDecay } = training;
  const initial = initialParameters(training);
  const names = Object.keys(initial);
  const rule = training.rule({
    shapes: Object.fromEntries(names.map((name) => [name, initial[name].shape])),
    learningRate,
    beta1,
  });
  let theta = [...packParameters(initial)];
  let average = theta;
  let gathered = theta.map(() => 0);
  const [losses, gradientNorms]: [number[], number[]] = [[], []];
  for (const [index, batch] of batchesOf(training).entries()) {
    const { loss, ...gradients } = runInDoublePrecision(
      (inputs) => {
        const weights = names.map((name) => inputs[name]);
        const lossOfWeights = () => training.loss(inputs, inputs);
        const { value, grads } = tf.engine().gradients(lossOfWeights, weights, undefined, true);
        return {
          loss: value,
          ...Object.fromEntries(names.map((name, i) => [name, grads[i] ?? tf.zerosLike(weights[i])])),
        };
      },
      { ...specs, ...batchSpecs },
      { ...arraysOf(training, theta), ...batch },
    );
    const gradient = names.flatMap((name) => Array.from(gradients[name].data));
    gathered = gathered.map((sum, i) => sum + gradient[i] / accumulate);
    const norm = Math.hypot(...gathered);
    losses.push(loss.data[0]);
    gradientNorms.push(norm);
    if ((index + 1) % accumulate > 0) continue;
    const factor = clipNorm === undefined ? 1 : Math.min(1, clipNorm / norm);
    theta = rule(
      theta,
      gathered.map((value) => factor * value),
      (index + 1) / accumulate,
    );
    if (averageDecay !== undefined)
      average = average.map((value, i) => averageDecay * value + (1 - averageDecay) * theta[i]);
    gathered = theta.map(() => 0);
  }
  return {
    losses,
    gradientNorms,
    parameters: theta,
    average: averageDecay === undefined ? undefined : average,
  };
}

/** The packed vector as one array per parameter. */
function arraysOf(training: Training, theta: readonly number[]) {
  let offset = 0;
  return Object.fromEntries(
    Object.entries(initialParameters(training)).map(([name, { shape, values }]) => {
      const data = theta.slice(offset, offset + values.length);
      offset += values.length;
      return [name, { shape, data }];
    }),
  );
}
