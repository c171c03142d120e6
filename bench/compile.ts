import { median } from '../common/median.js';
import { createRandom } from '../common/random.js';
import {
  baTransolver,
  batchSpecs,
  NPSOLVER_2D,
  NPSOLVER_3D,
  type OperatorInputs,
  reducedBasis,
} from '../operators/index.js';
import {
  compileTrainingStep,
  exportOnnx,
  loadModel,
  type NamedTensors,
  parameterCount,
  tf,
} from '../runtime/index.js';
import type { BenchCase } from './main.js';

const models = {
  'ba-transolver of NPSolver in 2D (width 256, 10 blocks)': {
    operator: baTransolver(NPSOLVER_2D),
    features: [3, 4],
  },
  'ba-transolver of NPSolver in 3D (width 300, 10 blocks)': {
    operator: baTransolver(NPSOLVER_3D),
    features: [4, 5],
  },
  'reduced basis, defaults': {
    operator: reducedBasis({ encoder: { cellFeatures: 2, faceFeatures: 4 } }),
    features: [2, 4],
  },
};

/** Time until a model can train, and until an exported one can answer, with the size of their graph files. */
export async function run(repeats: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const [name, { operator, features }] of Object.entries(models)) {
    const parameters = operator.initialParameters(createRandom(1));
    const weightBytes = 4 * parameterCount(parameters);
    const specs = batchSpecs(features[0], features[1], 'batch');
    const train: number[] = [];
    const load: number[] = [];
    let trainBytes = 0;
    let inferBytes = 0;
    for (let repeat = 0; repeat < Math.min(repeats, 3); repeat++) {
      let started = performance.now();
      const step = await compileTrainingStep({
        parameters,
        batchSpecs: specs,
        loss: (weights: NamedTensors, batch: NamedTensors) =>
          tf.mean(tf.square(operator.forward(weights, batch as unknown as OperatorInputs))) as tf.Scalar,
      });
      train.push(performance.now() - started);
      trainBytes = step.models.reduce((sum, { length }) => sum + length, 0);
      await step.dispose();
      started = performance.now();
      const onnx = exportOnnx(
        (inputs, weights) => ({
          [operator.output]: operator.forward(weights, inputs as unknown as OperatorInputs),
        }),
        specs,
        { parameters },
      );
      const loaded = await loadModel(onnx, { device: 'cpu' });
      load.push(performance.now() - started);
      inferBytes = onnx.length - weightBytes;
      await loaded.dispose();
    }
    cases.push({
      name,
      parameters: weightBytes / 4,
      ours_ms: median(train),
      export_and_load_ms: median(load),
      training_graph_kb: trainBytes / 1000,
      inference_graph_kb: inferBytes / 1000,
    });
  }
  return cases;
}
