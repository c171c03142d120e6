import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { FileError, InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import {
  NPSOLVER_TASKS,
  type NpsolverTaskName,
  type PoissonTaskOptions,
  poissonTask,
} from '../../datasets/index.js';
import { type EvaluationSample, evaluationSamples, type ModelCard } from '../../training/index.js';
import { partMeshes } from '../problem/part-meshes.js';
import { partsSamples } from '../train/parts-subject.js';
import type { SubjectSetting } from '../train/subject.js';
import { taskSubject } from '../train/task-subject.js';

export interface ProblemsRequest {
  /** Test categories of one of NPSolver's tasks */
  readonly task?: NpsolverTaskName;
  /** Own parts, with loads and boundary types as in training */
  readonly parts?: string;
  readonly cells?: number;
  readonly cellSize?: number;
}

/** What `fieldsmith train` has noted of a run. */
const noted = z.object({
  task: z.enum(NPSOLVER_TASKS).optional(),
  parts: z.string().optional(),
  cells: z.number().optional(),
  cellSize: z.number().optional(),
  seed: z.int().optional(),
});

export type RunNotes = z.infer<typeof noted>;

/** What the run of a model was told, as far as its folder says. @throws FileError for notes that are none */
export function readNotes(run: string): RunNotes {
  const path = join(run, 'summary.json');
  if (!existsSync(path) || !statSync(run).isDirectory()) return {};
  try {
    return noted.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new FileError(`evaluate: ${path} is not what fieldsmith train writes; name --task or --parts`, {
      cause,
    });
  }
}

/**
 * The task or the parts that a request names, or else those that the run of the model was measured on.
 *
 * @throws InvalidInputError where neither says what to ask
 */
export function problemsToAsk(run: string, request: ProblemsRequest): ProblemsRequest {
  const named = request.task ?? request.parts;
  const asked = named === undefined ? { ...readNotes(run), ...request } : request;
  if (asked.task !== undefined || asked.parts !== undefined) return asked;
  throw new InvalidInputError(
    `evaluate: ${run} does not say what it was trained on; name --parts or --task: ${NPSOLVER_TASKS.join(', ')}`,
  );
}

/**
 * Problems with references to ask a model: those of a task or of parts, or what the run itself was measured on.
 *
 * @throws InvalidInputError where neither request nor run says what to ask, or parts are not of the model's dimension
 */
export async function evaluationProblems(
  card: ModelCard,
  run: string,
  request: ProblemsRequest,
  setting: SubjectSetting,
): Promise<EvaluationSample[]> {
  const { task, parts, cells, cellSize } = problemsToAsk(run, request);
  if (task !== undefined) {
    requireDimension(card, task === 'cube' ? 3 : 2, `the task ${task}`);
    return taskSubject({ task, cells }, setting).testSamples(undefined);
  }
  const { seed, samples, ...watch } = setting;
  const meshes = await partMeshes(parts!, { cells, cellSize, ...watch });
  requireDimension(card, meshes[0].mesh.dimension, `the parts in ${parts}`);
  const trained = card.training.task as Partial<PoissonTaskOptions>;
  const { source, boundary, fluxes, conductivity, removeMean } = trained;
  const asTrained = {
    ...{ source, boundary, removeMean },
    ...(fluxes && { fluxes }),
    ...(conductivity && { conductivity }),
  };
  // the run's own folder: what was held out of it is told apart
  const { parts: trainedOn } = readNotes(run);
  const own = trainedOn !== undefined && resolve(trainedOn) === resolve(parts!);
  if (own) return partsSamples(meshes, asTrained, { seed, samples });
  return evaluationSamples(poissonTask({ ...asTrained, meshes: meshes.map(({ mesh }) => mesh) }), {
    category: `parts in ${parts}`,
    count: Math.max(samples, meshes.length),
    seed: combineSeeds(seed, 1),
  });
}

function requireDimension({ meshKind }: ModelCard, dimension: 2 | 3, what: string): void {
  if (meshKind.startsWith(`${dimension}D`)) return;
  throw new InvalidInputError(`evaluate: ${what} are ${dimension}D, the model is for ${meshKind}`);
}
