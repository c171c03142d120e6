import type { Evaluation, TrainedOperator } from '../../training/index.js';
import type { Certification } from './certify.js';
import type { SolverComparison } from './compare-solvers.js';
import type { TestSet } from './held-out.js';
import type { Recipe } from './recipes.js';
import type { SupervisionCost } from './supervision-cost.js';

/** Everything that table, summary and report are written from. */
export interface DemoResult {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly run: TrainedOperator;
  /** Wall time of all optimizer steps. */
  readonly trainingSeconds: number;
  readonly sets: readonly {
    readonly set: TestSet;
    readonly trained: Evaluation;
    /** The same network before its first step. */
    readonly untrained: Evaluation;
    readonly certification: Certification;
    readonly comparison: SolverComparison;
  }[];
  readonly discretisation: readonly { readonly category: string; readonly relativeL2: number }[];
  readonly supervisionCost: SupervisionCost;
  readonly hardware: string;
}

export const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
export const milliseconds = (seconds: number) => `${(1000 * seconds).toPrecision(3)} ms`;
