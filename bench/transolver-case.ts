import { createRandom, type Random } from '../common/random.js';
import { baTransolver, NPSOLVER_2D, type OperatorInputs } from '../operators/index.js';
import { exportOnnx, type HostArray, type NamedTensors, tf } from '../runtime/index.js';

/** The network of several benches, as in peers/train_step.py: BA-Transolver of width 128 with 4 blocks. */
export const transolver = baTransolver({ ...NPSOLVER_2D, width: 128, blocks: 4 });

export const transolverParameters = () => transolver.initialParameters(createRandom(1));

const inputSpecs = {
  cells: { shape: ['batch', 'cells', 3], dtype: 'float32' },
  faces: { shape: ['batch', 'faces', 4], dtype: 'float32' },
  cellMask: { shape: ['batch', 'cells'], dtype: 'float32' },
  faceMask: { shape: ['batch', 'faces'], dtype: 'float32' },
} as const;

export const transolverBatchSpecs = {
  ...inputSpecs,
  target: { shape: ['batch', 'cells', 1], dtype: 'float32' },
} as const;

const forward = (parameters: NamedTensors, inputs: NamedTensors): tf.Tensor =>
  transolver.forward(parameters, inputs as unknown as OperatorInputs);

export const transolverLoss = (parameters: NamedTensors, batch: NamedTensors): tf.Scalar =>
  tf.mean(tf.squaredDifference(forward(parameters, batch), batch.target));

/** Exported with weights, for any batch and mesh. */
export const transolverModel = (): Uint8Array =>
  exportOnnx((inputs, parameters) => ({ field: forward(parameters, inputs) }), inputSpecs, {
    parameters: transolverParameters(),
  });

/** Makes arrays of normally distributed numbers, one after the other from the generator's stream. */
export function normalArrays(random: Random): (...shape: number[]) => HostArray {
  return (...shape) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  });
}

/** Inputs of the model, normally distributed; none is masked. */
export function transolverBatch(
  batch: number,
  cells: number,
  faces: number,
): Record<keyof typeof inputSpecs, HostArray> {
  const normal = normalArrays(createRandom(2));
  const ones = (count: number): HostArray => ({
    shape: [batch, count],
    data: new Float32Array(batch * count).fill(1),
  });
  return {
    cells: normal(batch, cells, 3),
    faces: normal(batch, faces, 4),
    cellMask: ones(cells),
    faceMask: ones(faces),
  };
}
