import { InvalidInputError } from '../common/errors.js';
import type { PoissonTask } from '../datasets/index.js';
import {
  answerSpace,
  answerThrough,
  batchInputs,
  batchSpecs,
  type FieldLoss,
  type NeuralOperator,
  type OperatorInputs,
  type ProjectionOptions,
  type TrainingMoment,
} from '../operators/index.js';
import {
  compile,
  type Parameters,
  packParameters,
  type SessionOptions,
  type TensorSpecs,
  tf,
} from '../runtime/index.js';
import { evaluate, type Predictor } from './evaluate.js';
import { type EvaluationSample, evaluationSamples } from './evaluation-samples.js';
import type { ProbeMetrics } from './metrics-log.js';
import { featureCounts, type InputPlan, operatorMember } from './operator-inputs.js';
import { meanProxyQuality, proxyQuality } from './proxy-quality.js';
import type { LoopProbe } from './trainer.js';

export interface ProbeOptions {
  /** Labelled samples to look at: so many of the task, drawn once from a stream of their own, or these. */
  samples: number | readonly EvaluationSample[];
  /** Steps between two looks; the last step is looked at in any case. */
  every: number;
}

export const PROBE_DEFAULTS: ProbeOptions = { samples: 8, every: 50 };

/** @throws InvalidInputError when `every` or a sample count is no positive integer, and without samples */
export function requireProbe(options: Partial<ProbeOptions>): ProbeOptions {
  const complete = { ...PROBE_DEFAULTS, ...options };
  const { samples, every } = complete;
  const counts = { every, ...(typeof samples === 'number' && { samples }) };
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= 1) continue;
    throw new InvalidInputError(`train: probe.${name} must be a positive integer, got ${count}`);
  }
  if (typeof samples !== 'number' && samples.length === 0) {
    throw new InvalidInputError('train: probe.samples is empty; leave the probe out or give samples');
  }
  return complete;
}

export interface ModelProbe extends LoopProbe {
  dispose(): Promise<void>;
}

export interface ModelProbeOptions extends SessionOptions {
  readonly operator: NeuralOperator;
  readonly parameters: Parameters;
  readonly plan: InputPlan;
  readonly task: PoissonTask;
  readonly supervise: FieldLoss;
  readonly seed: number;
  readonly probe: Partial<ProbeOptions>;
}

/**
 * Looks at a model in training: its relative L2 error on labelled samples, and how good the loss is as a measure of that
 * error and as a direction out of it. The model is the one the run would return, the moving average where one is kept.
 *
 * It costs a forward pass and K steps of each sample; references are solved once. Nothing of it enters the training.
 *
 * @throws what requireProbe throws
 */
export async function modelProbe(options: ModelProbeOptions): Promise<ModelProbe> {
  const { operator, parameters, plan, task, supervise, seed } = options;
  const { samples: wanted, every } = requireProbe(options.probe);
  const samples =
    typeof wanted === 'number'
      ? evaluationSamples({ ...task, sourcesPerSample: 1 }, { category: 'probe', count: wanted, seed })
      : wanted;
  const counts = featureCounts(plan, samples[0].operator.mesh.dimension);
  const sizes = Object.values(parameters).map(({ values }) => values.length);
  const specs: TensorSpecs = {
    ...batchSpecs(counts.cellFeatures, counts.faceFeatures, 1, counts.edgeFeatures),
    parameters: { shape: [sizes.reduce((sum, size) => sum + size, 0)], dtype: 'float32' },
  };
  const network = await compile(
    ({ parameters: packed, ...inputs }) => {
      const pieces = tf.split(packed, sizes);
      const tensors = Object.fromEntries(
        Object.entries(parameters).map(([name, { shape }], k) => [name, tf.reshape(pieces[k], [...shape])]),
      );
      return { output: operator.forward(tensors, inputs as unknown as OperatorInputs) };
    },
    specs,
    { device: options.device, threads: options.threads },
  );

  const predictor =
    (weights: Float32Array): Predictor =>
    async ({ operator: equations, boundaryTypes, boundaryValues, source, rightHandSide }) => {
      const { inputs, fieldScale, fieldOffset } = operatorMember(
        plan,
        equations,
        boundaryTypes,
        source,
        boundaryValues,
      );
      const feeds = { ...batchInputs([inputs]), parameters: { shape: [weights.length], data: weights } };
      const { output } = await network.run(feeds);
      const data = output.data as Float32Array;
      if (operator.output === 'field') {
        return Float64Array.from(data, (value) => fieldOffset + value * fieldScale);
      }
      const projection = operator.options as ProjectionOptions;
      const space = answerSpace(equations, data, output.shape[2], projection);
      return answerThrough(space, [rightHandSide]).fields[0];
    };

  const look = async (weights: Parameters, moment: TrainingMoment): Promise<ProbeMetrics> => {
    const started = performance.now();
    const predict = predictor(packParameters(weights));
    const qualities: ReturnType<typeof proxyQuality>[] = [];
    const { meanRelativeL2, categories } = await evaluate(async (sample) => {
      const field = (await predict(sample)) as Float64Array;
      qualities.push(proxyQuality(supervise, sample as EvaluationSample, field, moment));
      return field;
    }, samples);
    const names = Object.keys(categories);
    return {
      relativeL2: meanRelativeL2,
      ...(names.length > 1 && {
        categories: Object.fromEntries(names.map((name) => [name, categories[name].meanRelativeL2])),
      }),
      ...meanProxyQuality(qualities),
      seconds: (performance.now() - started) / 1000,
    };
  };
  return {
    every,
    look: ({ parameters: last, average }, moment) => look(average ?? last, moment),
    dispose: network.dispose,
  };
}
