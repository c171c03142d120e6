import {
  type AnswerSpace,
  answerSpace,
  answerThrough,
  batchInputs,
  encoderInputs,
  projectionOptionsOf,
} from 'fieldsmith/operators';
import { conjugateGradient, smoothedAggregation } from 'fieldsmith/solvers';
import {
  type EvaluationSample,
  exportModel,
  openModel,
  openSurrogate,
  relativeL2,
  type TrainedOperator,
} from 'fieldsmith/training';
import { spread } from './experiment.js';
import type { ConstraintRow } from './rows.js';

/** The part of a row that an evaluation fills; times are processor seconds of one thread, medians over samples. */
export type PoissonFigures = Pick<
  ConstraintRow,
  | 'meanRelativeL2'
  | 'deviation'
  | 'uncorrectedRelativeL2'
  | 'wallRelativeL2'
  | 'encodeSeconds'
  | 'projectSeconds'
  | 'sourceSeconds'
  | 'processorSecondsPerAnswer'
>;

interface Answer {
  readonly field: Float64Array;
  readonly uncorrected?: Float64Array;
  /** Features and network of the part; what is solved once for it; what every source takes */
  readonly encodeSeconds: number;
  readonly projectSeconds: number;
  readonly sourceSeconds: number;
}

/** Sources answered together when the time of one is measured */
const SOURCES = 16;

/** Asks a network, exported and opened as others get it. */
export async function evaluatePoisson(
  run: TrainedOperator,
  samples: readonly EvaluationSample[],
): Promise<PoissonFigures> {
  const files = await exportModel(run);
  if (run.operator.output === 'field') {
    const surrogate = await openSurrogate(files, { threads: 1 });
    try {
      return await figuresOf(samples, async (sample) => {
        const [field, sourceSeconds] = await timed(() => surrogate.answer(sample));
        return { field, encodeSeconds: 0, projectSeconds: 0, sourceSeconds };
      });
    } finally {
      await surrogate.dispose();
    }
  }
  const model = await openModel(files, { threads: 1 });
  const options = projectionOptionsOf(files.card.operator.projection ?? {});
  try {
    return await figuresOf(samples, async ({ operator, boundaryTypes, rightHandSide }) => {
      const { mesh, conductivity } = operator;
      const [{ basis }, encodeSeconds] = await timed(() =>
        model.run(batchInputs([encoderInputs(mesh, boundaryTypes, conductivity, run.plan.features)])),
      );
      const [space, projectSeconds] = await timed(() =>
        answerSpace(operator, basis.data as Float32Array, basis.shape[2], options),
      );
      const loads = Array.from({ length: SOURCES }, () => rightHandSide);
      const [{ fields }, seconds] = await timed(() => answerThrough(space, loads));
      const plain: AnswerSpace = { ...space, options: { ...options, correction: 'none' } };
      return {
        field: fields[0],
        uncorrected: answerThrough(plain, [rightHandSide]).fields[0],
        encodeSeconds,
        projectSeconds,
        sourceSeconds: seconds / SOURCES,
      };
    });
  } finally {
    await model.dispose();
  }
}

/** What a network competes with: conjugate gradients on smoothed aggregation, stopped at ‖r‖ ≤ tolerance ‖b‖. */
export const evaluateSolver = (samples: readonly EvaluationSample[], relativeTolerance: number) =>
  figuresOf(samples, async ({ operator, rightHandSide }) => {
    const [preconditioner, projectSeconds] = await timed(() => smoothedAggregation(operator.matrix));
    const singular = operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined;
    const [{ solution }, sourceSeconds] = await timed(() =>
      conjugateGradient(operator.matrix, rightHandSide, { preconditioner, relativeTolerance, singular }),
    );
    return { field: solution, encodeSeconds: 0, projectSeconds, sourceSeconds };
  });

async function figuresOf(
  samples: readonly EvaluationSample[],
  answer: (sample: EvaluationSample) => Promise<Answer>,
): Promise<PoissonFigures> {
  // a first call pays for what is compiled
  await answer(samples[0]);
  const answers: Answer[] = [];
  for (const sample of samples) answers.push(await answer(sample));
  const mean = (pick: (answer: Answer, at: number) => number) =>
    answers.map(pick).reduce((sum, value) => sum + value, 0) / answers.length;
  const errorOf = (field: Float64Array, { operator, reference }: EvaluationSample) =>
    relativeL2(field, reference, operator.singular ? { gaugeVolumes: operator.mesh.cellVolumes } : {});
  // collections of garbage and compilations hit single samples
  const encodeSeconds = medianOf(answers.map((a) => a.encodeSeconds));
  const projectSeconds = medianOf(answers.map((a) => a.projectSeconds));
  const sourceSeconds = medianOf(answers.map((a) => a.sourceSeconds));
  const walls = answers.flatMap(({ field }, at) => wallError(field, samples[at]));
  return {
    ...spread(answers.map(({ field }, at) => errorOf(field, samples[at]))),
    ...(answers[0].uncorrected
      ? { uncorrectedRelativeL2: mean(({ uncorrected }, at) => errorOf(uncorrected!, samples[at])) }
      : {}),
    ...(walls.length > 0
      ? { wallRelativeL2: walls.reduce((sum, error) => sum + error, 0) / walls.length }
      : {}),
    encodeSeconds,
    projectSeconds,
    sourceSeconds,
    processorSecondsPerAnswer: encodeSeconds + projectSeconds + sourceSeconds,
  };
}

const medianOf = (values: readonly number[]) =>
  values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** ‖û − u‖/‖u‖ over the cells along Dirichlet faces, where the field has to go to the given value. */
function wallError(field: Float64Array, { operator, reference }: EvaluationSample): number[] {
  const { owner, internalFaceCount } = operator.mesh;
  const cells = new Set<number>();
  operator.dirichlet.forEach((given, i) => {
    if (given) cells.add(owner[internalFaceCount + i]);
  });
  if (cells.size === 0) return [];
  let [error, size] = [0, 0];
  for (const cell of cells) {
    error += (field[cell] - reference[cell]) ** 2;
    size += reference[cell] ** 2;
  }
  return [Math.sqrt(error / size)];
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(started);
  return [result, (user + system) / 1e6];
}
