import { createInterface } from 'node:readline';
import { compileTrainingStep, tf, useEagerBackend } from '../runtime/index.js';
import { reducedBasisStep } from './reduced-basis-step.js';
import { type TrainStepCase, trainStepCases } from './train-step-cases.js';

/**
 * A process that takes steps of one case and nothing else, so that its largest resident set is that of the step. Reads
 * `{ case, engine: 'onnxruntime' | 'tfjs-wasm' | 'tfjs-node', steps }` a line, the first of which makes the step and takes two to warm up;
 * answers `{ milliseconds, peak_mb, parts }` or `{ unavailable }`.
 */
interface Question {
  readonly case: string;
  readonly engine: 'onnxruntime' | 'tfjs-wasm' | 'tfjs-node';
  readonly steps: number;
}

interface Runner {
  step(): Promise<unknown>;
  parts?(): Promise<Record<string, number>>;
}

async function compiled({ parameters, batchSpecs, batch, loss }: TrainStepCase): Promise<Runner> {
  const training = await compileTrainingStep({ loss, parameters, batchSpecs });
  return { step: () => training.run(batch, { learningRate: 1e-3 }) };
}

/** The same step on TensorFlow.js's own engine and optimizer. */
async function eager(
  { parameters, batch, loss }: TrainStepCase,
  engine: Question['engine'],
): Promise<Runner> {
  if (engine === 'tfjs-node') await useEagerBackend('tensorflow');
  else {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
  }
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
  return {
    step: async () => {
      const value = adam.minimize(() => loss(variables, tensors), true, Object.values(variables));
      await value!.data();
      value!.dispose();
    },
  };
}

async function runnerOf({ case: name, engine }: Question): Promise<Runner> {
  if (name === 'reduced-basis') {
    // TensorFlow.js has neither float64 nor sparse matrices for the projection
    if (engine !== 'onnxruntime') throw new Error('the projection is not made of tensor operations');
    return reducedBasisStep();
  }
  const entry = trainStepCases[name]();
  return engine === 'onnxruntime' ? compiled(entry) : eager(entry, engine);
}

let runner: Runner | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question;
  try {
    if (!runner) {
      runner = await runnerOf(question);
      for (let warm = 0; warm < (question.engine === 'onnxruntime' ? 2 : 1); warm++) await runner.step();
    }
    const milliseconds: number[] = [];
    for (let step = 0; step < question.steps; step++) {
      const started = performance.now();
      await runner.step();
      milliseconds.push(performance.now() - started);
    }
    const peak_mb = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ milliseconds, peak_mb, parts: await runner.parts?.() }));
  } catch (error) {
    console.log(JSON.stringify({ unavailable: (error as Error).message.split('\n')[0] }));
  }
}
process.exit();
