import { join } from 'node:path';
import {
  type ConstraintFamily,
  type ConstraintOptions,
  type GridOperator,
  residualNorms,
} from 'fieldsmith/operators';
import {
  answerConstrained,
  type ConstrainedAnswer,
  describeHardware,
  type Progress,
  type SpaceTimeSample,
  trainConstrained,
} from 'fieldsmith/training';
import { METHODS, type Method } from './methods.js';
import { type ConstraintRow, hasRow, writeConstraintRow } from './rows.js';

export interface ConstraintExperimentOptions {
  /** Folder of the runs and the data; a second call goes on where the first one stopped. */
  out?: string;
  /** Where the rows go, each as soon as it is known. */
  results?: string;
  /** Processor minutes of training, for every method the same. */
  budget?: number;
  /** Steps of training in place of the budget, for trials */
  steps?: number;
  seed?: number;
  /** One of the methods or `solver`; all by default. */
  only?: string;
  /** Test samples, at most those of the data set. */
  samples?: number;
  signal?: AbortSignal;
  progress?: Progress;
}

/** One comparison: a problem, what is trained and what judges it. */
export interface ConstraintExperiment {
  readonly problem: string;
  readonly variant: string;
  /** Words of the command beside budget, seed and method. */
  readonly command: string;
  /** The residual that training sees, and the one that answers are solved with. */
  readonly trained: ConstraintFamily<SpaceTimeSample>;
  readonly asked: ConstraintFamily<SpaceTimeSample>;
  readonly network: (outputs: number) => GridOperator;
  /** Basis fields */
  readonly basis: number;
  readonly solve: (method: Method) => Partial<ConstraintOptions> | 'soft';
  readonly train: readonly SpaceTimeSample[];
  readonly test: readonly { readonly sample: SpaceTimeSample; readonly reference: ArrayLike<number> }[];
  /** Points that errors are measured on */
  readonly from: number;
  /** Pairs of neighbouring points that belong to different experts */
  readonly interfaces: readonly (readonly [number, number])[];
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Test samples that the untrained network is judged by: it differs from the trained one by far more than samples do */
const UNTRAINED_SAMPLES = 10;

/** Trains every method within the budget, answers the test samples and writes a row each. */
export async function constraintExperiment(
  experiment: ConstraintExperiment,
  options: ConstraintExperimentOptions,
): Promise<ConstraintRow[]> {
  const { out = 'runs/hard-constraints', results = 'docs/results/hard-constraints.json' } = options;
  const { steps, seed = 0, only, signal, progress } = options;
  const budget = steps === undefined ? (options.budget ?? 5) : 0;
  const { problem, variant, test } = experiment;
  const rows: ConstraintRow[] = [];
  for (const method of METHODS) {
    if (only !== undefined && method !== only) continue;
    if (hasRow(results, { problem, method, variant, budget, seed })) continue;
    const solve = experiment.solve(method);
    const operator = experiment.network(solve === 'soft' ? 1 : experiment.basis);
    const trouble = new Set<string>();
    const run = await trainConstrained(operator, experiment.trained, experiment.train, {
      solve,
      batchSize: experiment.batchSize,
      learningRate: experiment.learningRate,
      seed,
      threads: 1,
      ...(steps === undefined ? { processorBudgetSeconds: 60 * budget } : { steps }),
      out: join(out, [problem, variant, method, `${budget}min`, seed].join('-').replace(/[ ,]+/g, '-')),
      resume: true,
      checkpointEvery: 20,
      signal,
      progress,
      report({ statuses, sentences }) {
        for (const status of Object.keys(statuses)) {
          if (status === 'converged' || trouble.has(status)) continue;
          trouble.add(status);
          progress?.message(`${method}: ${sentences.join('; ')}`);
        }
      },
    });
    if (run.status === 'interrupted') return rows;
    const asked = { ...run, family: experiment.asked };
    const samples = test.map(({ sample }) => sample);
    const answers = await answerConstrained(asked, samples);
    const untrained = await answerConstrained(
      { ...asked, parameters: run.initialParameters },
      samples.slice(0, UNTRAINED_SAMPLES),
    );
    const minutes = (pick: (step: (typeof run.history)[number]) => number) =>
      run.history.reduce((sum, step) => sum + pick(step), 0) / 60;
    const row: ConstraintRow = {
      problem,
      method,
      variant,
      ...figuresOf(experiment, answers),
      untrainedRelativeL2: figuresOf(experiment, untrained).meanRelativeL2,
      minutes: minutes(({ seconds }) => seconds),
      processorMinutes: minutes(({ processorSeconds }) => processorSeconds),
      steps: run.configuration.steps,
      budget,
      seed,
      command: `node scripts/run-example.mjs ${experiment.command} --only ${method} ${steps === undefined ? `--budget ${budget}` : `--steps ${steps}`} --seed ${seed}`,
      hardware: describeHardware(),
    };
    writeConstraintRow(results, row);
    progress?.message(JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function figuresOf({ test, from, interfaces }: ConstraintExperiment, answers: readonly ConstrainedAnswer[]) {
  const errors = answers.map(({ field }, at) => relativeL2(field, test[at].reference, from));
  const jumps = answers.map(({ field }, at) => jumpOf(field, test[at].reference, interfaces));
  const solves = answers.flatMap(({ diagnostics }) => diagnostics);
  return {
    ...spread(errors),
    residual: mean(answers.map(({ residuals }) => Math.hypot(...Object.values(residuals)))),
    ...(interfaces.length > 0 ? { interfaceJump: mean(jumps) } : {}),
    ...(solves.length > 0
      ? {
          convergedShare: solves.filter(({ status }) => status === 'converged').length / solves.length,
          meanIterations: mean(solves.map(({ iterations }) => iterations)),
        }
      : {}),
    processorSecondsPerAnswer: mean(
      answers.map(({ networkSeconds, solveSeconds }) => networkSeconds + solveSeconds),
    ),
  };
}

/** Mean over samples of ‖ρ‖ on all rows. */
export const meanResidual = (
  family: ConstraintFamily<SpaceTimeSample>,
  answers: readonly { readonly sample: SpaceTimeSample; readonly field: Float64Array }[],
): number =>
  mean(
    answers.map(({ sample, field }) =>
      Math.hypot(...Object.values(residualNorms(family.problem(sample), field).norms)),
    ),
  );

export function spread(errors: readonly number[]) {
  const meanRelativeL2 = mean(errors);
  const squares = errors.reduce((sum, error) => sum + (error - meanRelativeL2) ** 2, 0);
  return { meanRelativeL2, deviation: Math.sqrt(squares / Math.max(1, errors.length - 1)) };
}

export function relativeL2(field: ArrayLike<number>, reference: ArrayLike<number>, from: number): number {
  let [error, size] = [0, 0];
  for (let point = from; point < field.length; point++) {
    error += (field[point] - reference[point]) ** 2;
    size += reference[point] ** 2;
  }
  return Math.sqrt(error / size);
}

/** The error's jump across interfaces: neighbours of a smooth error differ little. */
function jumpOf(
  field: ArrayLike<number>,
  reference: ArrayLike<number>,
  interfaces: ConstraintExperiment['interfaces'],
): number {
  const squares = interfaces.reduce(
    (sum, [a, b]) => sum + (field[a] - reference[a] - (field[b] - reference[b])) ** 2,
    0,
  );
  let size = 0;
  for (let point = 0; point < reference.length; point++) size += reference[point] ** 2;
  return Math.sqrt(squares / Math.max(1, interfaces.length)) / Math.sqrt(size / reference.length);
}
