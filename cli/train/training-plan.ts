import { createRandom } from '../../common/random.js';
import { parameterCount } from '../../runtime/index.js';
import type { Subject } from './subject.js';
import { subjectAndRecipe, type TrainSurrogateOptions } from './train-surrogate.js';

/** What `fieldsmith train --dry-run --json` prints. */
export interface TrainingPlan {
  readonly subject: string;
  readonly recipe: string;
  readonly supervision: string;
  readonly operator: string;
  readonly parameters: number;
  readonly batchSize: number;
  readonly sourcesPerSample: number;
  readonly steps: number | null;
  readonly budgetSeconds: number | null;
  readonly meshes: number;
  readonly cells: readonly [least: number, most: number];
  readonly patches: readonly string[];
  readonly files?: Subject['parts'];
}

/** The training that the options describe, its meshes made and nothing trained or written. */
export async function trainingPlan(options: TrainSurrogateOptions): Promise<TrainingPlan> {
  const { subject, recipe } = await subjectAndRecipe(options);
  const meshes = await subject.trainingMeshes();
  options.signal?.throwIfAborted();
  const cells = meshes.map(({ cellCount }) => cellCount);
  return {
    subject: subject.name,
    recipe: recipe.title,
    supervision: options.supervise?.name ?? recipe.supervise.name,
    operator: recipe.operator.name,
    parameters: parameterCount(recipe.operator.initialParameters(createRandom(options.seed))),
    batchSize: recipe.batchSize,
    sourcesPerSample: recipe.sourcesPerSample,
    steps: options.budgetSeconds === undefined ? (options.steps ?? recipe.steps) : null,
    budgetSeconds: options.budgetSeconds ?? null,
    meshes: meshes.length,
    cells: [Math.min(...cells), Math.max(...cells)],
    patches: [...new Set(meshes.flatMap(({ patches }) => patches.map(({ name }) => name)))],
    ...(subject.parts && { files: subject.parts }),
  };
}

/** The same for people. */
export function describePlan(plan: TrainingPlan): string {
  const { subject, recipe, parameters, meshes, cells, patches, files, steps, budgetSeconds } = plan;
  return `${subject}: ${meshes} meshes of ${cells[0]} to ${cells[1]} cells${files ? `, ${files.heldOut.length} held out` : ''}
patches   ${patches.join(', ')}
network   ${recipe}, ${parameters} parameters
training  ${steps === null ? `${budgetSeconds} s` : `${steps} steps`} of ${plan.batchSize} samples with ${plan.sourcesPerSample} sources each, loss ${plan.supervision}
nothing was trained or written`;
}
