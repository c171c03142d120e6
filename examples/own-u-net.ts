import { createMesh } from 'fieldsmith/geometry';
import {
  compileTrainingStep,
  createRandom,
  exportOnnx,
  type HostArray,
  loadModel,
  type NamedTensors,
  type Parameters,
  type Random,
  type SessionOptions,
  tf,
  useEagerBackend,
} from 'fieldsmith/runtime';
import { assemble, conjugateGradient, incompleteCholesky } from 'fieldsmith/solvers';

/** Cells along a side of the unit square; a multiple of 4, since it is halved twice. */
export const SIDE = 32;
const BATCH = 8;
/** Channels of the three levels, 32², 16² and 8² cells. */
const CHANNELS = [8, 16, 32];

const image = { shape: ['batch', SIDE, SIDE, 1], dtype: 'float32' } as const;

/**
 * A U-Net in plain TensorFlow.js, which knows nothing of Fieldsmith: two convolutions a level, halved by pooling on
 * the way down, doubled and joined with the same level's features on the way up.
 */
export function uNet(parameters: NamedTensors, source: tf.Tensor): tf.Tensor {
  const convolution = (x: tf.Tensor, name: string): tf.Tensor =>
    tf.add(
      tf.conv2d(x as tf.Tensor4D, parameters[`${name}.kernel`] as tf.Tensor4D, 1, 'same'),
      parameters[`${name}.bias`],
    );
  const level = (x: tf.Tensor, name: string): tf.Tensor =>
    tf.elu(convolution(tf.elu(convolution(x, `${name}.first`)), `${name}.second`));
  const half = (x: tf.Tensor): tf.Tensor => tf.avgPool(x as tf.Tensor4D, 2, 2, 'same');
  const joined = (x: tf.Tensor, skip: tf.Tensor): tf.Tensor =>
    tf.concat([tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [skip.shape[1]!, skip.shape[2]!]), skip], 3);
  const fine = level(source, 'down0');
  const middle = level(half(fine), 'down1');
  const coarse = level(half(middle), 'down2');
  const up = level(joined(level(joined(coarse, middle), 'up1'), fine), 'up0');
  return convolution(up, 'out');
}

export interface UNetTraining {
  readonly steps: number;
  /** Where it trains; by default the processor. */
  readonly device?: SessionOptions['device'];
  /** In a browser: where ONNX Runtime's WebAssembly files are served. */
  readonly wasmPaths?: string;
  readonly onFallback?: (message: string) => void;
  /** Called after each step, and awaited; `parameters()` copies the weights of that moment. */
  readonly onStep?: (progress: {
    readonly step: number;
    readonly loss: number;
    parameters(): Parameters;
  }) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** Sources of problems that are not trained on, and the solver's answers, `[problem, row, column, 1]`. */
export const heldOut = (): { source: HostArray; field: HostArray } => problems(16, createRandom(4));

/**
 * Teaches −Δu = q on the unit square, u = 0 around it, to a U-Net of one's own: the solver labels random sources, and
 * the training step is one ONNX graph, in Node and in the browser.
 *
 * @returns the trained weights and the exported file
 */
export async function trainUNet({ steps, onStep, signal, ...session }: UNetTraining) {
  const random = createRandom(3);
  const training = problems(96, random);
  const step = await compileTrainingStep({
    parameters: initialParameters(random),
    batchSpecs: { source: image, field: image },
    loss: (parameters, { source, field }) => tf.mean(tf.squaredDifference(uNet(parameters, source), field)),
    clipNorm: 1,
    ...session,
  });
  for (let i = 0; i < steps && !signal?.aborted; i++) {
    const from = (i * BATCH) % training.source.shape[0];
    const learningRate = 2e-3 * (1 + Math.cos((Math.PI * i) / steps));
    const { loss } = await step.run(rows(training, from, from + BATCH), { learningRate });
    await onStep?.({ step: i + 1, loss, parameters: () => step.parameters() });
  }
  const parameters = step.parameters();
  await step.dispose();
  const onnx = exportOnnx(
    (inputs, weights) => ({ field: uNet(weights, inputs.source) }),
    { source: image },
    { parameters },
  );
  return { parameters, onnx };
}

/** Trains, opens the exported file, and compares it with the solver and with plain TensorFlow.js. */
export async function run(steps = 250) {
  const { parameters, onnx } = await trainUNet({ steps });
  const held = heldOut();
  const model = await loadModel(onnx);
  const { field } = await model.run({ source: held.source });
  await model.dispose();
  await useEagerBackend();
  const eager = uNet(
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
    ),
    tf.tensor(held.source.data, [...held.source.shape]),
  );
  return {
    bytes: onnx.length,
    relativeError: relativeDifference(field.data, held.field.data),
    differenceFromTensorFlow: relativeDifference(field.data, await eager.data()),
  };
}

/** Sources of a few smooth waves and the solver's temperatures for them, `[problem, row, column, 1]`. */
function problems(count: number, random: Random): { source: HostArray; field: HostArray } {
  const mesh = squareGrid();
  const shape = [count, SIDE, SIDE, 1];
  const source = { shape, data: new Float32Array(count * SIDE * SIDE) };
  const field = { shape, data: new Float32Array(count * SIDE * SIDE) };
  for (let problem = 0; problem < count; problem++) {
    const waves = Array.from({ length: 4 }, () => ({
      amplitude: random.normal(),
      phase: random.uniform(0, 2 * Math.PI),
      along: [random.uniform(-8, 8), random.uniform(-8, 8)],
    }));
    const q = ([x, y]: readonly number[]): number =>
      waves.reduce(
        (sum, { amplitude, phase, along }) => sum + amplitude * Math.sin(along[0] * x + along[1] * y + phase),
        0,
      );
    const { operator, rightHandSide } = assemble({
      mesh,
      source: q,
      boundaryConditions: { boundary: { type: 'dirichlet', value: 0 } },
    });
    const { solution } = conjugateGradient(operator.matrix, rightHandSide, {
      preconditioner: incompleteCholesky(operator.matrix),
      relativeTolerance: 1e-8,
    });
    const at = problem * SIDE * SIDE;
    for (let cell = 0; cell < SIDE * SIDE; cell++) {
      const centre = mesh.cellCentroids.subarray(2 * cell, 2 * cell + 2);
      source.data[at + cell] = q(Array.from(centre));
      // the first eigenvalue of −Δ brings both to one size
      field.data[at + cell] = 2 * Math.PI ** 2 * solution[cell];
    }
  }
  return { source, field };
}

/** Cells row by row, so that a field of the mesh is an image. */
function squareGrid() {
  const across = SIDE + 1;
  const points = Array.from({ length: across * across }, (_, i): [number, number] => [
    (i % across) / SIDE,
    Math.floor(i / across) / SIDE,
  ]);
  const cells = Array.from({ length: SIDE * SIDE }, (_, i) => {
    const corner = Math.floor(i / SIDE) * across + (i % SIDE);
    return [corner, corner + 1, corner + across + 1, corner + across];
  });
  return createMesh({ points, cells });
}

function initialParameters(random: Random): Parameters {
  const [fine, middle, coarse] = CHANNELS;
  const parameters: Parameters = {};
  const convolution = (name: string, size: number, inputs: number, outputs: number): void => {
    const deviation = Math.sqrt(2 / (size * size * inputs));
    parameters[`${name}.kernel`] = {
      shape: [size, size, inputs, outputs],
      values: Float32Array.from(
        { length: size * size * inputs * outputs },
        () => deviation * random.normal(),
      ),
    };
    parameters[`${name}.bias`] = { shape: [outputs], values: new Float32Array(outputs) };
  };
  const level = (name: string, inputs: number, outputs: number): void => {
    convolution(`${name}.first`, 3, inputs, outputs);
    convolution(`${name}.second`, 3, outputs, outputs);
  };
  level('down0', 1, fine);
  level('down1', fine, middle);
  level('down2', middle, coarse);
  level('up1', coarse + middle, middle);
  level('up0', middle + fine, fine);
  convolution('out', 1, fine, 1);
  return parameters;
}

function rows(
  { source, field }: { source: HostArray; field: HostArray },
  from: number,
  to: number,
): { source: HostArray; field: HostArray } {
  const part = ({ shape, data }: HostArray): HostArray => {
    const size = data.length / shape[0];
    return { shape: [to - from, ...shape.slice(1)], data: data.slice(from * size, to * size) };
  };
  return { source: part(source), field: part(field) };
}

/** ‖a − b‖₂ / ‖b‖₂ */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    scale += b[i] ** 2;
  }
  return Math.sqrt(difference / scale);
}
