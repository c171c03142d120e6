import {
  type ConstraintOptions,
  residualNorms,
  type SolveDiagnostics,
  solveConstraint,
} from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import type { SpaceTimeSample } from './space-time-inputs.js';
import { gridOf, packInputs, type TrainedConstrained } from './train-constrained.js';

/** The answer of a trained operator to one sample. */
export interface ConstrainedAnswer {
  /** u, `[frame][points…]` */
  readonly field: Float64Array;
  /** None of a soft constraint, which solves nothing. */
  readonly diagnostics: readonly SolveDiagnostics[];
  /** ‖ρ‖ of every row group on all rows, drawn by the solve or not */
  readonly residuals: Readonly<Record<string, number>>;
  /** Processor time of the network and of the solve, all threads */
  readonly networkSeconds: number;
  readonly solveSeconds: number;
}

/**
 * Answers samples one by one. `solve` changes how, of a constraint that is solved: other samples of rows, tolerances, experts; `family` may
 * have another grid or more frames than training had.
 */
export async function answerConstrained<Sample extends SpaceTimeSample>(
  trained: Pick<TrainedConstrained<Sample>, 'operator' | 'family' | 'parameters' | 'solve'>,
  samples: readonly Sample[],
  { solve = {}, threads = 1 }: { solve?: Partial<ConstraintOptions>; threads?: number } = {},
): Promise<ConstrainedAnswer[]> {
  const { operator, family, parameters } = trained;
  const answers: ConstrainedAnswer[] = [];
  if (samples.length === 0) return answers;
  const grid = gridOf(family.problem(samples[0]));
  const { shape } = packInputs(family, [samples[0]], grid);
  const network = await compile(
    ({ field }, weights) => ({ basis: operator.forward(weights, field) }),
    { field: { shape, dtype: 'float32' } },
    { parameters, threads },
  );
  try {
    for (const sample of samples) {
      const started = processorSeconds();
      const { basis } = await network.run({ field: packInputs(family, [sample], grid) });
      const proposed = processorSeconds();
      const problem = family.problem(sample);
      const columns = basis.shape.at(-1)!;
      const values = basis.data as Float32Array;
      const { field, diagnostics } =
        trained.solve === 'soft'
          ? { field: combined(problem, Float64Array.from(values)), diagnostics: [] }
          : solveConstraint(problem, values, columns, { ...trained.solve, ...solve });
      const solved = processorSeconds();
      answers.push({
        field,
        diagnostics,
        residuals: residualNorms(problem, field).norms,
        networkSeconds: proposed - started,
        solveSeconds: solved - proposed,
      });
    }
  } finally {
    await network.dispose();
  }
  return answers;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** c + E û */
function combined(
  {
    lifting,
    envelope,
  }: {
    lifting?: Float64Array;
    envelope?: { apply(x: Float64Array, columns: number): Float64Array };
  },
  proposed: Float64Array,
): Float64Array {
  const kept = envelope ? envelope.apply(proposed, 1) : proposed;
  return lifting ? kept.map((value, point) => value + lifting[point]) : kept;
}
