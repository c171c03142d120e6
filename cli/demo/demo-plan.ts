import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../common/random.js';
import { parameterCount } from '../../runtime/index.js';
import type { DemoOptions } from './demo.js';
import { recipes } from './recipes.js';

/** What `fieldsmith demo --dry-run --json` prints. */
export interface DemoPlan {
  readonly recipe: string;
  readonly supervision: string;
  readonly parameters: number;
  readonly pretrained: string | null;
  readonly steps: number | null;
  readonly budgetSeconds: number | null;
  readonly batchSize: number;
  readonly meshes: number;
  readonly cells: number;
  readonly samples: number;
  readonly seed: number;
  readonly out: string;
  /** What becomes of a run that is there */
  readonly earlier: 'none' | 'continued' | 'replaced';
}

/** What the demo would do. */
export function demoPlan(options: Omit<DemoOptions, 'signal' | 'progress'>): DemoPlan {
  const { out, seed, steps, minutes, pretrained } = options;
  const recipe = recipes[options.recipe]();
  const trains = pretrained === undefined;
  return {
    recipe: recipe.title,
    supervision: recipe.supervise.name,
    parameters: parameterCount(recipe.operator.initialParameters(createRandom(seed))),
    pretrained: pretrained ?? null,
    steps: trains && minutes === undefined ? (steps ?? recipe.steps) : null,
    budgetSeconds: trains && minutes !== undefined ? 60 * minutes : null,
    batchSize: recipe.batchSize,
    meshes: options.trainingMeshes,
    cells: options.cellCount,
    samples: options.samplesPerCategory,
    seed,
    out,
    earlier: existsSync(join(out, 'summary.json'))
      ? 'replaced'
      : existsSync(join(out, 'config.json'))
        ? 'continued'
        : 'none',
  };
}

/** The same for people. */
export function describeDemoPlan(plan: DemoPlan): string {
  const { recipe, parameters, pretrained, steps, budgetSeconds, meshes, cells, samples, earlier, out } = plan;
  const training =
    pretrained === null
      ? `${recipe}, ${parameters} parameters: ${steps === null ? `${budgetSeconds} s` : `${steps} steps`} of ${plan.batchSize} samples on ${meshes} parts of about ${cells} cells`
      : `none, the model ${pretrained} of the package`;
  return `training  ${training}
then      errors on ${samples} held-out samples a category, certified solves, comparison with classical solvers, report
run       ${out}${earlier === 'none' ? '' : `: the run that is there would be ${earlier}`}
nothing was trained or written`;
}
