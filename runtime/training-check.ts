import { describeFailure } from './device-check.js';
import type { OpenOptions } from './session-open.js';
import type { Device } from './session-platform.js';
import { tf } from './tf.js';
import { compileTrainingStep, type TrainingStep } from './training-step.js';

/** What a device did with a few training steps whose losses are known. */
export interface TrainingReport {
  readonly works: boolean;
  /** Why it does not work. */
  readonly reason?: string;
  /** Compiling, opening the session and the first step, in milliseconds. */
  readonly firstStep?: number;
  /** The fastest of the later steps, in milliseconds. */
  readonly laterStep?: number;
}

const [SAMPLES, INPUTS, HIDDEN] = [128, 16, 32];
const STEPS = 5;
const RATE = 0.05;
/** Of the largest loss: as for the product of {@link checkDevice}, and steps carry errors along. */
const TOLERANCE = 5e-3;

/**
 * Trains y ≈ tanh(x W) V by Adam for a few steps on a device and compares the losses with the same written out in
 * float64: forward pass, gradient and update, as every training runs them.
 */
export async function checkTraining(device: Device, options: OpenOptions = {}): Promise<TrainingReport> {
  let step: TrainingStep | undefined;
  try {
    const [x, y] = [pattern(SAMPLES * INPUTS, 5), pattern(SAMPLES, 3)];
    const [inWeight, outWeight] = [pattern(INPUTS * HIDDEN, 7), pattern(HIDDEN, 11)];
    const start = performance.now();
    step = await compileTrainingStep({
      ...options,
      device,
      parameters: {
        inWeight: { shape: [INPUTS, HIDDEN], values: inWeight.slice() },
        outWeight: { shape: [HIDDEN, 1], values: outWeight.slice() },
      },
      batchSpecs: {
        x: { shape: [SAMPLES, INPUTS], dtype: 'float32' },
        y: { shape: [SAMPLES, 1], dtype: 'float32' },
      },
      loss: (p, batch) => {
        const hidden = tf.tanh(tf.matMul(batch.x, p.inWeight));
        return tf.mean(tf.square(tf.sub(tf.matMul(hidden, p.outWeight), batch.y))) as tf.Scalar;
      },
    });
    const batch = { x: { shape: [SAMPLES, INPUTS], data: x }, y: { shape: [SAMPLES, 1], data: y } };
    const expected = lossesByHand(x, y, inWeight, outWeight);
    let [firstStep, laterStep, last] = [0, Number.POSITIVE_INFINITY, start];
    for (const [index, reference] of expected.entries()) {
      const { loss } = await step.run(batch, { learningRate: RATE });
      const now = performance.now();
      if (index === 0) firstStep = now - start;
      else laterStep = Math.min(laterStep, now - last);
      last = now;
      const difference = Math.abs(loss - reference) / expected[0];
      if (!(difference <= TOLERANCE)) {
        const reason = `wrong answer: the loss of step ${index + 1} differs by ${difference.toExponential(1)}`;
        return { works: false, reason };
      }
    }
    return { works: true, firstStep, laterStep };
  } catch (error) {
    return { works: false, reason: describeFailure((error as Error).message) };
  } finally {
    await step?.dispose().catch(() => {});
  }
}

/** Eighths in (−½, ½) without symmetry. */
const pattern = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => (((i * step + (i >> 4) * 3) % 7) - 3) / 8);

/** Adam's steps in float64: with h = tanh(x W) and e = h V − y, V̄ = 2/n hᵀe and W̄ = 2/n xᵀ(e Vᵀ ⊙ (1 − h²)). */
function lossesByHand(
  x: Float32Array,
  y: Float32Array,
  inWeight: Float32Array,
  outWeight: Float32Array,
): number[] {
  const theta = Float64Array.from([...inWeight, ...outWeight]);
  const [m, v] = [new Float64Array(theta.length), new Float64Array(theta.length)];
  const out = INPUTS * HIDDEN;
  const losses: number[] = [];
  for (let t = 1; t <= STEPS; t++) {
    const gradient = new Float64Array(theta.length);
    let loss = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const row = x.subarray(sample * INPUTS, (sample + 1) * INPUTS);
      const hidden = Float64Array.from({ length: HIDDEN }, (_, j) =>
        Math.tanh(row.reduce((sum, value, i) => sum + value * theta[i * HIDDEN + j], 0)),
      );
      const error = hidden.reduce((sum, value, j) => sum + value * theta[out + j], 0) - y[sample];
      loss += error ** 2 / SAMPLES;
      for (let j = 0; j < HIDDEN; j++) {
        const slope = (2 * error) / SAMPLES;
        gradient[out + j] += slope * hidden[j];
        const inner = slope * theta[out + j] * (1 - hidden[j] ** 2);
        for (let i = 0; i < INPUTS; i++) gradient[i * HIDDEN + j] += inner * row[i];
      }
    }
    losses.push(loss);
    for (let i = 0; i < theta.length; i++) {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i];
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
      theta[i] -= (RATE * m[i]) / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
    }
  }
  return losses;
}
