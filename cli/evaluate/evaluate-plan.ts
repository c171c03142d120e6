import { modelFiles } from '../problem/open-model.js';
import { partMeshes } from '../problem/part-meshes.js';
import type { WorkWatch } from '../run-work.js';
import { problemsToAsk, readNotes } from './evaluation-problems.js';
import type { RunEvaluateOptions } from './run-evaluate.js';

/** What `fieldsmith evaluate --dry-run --json` prints. */
export interface EvaluatePlan {
  readonly model: string;
  readonly operator: string;
  readonly parameters: number;
  readonly task: string | null;
  /** Where the parts come from, their files, and the least and most cells of one */
  readonly parts: {
    readonly path: string;
    readonly files: readonly string[];
    readonly cells: readonly [number, number];
  } | null;
  readonly samples: number;
  readonly seed: number;
}

/** What a model would be asked, with parts read and nothing solved. @throws as runEvaluate, for all that it finds before it asks */
export async function evaluatePlan(
  run: string,
  { samples, seed, ...request }: RunEvaluateOptions,
  watch: WorkWatch,
): Promise<EvaluatePlan> {
  const { card } = modelFiles(run);
  const { task, parts, cells, cellSize } = problemsToAsk(run, request);
  const meshes = parts === undefined ? undefined : await partMeshes(parts, { cells, cellSize, ...watch });
  watch.signal.throwIfAborted();
  const counts = meshes?.map(({ mesh }) => mesh.cellCount) ?? [];
  return {
    model: run,
    operator: card.operator.name,
    parameters: card.training.parameters,
    task: task ?? null,
    parts:
      parts !== undefined && meshes
        ? {
            path: parts,
            files: meshes.map(({ file }) => file),
            cells: [Math.min(...counts), Math.max(...counts)],
          }
        : null,
    samples,
    seed: seed ?? readNotes(run).seed ?? 1,
  };
}

/** The same for people. */
export function describeEvaluatePlan({
  model,
  operator,
  parameters,
  task,
  parts,
  ...rest
}: EvaluatePlan): string {
  const asked = parts
    ? `${parts.files.length} parts of ${parts.path}, ${parts.cells[0]} to ${parts.cells[1]} cells`
    : `the test categories of the task ${task}`;
  return `${model}: ${operator}, ${parameters} parameters
problems  ${rest.samples} a category, seed ${rest.seed}, of ${asked}
then      certified solves from its answers, and the time of AMG and IC(0) conjugate gradients to its error
nothing was solved`;
}
