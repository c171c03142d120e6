import { median } from '../../common/median.js';
import {
  conjugateGradientSteps,
  incompleteCholesky,
  jacobi,
  type Preconditioner,
  type SparseMatrix,
  smoothedAggregation,
} from '../../solvers/index.js';
import { type EvaluationSample, relativeL2, type Surrogate } from '../../training/index.js';
import type { Watch } from './watch.js';

const REPEATS = 3;
const MAXIMUM_STEPS = 400;
/** Step counts at which a solver's error is drawn over its time. */
const CURVE_STEPS = [4, 8, 16, 24, 32, 48, 64, 96, 128];

const preconditioners = {
  'Jacobi-PCG': jacobi,
  'IC(0)-PCG': incompleteCholesky,
  'AMG-PCG': smoothedAggregation,
} satisfies Readonly<Record<string, (matrix: SparseMatrix) => Preconditioner>>;

export interface CompareSolversOptions extends Watch {
  readonly solvers?: readonly (keyof typeof preconditioners)[];
  /** Step counts of the curves */
  readonly curveSteps?: readonly number[];
}

export const COMPARE_SOLVERS_DEFAULTS = {
  solvers: ['Jacobi-PCG', 'IC(0)-PCG'],
  curveSteps: CURVE_STEPS,
} as const;

export interface ErrorAtTime {
  readonly seconds: number;
  readonly relativeL2: number;
  readonly label?: string;
}

export interface SolverComparison {
  /** Means over the samples; the set-up of the method included, the assembly of B and b, which all need, not. */
  readonly surrogate: {
    /** First source on a mesh: features, network, factorisation, projection. */
    readonly firstSource: ErrorAtTime;
    /** Every further source or boundary value on that mesh and those boundary types; null for a field operator. */
    readonly nextSource: ErrorAtTime | null;
  };
  readonly classical: readonly {
    readonly name: string;
    /** Steps and time to the surrogate's error on the same sample, from zero. */
    readonly atEqualError: { readonly steps: number; readonly seconds: number };
    readonly curve: readonly ErrorAtTime[];
  }[];
}

/** What a classical solver needs to be as accurate as the surrogate, sample by sample. */
export async function compareSolvers(
  surrogate: Surrogate,
  samples: readonly EvaluationSample[],
  options: CompareSolversOptions,
): Promise<SolverComparison> {
  const { progress, signal, solvers, curveSteps: counts } = { ...COMPARE_SOLVERS_DEFAULTS, ...options };
  const errors: number[] = [];
  const first: number[] = [];
  const next: number[] = [];
  const classical = solvers.map((name) => ({
    name,
    steps: [] as number[],
    seconds: [] as number[],
    curve: counts.map(() => ({ seconds: [] as number[], errors: [] as number[] })),
  }));
  for (const [index, sample] of samples.entries()) {
    signal?.throwIfAborted();
    const { answer, seconds } = await timedAsync(() => surrogate.answer(sample));
    const error = errorOf(sample, answer);
    errors.push(error);
    first.push(seconds);
    if (surrogate.card.operator.output === 'basis') {
      const model = await surrogate.reduce(sample.operator, sample.boundaryTypes);
      next.push(timed(() => model.apply([sample.rightHandSide])));
    }
    for (const solver of classical) {
      const run = (steps: number) => solveSteps(sample, preconditioners[solver.name], steps);
      const steps = stepsToError(sample, run, error);
      solver.steps.push(steps);
      solver.seconds.push(timed(() => run(steps)));
      for (const [k, curveSteps] of counts.entries()) {
        solver.curve[k].errors.push(errorOf(sample, run(curveSteps)));
        solver.curve[k].seconds.push(timed(() => run(curveSteps)));
      }
    }
    progress.update('solver comparison', index + 1, samples.length);
  }
  const relative = mean(errors);
  return {
    surrogate: {
      firstSource: { seconds: mean(first), relativeL2: relative, label: 'first source on a mesh' },
      nextSource:
        next.length > 0
          ? { seconds: mean(next), relativeL2: relative, label: 'each further source on it' }
          : null,
    },
    classical: classical.map(({ name, steps, seconds, curve }) => ({
      name,
      atEqualError: { steps: mean(steps), seconds: mean(seconds) },
      curve: curve.map((point, k) => ({
        seconds: mean(point.seconds),
        relativeL2: mean(point.errors),
        label: `${counts[k]} steps`,
      })),
    })),
  };
}

function solveSteps(
  { operator, rightHandSide }: EvaluationSample,
  preconditioner: (matrix: SparseMatrix) => Preconditioner,
  steps: number,
): Float64Array {
  const zero = new Float64Array(rightHandSide.length);
  return conjugateGradientSteps(
    operator.matrix,
    rightHandSide,
    zero,
    steps,
    preconditioner(operator.matrix),
    {
      singular: operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined,
    },
  );
}

function errorOf({ operator, reference }: EvaluationSample, field: Float64Array): number {
  return relativeL2(field, reference, operator.singular ? { gaugeVolumes: operator.mesh.cellVolumes } : {});
}

/** Fewest steps whose error is at most `error`. */
function stepsToError(sample: EvaluationSample, run: (steps: number) => Float64Array, error: number): number {
  for (let steps = 1; steps < MAXIMUM_STEPS; steps++) if (errorOf(sample, run(steps)) <= error) return steps;
  return MAXIMUM_STEPS;
}

function timed(work: () => unknown): number {
  return median(
    Array.from({ length: REPEATS }, () => {
      const started = performance.now();
      work();
      return (performance.now() - started) / 1000;
    }),
  );
}

async function timedAsync<T>(work: () => Promise<T>): Promise<{ answer: T; seconds: number }> {
  const times: number[] = [];
  let answer: T | undefined;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const started = performance.now();
    answer = await work();
    times.push((performance.now() - started) / 1000);
  }
  return { answer: answer!, seconds: median(times) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
