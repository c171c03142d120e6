import { cornerRemovedSquare, generateMesh, type Mesh } from 'fieldsmith/geometry';
import {
  compileTrainingStep,
  createRandom,
  exportOnnx,
  gelu,
  type HostArray,
  linear,
  loadModel,
  type NamedTensors,
  type Parameters,
  type Random,
  tf,
  useEagerBackend,
} from 'fieldsmith/runtime';
import { assembleOperator, conjugateGradient, jacobi } from 'fieldsmith/solvers';

const WIDTH = 16;
const ROUNDS = 4;
/** Time step over the square of the cell size. */
const STEP = 2;

/** Any mesh: as many cells and as many directed edges as it has. */
const graph = {
  value: { shape: ['cells', 1], dtype: 'float32' },
  from: { shape: ['edges'], dtype: 'int32' },
  to: { shape: ['edges'], dtype: 'int32' },
  exchange: { shape: ['edges', 1], dtype: 'float32' },
} as const;

/**
 * A graph network in plain TensorFlow.js on the cells of a mesh and the faces between them: messages along edges,
 * summed where they arrive. It says by how much the value of each cell changes.
 */
function graphNetwork(parameters: NamedTensors, { value, from, to, exchange }: NamedTensors): tf.Tensor {
  const perceptron = (x: tf.Tensor, name: string): tf.Tensor =>
    linear(
      gelu(linear(x, parameters[`${name}.w1`], parameters[`${name}.b1`])),
      parameters[`${name}.w2`],
      parameters[`${name}.b2`],
    );
  let hidden = perceptron(value, 'encode');
  for (let round = 0; round < ROUNDS; round++) {
    const difference = tf.sub(tf.gather(hidden, from as tf.Tensor1D), tf.gather(hidden, to as tf.Tensor1D));
    const messages = tf.mul(exchange, perceptron(tf.concat([difference, exchange], 1), `message${round}`));
    const received = tf.unsortedSegmentSum(messages, to as tf.Tensor1D, value.shape[0]!);
    hidden = tf.add(hidden, perceptron(tf.concat([hidden, received], 1), `update${round}`));
  }
  return perceptron(hidden, 'decode');
}

/**
 * Teaches one implicit step of heat conduction, (V + τB) u' = V u with insulated walls, to a graph network of one's own,
 * trained on small parts and asked on a part of other shape with four times as many cells.
 */
export async function run(steps = 300) {
  const random = createRandom(5);
  const training = Array.from({ length: 24 }, (_, i) => heatStep(part(i % 3, 150, i), random));
  const held = heatStep(part(4, 600, 99), random);
  const step = await compileTrainingStep({
    parameters: initialParameters(random),
    batchSpecs: { ...graph, change: graph.value },
    loss: (parameters, { change, ...inputs }) =>
      tf.mean(tf.squaredDifference(graphNetwork(parameters, inputs), change)),
    clipNorm: 1,
  });
  for (let i = 0; i < steps; i++) {
    const learningRate = 2.5e-3 * (1 + Math.cos((Math.PI * i) / steps));
    await step.run(joined([0, 1, 2, 3].map((k) => training[(4 * i + k) % training.length])), {
      learningRate,
    });
  }
  const parameters = step.parameters();
  await step.dispose();

  const onnx = exportOnnx((inputs, weights) => ({ change: graphNetwork(weights, inputs) }), graph, {
    parameters,
  });
  const { change: expected, ...inputs } = held;
  const model = await loadModel(onnx);
  const { change } = await model.run(inputs);
  await model.dispose();

  // the same function without ONNX, tensor by tensor
  await useEagerBackend();
  const eager = graphNetwork(
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
    ),
    Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        tf.tensor(data, [...shape], graph[name as keyof typeof graph].dtype),
      ]),
    ),
  );
  return {
    bytes: onnx.length,
    cells: inputs.value.shape[0],
    relativeError: relativeDifference(change.data, expected.data),
    differenceFromTensorFlow: relativeDifference(change.data, await eager.data()),
  };
}

type HeatStep = Record<keyof typeof graph | 'change', HostArray>;

const part = (corners: number, cellCount: number, seed: number): Mesh =>
  generateMesh(cornerRemovedSquare({ corners, seed }), { cellCount });

/** A random smooth temperature on a mesh, and its change in one step by the solver. */
function heatStep(mesh: Mesh, random: Random): HeatStep {
  const { cellCount, internalFaceCount, owner, neighbour, cellVolumes, cellCentroids } = mesh;
  const insulated = Object.fromEntries(mesh.patches.map(({ name }) => [name, 'neumann' as const]));
  const { matrix, faceCoefficients } = assembleOperator(mesh, 1, insulated);
  const tau = (STEP * cellVolumes.reduce((sum, volume) => sum + volume, 0)) / cellCount;
  const [a, b, phase] = [random.uniform(-9, 9), random.uniform(-9, 9), random.uniform(0, 2 * Math.PI)];
  const value = Float64Array.from({ length: cellCount }, (_, cell) =>
    Math.sin(a * cellCentroids[2 * cell] + b * cellCentroids[2 * cell + 1] + phase),
  );

  // (V + τB) (u' − u) = −τ B u
  const step = { ...matrix, values: matrix.values.map((entry) => tau * entry) };
  const right = new Float64Array(cellCount);
  for (let row = 0; row < cellCount; row++) {
    for (let k = matrix.rowOffsets[row]; k < matrix.rowOffsets[row + 1]; k++) {
      right[row] -= step.values[k] * value[matrix.columns[k]];
      if (matrix.columns[k] === row) step.values[k] += cellVolumes[row];
    }
  }
  const { solution } = conjugateGradient(step, right, {
    preconditioner: jacobi(step),
    relativeTolerance: 1e-8,
  });

  const edges = 2 * internalFaceCount;
  const [from, to] = [new Int32Array(edges), new Int32Array(edges)];
  const exchange = new Float32Array(edges);
  for (let face = 0; face < internalFaceCount; face++) {
    for (const [edge, start, end] of [
      [2 * face, owner[face], neighbour[face]],
      [2 * face + 1, neighbour[face], owner[face]],
    ]) {
      from[edge] = start;
      to[edge] = end;
      exchange[edge] = (tau * faceCoefficients[face]) / cellVolumes[end];
    }
  }
  return {
    value: { shape: [cellCount, 1], data: Float32Array.from(value) },
    from: { shape: [edges], data: from },
    to: { shape: [edges], data: to },
    exchange: { shape: [edges, 1], data: exchange },
    change: { shape: [cellCount, 1], data: Float32Array.from(solution) },
  };
}

/** Several meshes as one graph that falls into parts. */
function joined(steps: readonly HeatStep[]): HeatStep {
  const offsets = steps.map((_, i) => steps.slice(0, i).reduce((sum, { value }) => sum + value.shape[0], 0));
  const stacked = (name: keyof HeatStep): HostArray => {
    const index = name === 'from' || name === 'to';
    const rows = steps.flatMap((step, i) =>
      Array.from(step[name].data, (entry) => (index ? entry + offsets[i] : entry)),
    );
    return {
      shape: index ? [rows.length] : [rows.length, 1],
      data: index ? Int32Array.from(rows) : Float32Array.from(rows),
    };
  };
  return {
    value: stacked('value'),
    from: stacked('from'),
    to: stacked('to'),
    exchange: stacked('exchange'),
    change: stacked('change'),
  };
}

function initialParameters(random: Random): Parameters {
  const parameters: Parameters = {};
  const perceptron = (name: string, inputs: number, outputs: number): void => {
    for (const [layer, rows, columns] of [
      [1, inputs, WIDTH],
      [2, WIDTH, outputs],
    ]) {
      parameters[`${name}.w${layer}`] = {
        shape: [rows, columns],
        values: Float32Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(rows)),
      };
      parameters[`${name}.b${layer}`] = { shape: [columns], values: new Float32Array(columns) };
    }
  };
  perceptron('encode', 1, WIDTH);
  for (let round = 0; round < ROUNDS; round++) {
    perceptron(`message${round}`, WIDTH + 1, WIDTH);
    perceptron(`update${round}`, 2 * WIDTH, WIDTH);
  }
  perceptron('decode', WIDTH, 1);
  return parameters;
}

/** ‖a − b‖₂ / ‖b‖₂ */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    scale += b[i] ** 2;
  }
  return Math.sqrt(difference / scale);
}
