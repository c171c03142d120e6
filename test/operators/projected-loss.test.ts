import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { batchSpecs, projectedLoss, ritzEnergy } from '../../operators/index.js';
import { compileTrainingStep, type tf } from '../../runtime/index.js';
import { tf as tensors } from '../../runtime/tf.js';

/** Products of cells × rank must be written alike at all sizes that a compiler tries for the open number of cells. */
test.each([32, 52, 64, 75, 128])(
  'a training step of rank %i compiles with open cell and face counts',
  async (rank) => {
    const random = createRandom(rank);
    const values = Float32Array.from({ length: 4 * rank }, () => random.normal());
    const step = await compileTrainingStep({
      parameters: { weight: { shape: [4, rank], values } },
      batchSpecs: batchSpecs(4, 3, 2),
      loss: ({ weight }, { cells }) => {
        const basis = tensors.reshape(tensors.matMul(tensors.reshape(cells as tf.Tensor, [-1, 4]), weight), [
          2,
          -1,
          rank,
        ]);
        return projectedLoss(ritzEnergy(), basis, { sources: 16 });
      },
    });
    expect(step).toBeDefined();
    await step.dispose();
  },
);
