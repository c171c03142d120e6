import { expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { baTransolver, batchSpecs, NPSOLVER_3D, type OperatorInputs } from '../../operators/index.js';
import { compileTrainingStep, tf } from '../../runtime/index.js';

it('the training graph of the largest network is less than a megabyte, its weights apart', async () => {
  const operator = baTransolver(NPSOLVER_3D);
  const step = await compileTrainingStep({
    parameters: operator.initialParameters(createRandom(1)),
    batchSpecs: batchSpecs(NPSOLVER_3D.cellFeatures, NPSOLVER_3D.faceFeatures, 'batch'),
    loss: (weights, batch) =>
      tf.mean(tf.square(operator.forward(weights, batch as unknown as OperatorInputs))),
  });
  const bytes = step.models.reduce((sum, { length }) => sum + length, 0);
  await step.dispose();
  expect(bytes).toBeLessThan(1e6);
}, 60_000);
