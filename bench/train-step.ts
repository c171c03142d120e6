import { median } from '../common/median.js';
import { createRandom } from '../common/random.js';
import { baTransolver, NPSOLVER_2D, type OperatorInputs } from '../operators/index.js';
import {
  compileTrainingStep,
  type HostArray,
  type NamedTensors,
  type Parameters,
  tf,
} from '../runtime/index.js';
import type { BenchCase } from './main.js';
import { torchStep } from './peers.js';
import { reducedBasisStep } from './reduced-basis-step.js';

/** Sizes of the case: width 128, 4 blocks, 2 meshes of 2,048 cells and 256 boundary faces. */
const BATCH = 2;
const CELLS = 2048;
const FACES = 256;
const ROUNDS = 3;

const network = baTransolver({ ...NPSOLVER_2D, width: 128, blocks: 4 });

const batchSpecs = {
  cells: { shape: ['batch', 'cells', 3], dtype: 'float32' },
  faces: { shape: ['batch', 'faces', 4], dtype: 'float32' },
  cellMask: { shape: ['batch', 'cells'], dtype: 'float32' },
  faceMask: { shape: ['batch', 'faces'], dtype: 'float32' },
  target: { shape: ['batch', 'cells', 1], dtype: 'float32' },
} as const;

function loss(parameters: NamedTensors, batch: NamedTensors): tf.Scalar {
  const prediction = network.forward(parameters, batch as unknown as OperatorInputs);
  return tf.mean(tf.squaredDifference(prediction, batch.target));
}

/** Forward, backward and Adam of one network: compiled, eager on TensorFlow.js's wasm backend, and in PyTorch. */
export async function run(repeats: number): Promise<BenchCase[]> {
  const random = createRandom(1);
  const parameters = network.initialParameters(random);
  const normal = (...shape: number[]): HostArray => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  });
  const ones = (...shape: number[]): HostArray => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
  });
  const batch: Record<string, HostArray> = {
    cells: normal(BATCH, CELLS, 3),
    faces: normal(BATCH, FACES, 4),
    cellMask: ones(BATCH, CELLS),
    faceMask: ones(BATCH, FACES),
    target: normal(BATCH, CELLS, 1),
  };
  const step = await compileTrainingStep({ loss, parameters, batchSpecs });
  const eager = await eagerWasm(parameters, batch);
  const ours: number[] = [];
  const wasm: number[] = [];
  const torch: (number | null)[] = [];
  // in turns, so that a busy moment of the machine meets all of them
  for (let round = 0; round < ROUNDS; round++) {
    for (let repeat = 0; repeat < repeats + 2; repeat++) {
      const started = performance.now();
      await step.run(batch, { learningRate: 1e-3 });
      if (repeat >= 2) ours.push(performance.now() - started);
    }
    torch.push(torchStep('ba-transolver', repeats));
    const started = performance.now();
    await eager();
    wasm.push(performance.now() - started);
  }
  await step.dispose();
  const ours_ms = median(ours);
  const tfjs_wasm_ms = median(wasm);
  const torch_ms = torch.includes(null) ? null : median(torch as number[]);
  return [
    {
      name: 'ba-transolver width 128, 4 blocks, 2 × (2048 cells + 256 faces)',
      ours_ms,
      tfjs_wasm_ms,
      torch_ms,
      ratio_tfjs_wasm: ours_ms / tfjs_wasm_ms,
      ratio_torch: torch_ms === null ? null : ours_ms / torch_ms,
    },
    await reducedBasisStep(repeats),
  ];
}

/** The same step on TensorFlow.js's own engine and optimizer; called once here to warm up. */
async function eagerWasm(
  parameters: Parameters,
  batch: Record<string, HostArray>,
): Promise<() => Promise<void>> {
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  const variables = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, values }]) => [
      name,
      tf.variable(tf.tensor(values, [...shape])),
    ]),
  );
  const tensors = Object.fromEntries(
    Object.entries(batch).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
  const adam = tf.train.adam(1e-3);
  const run = async () => {
    const value = adam.minimize(() => loss(variables, tensors), true, Object.values(variables));
    await value!.data();
    value!.dispose();
  };
  await run();
  return run;
}
