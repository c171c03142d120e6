import { modelFiles } from '../problem/open-model.js';
import type { WorkWatch } from '../run-work.js';
import { classicalWays } from './classical-ways.js';
import { prepareBench, type RunBenchOptions } from './prepare-bench.js';
import { reducedWays } from './reduced-ways.js';

/** What `fieldsmith bench --dry-run --json` prints. */
export interface BenchPlan {
  readonly cells: number;
  readonly dimension: 2 | 3;
  readonly queriesPerMesh: number;
  readonly meshes: number;
  readonly wantedError: number;
  readonly device: 'cpu' | 'webgpu';
  readonly model: string | null;
  readonly trainBudget: number | null;
  readonly atOnce: number;
  readonly references: number;
  readonly rounds: number;
  /** Methods beside those of the model, and why some are not measured */
  readonly methods: readonly {
    readonly name: string;
    readonly title: string;
    readonly missing: string | null;
  }[];
}

/** What would be measured, with mesh and equations made and nothing timed or written. */
export async function benchPlan(
  path: string,
  options: RunBenchOptions,
  watch: WorkWatch,
): Promise<BenchPlan> {
  const { file, given, atOnce, referenceCount } = await prepareBench(path, options, watch);
  const { perMesh, meshes, error, device } = file.queries;
  const model = options.trainBudget === undefined ? (options.model ?? file.surrogate ?? null) : null;
  if (options.model !== undefined) modelFiles(options.model);
  const ways = [
    ...classicalWays(given),
    ...reducedWays(given, { queriesPerMesh: perMesh, wantedError: error, twoPointError: 0 }),
  ];
  return {
    cells: given.mesh.cellCount,
    dimension: given.mesh.dimension,
    queriesPerMesh: perMesh,
    meshes,
    wantedError: error,
    device,
    model,
    trainBudget: options.trainBudget ?? null,
    atOnce,
    references: referenceCount,
    rounds: options.repeats,
    methods: ways.map(({ name, title, missing = null }) => ({ name, title, missing })),
  };
}

/** The same for people. */
export function describeBenchPlan(plan: BenchPlan): string {
  const { model, trainBudget, methods } = plan;
  const surrogate =
    trainBudget !== null
      ? `one trained on this part for ${trainBudget} s`
      : (model ?? 'none: name one with --model, or train one with --train-budget');
  return `${plan.cells} cells in ${plan.dimension}D, ${plan.queriesPerMesh} queries on each of ${plan.meshes} meshes, ${plan.atOnce} at a time, wanted to ${100 * plan.wantedError} %
surrogate ${surrogate}${plan.device === 'webgpu' ? ', on webgpu and on the CPU' : ''}
methods   ${methods.map(({ title, missing }) => (missing ? `${title} (not: ${missing})` : title)).join('\n          ')}
errors    against the solver's converged answers to ${plan.references} queries; ${plan.rounds} rounds after one for warming up
nothing was measured or written`;
}
