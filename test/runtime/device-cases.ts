import { createRandom } from '../../common/random.js';
import { baTransolver, batchSpecs, type OperatorInputs } from '../../operators/index.js';
import {
  compile,
  compileTrainingStep,
  gelu,
  layerNorm,
  linear,
  type NamedArrays,
  type NamedTensors,
  type SessionOptions,
  type TensorSpecs,
  tf,
} from '../../runtime/index.js';

/** What runs on every device: functions with their gradients, an encoder, a training. Nothing of Node in here. */
export interface DeviceCase {
  readonly specs: TensorSpecs;
  readonly fn: (inputs: NamedTensors) => NamedTensors;
  readonly feeds: NamedArrays;
  /** What a shader may be wrong by more than the rest. */
  readonly shaderError?: number;
}

type Function = (x: tf.Tensor, others: NamedTensors) => tf.Tensor;
interface Entry {
  readonly fn: Function;
  readonly shape?: readonly number[];
  readonly others?: TensorSpecs;
  readonly domain?: (value: number) => number;
  readonly derivatives?: 0 | 1 | 2;
  readonly shaderError?: number;
}

const float = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;
const whole = (...shape: number[]) => ({ shape, dtype: 'int32' }) as const;
const positive = (value: number) => 0.5 + Math.abs(value);

const entries: Record<string, Entry> = {
  // WGSL asks of sin and cos no more than an absolute error of 2⁻¹¹
  sin: { fn: (x) => tf.sin(x), shaderError: 4 * 2 ** -11 },
  exp: { fn: (x) => tf.exp(x) },
  log: { fn: (x) => tf.log(x), domain: positive },
  sqrt: { fn: (x) => tf.sqrt(x), domain: positive },
  rsqrt: { fn: (x) => tf.rsqrt(x), domain: positive },
  pow: { fn: (x) => tf.pow(x, 3) },
  tanh: { fn: (x) => tf.tanh(x) },
  sigmoid: { fn: (x) => tf.sigmoid(x) },
  softplus: { fn: (x) => tf.softplus(x) },
  erf: { fn: (x) => tf.erf(x) },
  relu: { fn: (x) => tf.relu(x) },
  elu: { fn: (x) => tf.elu(x) },
  abs: { fn: (x) => tf.abs(x) },
  clip: { fn: (x) => tf.clipByValue(x, -0.5, 0.7) },
  gelu: { fn: (x) => gelu(x) },
  'add a row': { fn: (x, { y }) => tf.mul(tf.add(x, y), x), others: { y: float(6) } },
  div: { fn: (x, { y }) => tf.div(y, x), others: { y: float(5, 6) }, domain: positive },
  where: { fn: (x, { y }) => tf.where(tf.greater(x, y), tf.square(x), y), others: { y: float(5, 6) } },
  'integer arithmetic': {
    fn: (_, { i, j }) => tf.add(tf.mul(i, j), tf.sub(tf.floorDiv(i, tf.add(j, 1)), tf.mod(i, tf.add(j, 2)))),
    others: { i: whole(5, 6), j: whole(6) },
    derivatives: 0,
  },
  'sum of an axis': { fn: (x) => tf.square(tf.sum(x, 0)) },
  'mean of all': { fn: (x) => tf.square(tf.mean(x)) },
  max: { fn: (x) => tf.square(tf.max(x, 1)) },
  argMax: { fn: (x) => tf.argMax(x, 1), derivatives: 0 },
  softmax: { fn: (x) => tf.square(tf.softmax(x)) },
  logSumExp: { fn: (x) => tf.square(tf.logSumExp(x, 0)) },
  cumsum: { fn: (x) => tf.square(tf.cumsum(x, 0)) },
  matMul: { fn: (x, { w }) => tf.square(tf.matMul(x, w)), others: { w: float(6, 4) } },
  'matMul transposed': { fn: (x) => tf.square(tf.matMul(x, x, true, false)) },
  'matMul in batches': { fn: (x) => tf.square(tf.matMul(x, x, false, true)), shape: [2, 5, 3] },
  'linear and layerNorm': {
    fn: (x, { w, b, s }) => layerNorm(linear(x, w, b), s, b),
    others: { w: float(6, 4), b: float(4), s: float(4) },
  },
  transpose: { fn: (x) => tf.square(tf.transpose(x)) },
  'slice and concat': {
    fn: (x) => tf.square(tf.concat([tf.slice(x, [1, 0], [3, 6]), tf.reverse(x, 1)], 0)),
  },
  'split and stack': { fn: (x) => tf.square(tf.stack(tf.split(x, 2, 1), 0)) },
  pad: {
    fn: (x) =>
      tf.square(
        tf.pad(x, [
          [1, 2],
          [0, 3],
        ]),
      ),
  },
  tile: { fn: (x) => tf.square(tf.tile(x, [2, 3])) },
  gather: { fn: (x, { i }) => tf.square(tf.gather(x, i)), others: { i: whole(7) } },
  'segment sum': {
    fn: (x, { i }) => tf.square(tf.unsortedSegmentSum(x, i as tf.Tensor1D, 5)),
    others: { i: whole(5) },
  },
  oneHot: { fn: (x, { i }) => tf.matMul(tf.oneHot(i, 6), x, false, true), others: { i: whole(7) } },
  conv2d: {
    fn: (x, { w }) => tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')),
    shape: [2, 6, 5, 3],
    others: { w: float(3, 3, 3, 2) },
  },
  'conv2d with strides': {
    fn: (x, { w }) => tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid')),
    shape: [2, 6, 5, 3],
    others: { w: float(3, 3, 3, 2) },
  },
  'gradient of a filter': {
    fn: (x, { w }) =>
      tf.grad((f: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'))))(
        w,
      ),
    shape: [2, 6, 5, 3],
    others: { w: float(3, 3, 3, 2) },
    derivatives: 0,
  },
};

/** Weighted sum, so that the gradient differs from entry to entry. */
const weighted = (value: tf.Tensor): tf.Scalar =>
  tf.sum(tf.mul(tf.reshape(value, [-1]), tf.cos(tf.range(0, value.size, 1))));

function withDerivatives({ fn, derivatives = 2 }: Entry): DeviceCase['fn'] {
  return ({ x, ...others }): NamedTensors => {
    const value = fn(x, others);
    if (derivatives === 0) return { value };
    const gradient = tf.grad((t: tf.Tensor) => weighted(fn(t, others)));
    if (derivatives === 1) return { value, gradient: gradient(x) };
    // the square keeps functions whose gradient is constant connected to x
    const second = tf.grad((t: tf.Tensor) => weighted(tf.mul(gradient(t), tf.add(tf.square(t), 1))));
    return { value, gradient: gradient(x), second: second(x) };
  };
}

function randomArrays(specs: TensorSpecs, seed: number): NamedArrays {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => {
      const sizes = shape.map(Number);
      const length = sizes.reduce((product, size) => product * size, 1);
      const draw = () => (dtype === 'int32' ? random.integer(0, 3) : random.normal());
      const values = Array.from({ length }, draw);
      const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
      return [name, { shape: sizes, data }];
    }),
  );
}

function functionCase(entry: Entry, seed: number): DeviceCase {
  const specs = { x: float(...(entry.shape ?? [5, 6])), ...entry.others };
  const feeds = randomArrays(specs, seed);
  const { domain = (value: number) => value } = entry;
  const x = { shape: feeds.x.shape, data: (feeds.x.data as Float32Array).map(domain) };
  return { specs, fn: withDerivatives(entry), feeds: { ...feeds, x }, shaderError: entry.shaderError };
}

/** A boundary-aware Transolver of one block and the gradient of its mean square with respect to a cell's features. */
function encoderCase(): DeviceCase {
  const [cells, faces] = [40, 12];
  const operator = baTransolver({
    width: 16,
    blocks: 1,
    heads: 2,
    cellSlices: 8,
    faceSlices: 4,
    cellFeatures: 5,
    faceFeatures: 4,
  });
  const weights = operator.initialParameters(createRandom(3));
  const specs = batchSpecs(5, 4, 1);
  const sized = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [
      name,
      float(...shape.map((size) => (size === 'cells' ? cells : size === 'faces' ? faces : Number(size)))),
    ]),
  );
  const feeds = randomArrays(sized, 4);
  (feeds.cellMask.data as Float32Array).fill(1);
  (feeds.faceMask.data as Float32Array).fill(1);
  (feeds.cellMeasures.data as Float32Array).fill(1 / cells);
  (feeds.faceMeasures.data as Float32Array).fill(1 / faces);
  return {
    specs,
    feeds,
    fn: (inputs) => {
      const parameters = Object.fromEntries(
        Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
      );
      const forward = (t: tf.Tensor) =>
        operator.forward(parameters, { ...inputs, cells: t } as unknown as OperatorInputs);
      const gradient = tf.grad((t: tf.Tensor) => tf.mean(tf.square(forward(t))))(inputs.cells);
      return { value: forward(inputs.cells), gradient };
    },
  };
}

export const deviceCases: Readonly<Record<string, DeviceCase>> = {
  ...Object.fromEntries(
    Object.entries(entries).map(([name, entry], index) => [name, functionCase(entry, index + 1)]),
  ),
  encoder: encoderCase(),
};

export interface DeviceRun {
  /** Per case the outputs' values, or why there are none. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, readonly number[]>> | string>>;
  /** Loss of every training step, or why there was no training. */
  readonly losses: readonly number[] | string;
}

/** Runs everything on one device; an error belongs to its case. */
export async function runOnDevice(options: SessionOptions): Promise<DeviceRun> {
  const outputs: Record<string, Record<string, readonly number[]> | string> = {};
  for (const [name, { fn, specs, feeds }] of Object.entries(deviceCases)) {
    try {
      const compiled = await compile(fn, specs, { ...options, threads: 1 });
      const arrays = await compiled.run(feeds);
      await compiled.dispose();
      outputs[name] = Object.fromEntries(
        Object.entries(arrays).map(([output, { data }]) => [output, [...data]]),
      );
    } catch (error) {
      outputs[name] = (error as Error).message;
    }
  }
  const losses = await trainOnDevice(options).catch((error: Error) => error.message);
  return { outputs, losses };
}

/** Forty steps of a small network towards sin(2 x₀) x₁. */
async function trainOnDevice(options: SessionOptions): Promise<readonly number[]> {
  const random = createRandom(9);
  const normal = (factor: number, ...shape: number[]) => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => factor * random.normal()),
  });
  const step = await compileTrainingStep({
    ...options,
    threads: 1,
    parameters: {
      inWeight: normal(0.7, 2, 16),
      inBias: normal(0.1, 16),
      outWeight: normal(0.25, 16, 1),
    },
    batchSpecs: { x: float(64, 2), y: float(64, 1) },
    loss: ({ inWeight, inBias, outWeight }, { x, y }) =>
      tf.mean(tf.square(tf.sub(linear(gelu(linear(x, inWeight, inBias)), outWeight), y))) as tf.Scalar,
    clipNorm: 1,
  });
  const x = normal(1, 64, 2).values;
  const y = Float32Array.from({ length: 64 }, (_, i) => Math.sin(2 * x[2 * i]) * x[2 * i + 1]);
  const batch = { x: { shape: [64, 2], data: x }, y: { shape: [64, 1], data: y } };
  const losses: number[] = [];
  for (let i = 0; i < 40; i++) losses.push((await step.run(batch, { learningRate: 0.02 })).loss);
  await step.dispose();
  return losses;
}
