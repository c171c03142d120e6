import {
  compileTrainingStep,
  exportOnnx,
  linear,
  loadModel,
  type NamedTensors,
  type Parameters,
  tf,
} from 'fieldsmith/runtime';

const WIDTH = 24;
/** Points of a batch: any number, said at run time. */
const specs = {
  x: { shape: ['points', 1], dtype: 'float32' },
  y: { shape: ['points', 1], dtype: 'float32' },
} as const;

/** A network of one's own, as a plain TensorFlow.js function of parameters and input. */
function network(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
  const hidden = tf.tanh(linear(x, parameters.w1, parameters.b1));
  return linear(hidden, parameters.w2, parameters.b2);
}

/**
 * Teaches y = sin x on [−π, π] to a network written in TensorFlow.js: loss, gradient and Adam run as one ONNX graph.
 * The trained network is then an ONNX file's bytes, opened again and asked at points between those it has seen.
 */
export async function run(steps = 1500) {
  const x = Float32Array.from({ length: 65 }, (_, i) => -Math.PI + (2 * Math.PI * i) / 64);
  const batch = { x: { shape: [65, 1], data: x }, y: { shape: [65, 1], data: x.map(Math.sin) } };
  const step = await compileTrainingStep({
    parameters: initialParameters(),
    batchSpecs: specs,
    loss: (parameters, { x, y }) => tf.mean<tf.Scalar>(tf.square(tf.sub(network(parameters, x), y))),
  });
  for (let i = 0; i < steps; i++) {
    await step.run(batch, { learningRate: 0.02 * (1 - i / steps) });
  }
  const parameters = step.parameters();
  await step.dispose();

  const onnx = exportOnnx(
    (inputs, weights) => ({ y: network(weights, inputs.x) }),
    { x: specs.x },
    { parameters },
  );
  const model = await loadModel(onnx);
  const points = Float32Array.from({ length: 1000 }, (_, i) => -Math.PI + (2 * Math.PI * (i + 0.5)) / 1000);
  const { y } = await model.run({ x: { shape: [1000, 1], data: points } });
  await model.dispose();
  const largestError = points.reduce(
    (most, point, i) => Math.max(most, Math.abs(y.data[i] - Math.sin(point))),
    0,
  );
  return { bytes: onnx.length, largestError };
}

/** Kinks of the hidden layer spread evenly over the interval: no random numbers needed. */
function initialParameters(): Parameters {
  const signs = Array.from({ length: WIDTH }, (_, i) => (i % 2 === 0 ? 1 : -1));
  return {
    w1: { shape: [1, WIDTH], values: Float32Array.from(signs) },
    b1: {
      shape: [WIDTH],
      values: Float32Array.from(signs, (sign, i) => -sign * Math.PI * ((2 * i + 1) / WIDTH - 1)),
    },
    w2: { shape: [WIDTH, 1], values: Float32Array.from(signs, (sign) => sign / WIDTH) },
    b2: { shape: [1], values: new Float32Array(1) },
  };
}
