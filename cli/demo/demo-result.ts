import type { PoissonTask } from '../../datasets/index.js';
import type { NeuralOperator } from '../../operators/index.js';
import type { Evaluation, RunConfiguration, StepMetrics } from '../../training/index.js';
import type { Certification } from './certify.js';
import type { SolverComparison } from './compare-solvers.js';
import type { TestSet } from './held-out.js';
import type { Recipe } from './recipes.js';
import type { SupervisionCost } from './supervision-cost.js';

/** The training that a model came from: this demo's own, or the one of a model that came with the package. */
export interface ShownTraining {
  readonly operator: Pick<NeuralOperator, 'output' | 'options'>;
  readonly task: PoissonTask;
  /** Number of training meshes; a model from elsewhere has only some of them at hand in `task`. */
  readonly meshCount: number;
  readonly configuration: Pick<RunConfiguration, 'steps' | 'batchSize' | 'seed'>;
  readonly history: readonly StepMetrics[];
}

/** Everything that table, summary and report are written from. */
export interface DemoResult {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly run: ShownTraining;
  /** Name of the model that came with the package in place of a training here. */
  readonly pretrained?: string;
  /** Wall time of all optimizer steps. */
  readonly trainingSeconds: number;
  readonly sets: readonly {
    readonly set: TestSet;
    readonly trained: Evaluation;
    /** The same network before its first step, where it was trained here. */
    readonly untrained?: Evaluation;
    readonly certification: Certification;
    readonly comparison: SolverComparison;
  }[];
  readonly discretisation: readonly { readonly category: string; readonly relativeL2: number }[];
  readonly supervisionCost: SupervisionCost;
  readonly hardware: string;
}

/** Three digits of small errors, two decimals of others. */
export const percent = (value: number) =>
  `${100 * value < 1 ? (100 * value).toPrecision(3) : (100 * value).toFixed(2)} %`;
export const milliseconds = (seconds: number) => `${(1000 * seconds).toPrecision(3)} ms`;
