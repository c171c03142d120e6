import { DivergenceError, type Parameters } from '../../runtime/index.js';
import type { TrainingBatch } from '../../training/batch-queue.js';
import type { Optimizer, OptimizerState } from '../../training/trainer.js';

/** Adam on ‖Xw − y‖²/n for w of four numbers, in plain code: a run whose steps cost nothing. */
export function leastSquaresOptimizer(): Optimizer {
  const group = (): Parameters => ({ w: { shape: [4], values: new Float32Array(4) } });
  let state: OptimizerState = {
    step: 0,
    parameters: group(),
    firstMoments: group(),
    secondMoments: group(),
  };
  const copy = ({ step, parameters, firstMoments, secondMoments }: OptimizerState): OptimizerState =>
    structuredClone({ step, parameters, firstMoments, secondMoments });
  return {
    state: () => copy(state),
    restore: (other) => {
      state = copy(other);
    },
    async run(batch, { learningRate, beta1 }) {
      const [w, m, v] = [state.parameters, state.firstMoments, state.secondMoments].map(({ w }) => w.values);
      const { data: x } = batch.x;
      const { data: y } = batch.y;
      const gradient = new Float64Array(4);
      let loss = 0;
      for (let row = 0; row < y.length; row++) {
        let error = -y[row];
        for (let j = 0; j < 4; j++) error += x[4 * row + j] * w[j];
        loss += (error * error) / y.length;
        for (let j = 0; j < 4; j++) gradient[j] += (2 * error * x[4 * row + j]) / y.length;
      }
      if (!Number.isFinite(loss)) throw new DivergenceError(`loss ${loss}`);
      state.step++;
      for (let j = 0; j < 4; j++) {
        m[j] = beta1 * m[j] + (1 - beta1) * gradient[j];
        v[j] = 0.999 * v[j] + 0.001 * gradient[j] ** 2;
        w[j] -= (learningRate * m[j]) / (Math.sqrt(v[j] / (1 - 0.999 ** state.step)) + 1e-8);
      }
      return { loss, gradientNorm: Math.hypot(...gradient) };
    },
  };
}

/** Batch i of the problem with solution (1, 2, 3, 4), from i alone. */
export async function leastSquaresBatch(index: number): Promise<TrainingBatch> {
  const x = Float32Array.from({ length: 32 }, (_, k) => Math.sin(1 + index * 32 + k * k));
  const y = Float32Array.from({ length: 8 }, (_, row) =>
    [1, 2, 3, 4].reduce((sum, w, j) => sum + w * x[4 * row + j], 0),
  );
  return { inputs: { x: { shape: [8, 4], data: x }, y: { shape: [8], data: y } } };
}
