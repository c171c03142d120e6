import { describeHardware } from '../../common/hardware.js';
import {
  type ErrorStatistics,
  type EvaluationSample,
  evaluate,
  openSurrogate,
  type Surrogate,
} from '../../training/index.js';
import { type Certification, certify, problemOf } from '../demo/certify.js';
import { compareSolvers, type SolverComparison } from '../demo/compare-solvers.js';
import { modelFiles } from '../problem/open-model.js';
import type { WorkWatch } from '../run-work.js';
import { evaluationProblems, type ProblemsRequest, readNotes } from './evaluation-problems.js';

export interface RunEvaluateOptions extends ProblemsRequest {
  /** Problems a category */
  readonly samples: number;
  /** By default that of the run: the problems that its own errors were measured on */
  readonly seed?: number;
  readonly threads?: number;
}

/** How problems compare with what the model was trained on; 1 is the edge of the trained range. */
export interface RangeFigures {
  /** Null where the model does not know its range */
  readonly largestScore: number | null;
  readonly outside: number;
  readonly samples: number;
  /** Of the problem with the largest score, where it is outside */
  readonly reasons: readonly string[];
}

/** What `fieldsmith evaluate --json` prints. */
export interface EvaluateResult {
  readonly model: string;
  readonly operator: string;
  readonly parameters: number;
  readonly trainedRange: {
    readonly cells: readonly [number, number];
    readonly boundaryFaces: readonly [number, number];
    readonly geometry: string;
  };
  readonly meanRelativeL2: number;
  readonly categories: Readonly<Record<string, ErrorStatistics & { readonly range: RangeFigures }>>;
  readonly certified: Certification;
  /** On the first problems of each category; set-up included, assembly of the equations, which all need, not */
  readonly comparison: SolverComparison;
  readonly hardware: string;
}

/** Problems a category in the timed comparison. */
const COMPARED = 2;

/**
 * Errors of a model by category, what it saves a certified solve, and the time that classical solvers need to its error.
 *
 * @throws what evaluationProblems throws; FileError for what is no model
 */
export async function runEvaluate(
  run: string,
  { samples: count, seed, threads, ...request }: RunEvaluateOptions,
  watch: WorkWatch,
): Promise<EvaluateResult> {
  const files = modelFiles(run);
  const setting = { seed: seed ?? readNotes(run).seed ?? 1, samples: count, ...watch };
  const samples = await evaluationProblems(files.card, run, request, setting);
  const surrogate = await openSurrogate(files, { threads });
  try {
    const { categories, meanRelativeL2 } = await evaluate(surrogate.answer, samples, watch);
    const { operator, training, trainedRange } = files.card;
    return {
      model: run,
      operator: operator.name,
      parameters: training.parameters,
      trainedRange: {
        cells: trainedRange.cells,
        boundaryFaces: trainedRange.boundaryFaces,
        geometry: trainedRange.geometry,
      },
      meanRelativeL2,
      categories: Object.fromEntries(
        Object.entries(categories).map(([name, statistics]) => [
          name,
          { ...statistics, range: rangeOf(surrogate, ofCategory(samples, name)) },
        ]),
      ),
      certified: await certify(surrogate, samples, watch),
      comparison: await compareSolvers(
        surrogate,
        Object.keys(categories).flatMap((name) => ofCategory(samples, name).slice(0, COMPARED)),
        { ...watch, solvers: ['AMG-PCG', 'IC(0)-PCG'], curveSteps: [] },
      ),
      hardware: describeHardware(),
    };
  } finally {
    await surrogate.dispose();
  }
}

const ofCategory = (samples: readonly EvaluationSample[], name: string) =>
  samples.filter(({ category }) => category === name);

function rangeOf(surrogate: Surrogate, samples: readonly EvaluationSample[]): RangeFigures {
  const verdicts = samples.map((sample) => surrogate.rangeOf(problemOf(sample)));
  const worst = verdicts.reduce((a, b) => ((b.score ?? -1) > (a.score ?? -1) ? b : a));
  return {
    largestScore: worst.score,
    outside: verdicts.filter(({ outside }) => outside).length,
    samples: verdicts.length,
    reasons: worst.outside ? worst.reasons : [],
  };
}
