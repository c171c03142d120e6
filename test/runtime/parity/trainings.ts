import {
  adam,
  adamW,
  compileTrainingStep,
  gelu,
  type HostArray,
  hostCall,
  layerNorm,
  linear,
  muon,
  type NamedArrays,
  type NamedTensors,
  type Optimizer,
  type Parameters,
  type SessionOptions,
  sgd,
  type TensorSpecs,
  tf,
} from '../../../runtime/index.js';
import { adamRule, muonRule, type Rule, type RuleSettings, sgdRule } from '../optimizer-rules.js';
import { randomArrays } from './case.js';
import { float, whole } from './entry.js';

/** A training that every device does, and the rule of its optimizer for the oracle. */
export interface Training {
  readonly parameters: TensorSpecs;
  readonly batch: TensorSpecs;
  readonly loss: (parameters: NamedTensors, batch: NamedTensors) => tf.Scalar;
  readonly optimizer: Optimizer;
  readonly rule: (settings: RuleSettings) => Rule;
  readonly clipNorm?: number;
  readonly accumulate?: number;
  readonly averageDecay?: number;
}

export interface TrainingResult {
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly parameters: readonly number[];
  readonly average?: readonly number[];
}

export const BATCHES = 8;
const SIZES = { samples: 24 };
/** Of update t: a rate and a β₁ that move, as those of a one-cycle schedule do. */
export const learningRate = (t: number): number => 0.02 / Math.sqrt(t);
export const beta1 = (t: number): number => (t % 2 ? 0.9 : 0.85);

const meanSquare = (difference: tf.Tensor): tf.Scalar => tf.mean(tf.square(difference)) as tf.Scalar;

const perceptron = {
  parameters: { inWeight: float(3, 8), inBias: float(8), scale: float(8), outWeight: float(8, 2) },
  batch: { x: float('samples', 3), y: float('samples', 2) },
  loss: (p: NamedTensors, { x, y }: NamedTensors) => {
    const hidden = gelu(layerNorm(linear(x, p.inWeight, p.inBias), p.scale, p.inBias));
    return meanSquare(tf.sub(linear(hidden, p.outWeight), y));
  },
};

/** Nodes of a ring send messages to both neighbours. */
const graphNetwork = {
  parameters: { edge: float(4, 6), node: float(8, 2) },
  batch: { x: float('samples', 2), from: whole('samples'), to: whole('samples'), y: float('samples', 2) },
  loss: (p: NamedTensors, { x, from, to, y }: NamedTensors) => {
    const messages = tf.tanh(tf.matMul(tf.concat([tf.gather(x, from), tf.gather(x, to)], 1), p.edge));
    const received = tf.unsortedSegmentSum(messages, to as tf.Tensor1D, x.shape[0]);
    return meanSquare(tf.sub(tf.add(x, tf.matMul(tf.concat([x, received], 1), p.node)), y));
  },
};

const convolutional = {
  parameters: { down: float(3, 3, 2, 4), up: float(3, 3, 4, 1) },
  batch: { x: float(2, 8, 8, 2), y: float(2, 8, 8, 1) },
  loss: (p: NamedTensors, { x, y }: NamedTensors) => {
    const half = tf.avgPool(tf.relu(tf.conv2d(x as tf.Tensor4D, p.down as tf.Tensor4D, 1, 'same')), 2, 2, 0);
    const whole = tf.image.resizeBilinear(half as tf.Tensor4D, [8, 8], false, true);
    return meanSquare(tf.sub(tf.conv2d(whole, p.up as tf.Tensor4D, 1, 'same'), y));
  },
};

/** u = u³ + u / 2 on the host, with its adjoint ū ↦ (3 u² + ½) ū there too. */
const cubed = tf.customGrad((input, saved) => {
  const u = input as tf.Tensor;
  (saved as (tensors: tf.Tensor[]) => void)([u]);
  const forward = ([a]: HostArray[]): HostArray[] => [mapped(a, (value) => value ** 3 + value / 2)];
  const backward = ([a, dy]: HostArray[]): HostArray[] => [
    mapped(a, (value, i) => (3 * value ** 2 + 0.5) * dy.data[i]),
  ];
  return {
    value: hostCall(forward, [u], [u])[0],
    gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => hostCall(backward, [kept, dy], [kept])[0],
  };
}) as (u: tf.Tensor) => tf.Tensor;

const mapped = ({ shape, data }: HostArray, fn: (value: number, i: number) => number): HostArray => ({
  shape,
  data: Float32Array.from(data, fn),
});

const hosted = {
  ...perceptron,
  loss: (p: NamedTensors, { x, y }: NamedTensors) =>
    meanSquare(tf.sub(cubed(linear(tf.tanh(linear(x, p.inWeight, p.inBias)), p.outWeight)), y)),
};

export const trainings: Readonly<Record<string, Training>> = {
  'perceptron, Adam, clipped': {
    ...perceptron,
    optimizer: adam({ beta2: 0.99 }),
    rule: (settings) => adamRule(settings, 0.99, 0),
    clipNorm: 0.5,
  },
  'perceptron, AdamW, accumulated and averaged': {
    ...perceptron,
    optimizer: adamW(),
    rule: (settings) => adamRule(settings, 0.999, 0.01),
    accumulate: 2,
    averageDecay: 0.8,
  },
  'perceptron, Muon': {
    ...perceptron,
    optimizer: muon({ weightDecay: 0.1 }),
    rule: (settings) => muonRule(settings, 0.1),
  },
  'graph network, Nesterov': {
    ...graphNetwork,
    optimizer: sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
    rule: (settings) => sgdRule(settings, { momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
    clipNorm: 1,
  },
  'convolutional network, Adam': {
    ...convolutional,
    optimizer: adam(),
    rule: (settings) => adamRule(settings, 0.999, 0),
  },
  'host call, Adam': {
    ...hosted,
    optimizer: adam(),
    rule: (settings) => adamRule(settings, 0.999, 0),
    clipNorm: 1,
  },
};

/** The same for a device and for the oracle. */
export function initialParameters({ parameters }: Training): Parameters {
  const arrays = randomArrays(parameters, {}, 1, Object.fromEntries(names(parameters, (v) => 0.4 * v)));
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, values: data as Float32Array }]),
  );
}

const names = (specs: TensorSpecs, domain: (value: number) => number) =>
  Object.keys(specs).map((name) => [name, domain] as const);

export const batchesOf = ({ batch }: Training): NamedArrays[] =>
  Array.from({ length: BATCHES }, (_, index) => randomArrays(batch, SIZES, 100 + index));

export async function runTraining(training: Training, session: SessionOptions): Promise<TrainingResult> {
  const { loss, optimizer, clipNorm, accumulate = 1, averageDecay } = training;
  const step = await compileTrainingStep({
    ...session,
    parameters: initialParameters(training),
    batchSpecs: training.batch,
    loss,
    optimizer,
    clipNorm,
    accumulate,
    averageDecay,
  });
  try {
    const [losses, gradientNorms]: [number[], number[]] = [[], []];
    for (const [index, batch] of batchesOf(training).entries()) {
      const t = Math.floor(index / accumulate) + 1;
      const result = await step.run(batch, { learningRate: learningRate(t), beta1: beta1(t) });
      losses.push(result.loss);
      gradientNorms.push(result.gradientNorm);
    }
    const { parameters, average } = step.state();
    return { losses, gradientNorms, parameters: [...parameters], average: average && [...average] };
  } finally {
    await step.dispose();
  }
}
