import { dirname, extname, resolve } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import { meshFormatOfName } from '../../geometry/formats/mesh-formats.js';
import type { ModelFiles } from '../../training/index.js';
import { readConfig } from '../config/read-config.js';
import { buildMesh } from '../problem/build-mesh.js';
import { heatOf } from '../problem/load-case.js';
import { modelFiles } from '../problem/open-model.js';
import { type ProblemFile, problemSchema } from '../problem/problem-schema.js';
import type { WorkWatch } from '../run-work.js';
import { solveInTime, type TransientResult } from './solve-in-time.js';
import { type SteadyResult, solveSteady } from './solve-steady.js';

export interface RunSolveOptions {
  /** A run or model folder, an .onnx file, or the name of a model of the package; the file's `surrogate` by default */
  readonly model?: string;
  /** Field to write: .vtu, .vtk or .msh; of heat in time a series, .pvd */
  readonly out?: string;
  /** On the relative residual; of heat in time that of each stage */
  readonly tolerance: number;
  /** Name of a load case */
  readonly case?: string;
}

/** What of it the solvers need. */
export interface SolveRequest extends Pick<RunSolveOptions, 'out' | 'tolerance'> {
  readonly model?: ModelFiles;
}

export type SolveResult = { readonly title?: string } & (SteadyResult | TransientResult);

/**
 * Solves the problem of a file, steady or, with a section `time`, in time.
 *
 * @throws FileError, InvalidInputError naming what is wrong with file, model or options; FieldsmithError without an answer
 */
export async function runSolve(
  path: string,
  options: RunSolveOptions,
  watch: WorkWatch,
): Promise<SolveResult> {
  const file = await readConfig(path, problemSchema);
  const { title, time } = file;
  const { out, tolerance } = options;
  if (out !== undefined) requireEnding(out, time !== undefined);
  const heat = heatOf(file, options.case);
  const model = modelOfProblem(file, path, options);
  const mesh = await buildMesh(file.mesh, file.lengthUnit, path, watch);
  watch.signal.throwIfAborted();
  const request = { out, tolerance, model };
  const result = time
    ? await solveInTime(file, mesh, heat, request, watch)
    : await solveSteady(file, mesh, heat, request, watch);
  return { ...(title !== undefined && { title }), ...result };
}

/** The surrogate that is to guess, of the option or of the file. @throws InvalidInputError for heat in time with an option */
export function modelOfProblem(
  { time, surrogate }: ProblemFile,
  path: string,
  { model }: Pick<RunSolveOptions, 'model'>,
): ModelFiles | undefined {
  if (time && model !== undefined) {
    throw new InvalidInputError('--model: surrogates guess steady problems; heat in time is solved without');
  }
  if (model !== undefined) return modelFiles(model);
  return surrogate !== undefined && !time
    ? modelFiles(surrogate, resolve(dirname(path), surrogate))
    : undefined;
}

/** @throws InvalidInputError for a name that the field, or the series of heat in time, cannot be written under */
export function requireEnding(out: string, inTime: boolean): void {
  if (!inTime) {
    meshFormatOfName(out);
    return;
  }
  if (extname(out).toLowerCase() === '.pvd') return;
  throw new InvalidInputError(
    `--out: heat in time is written as a series, expected a name that ends in .pvd, got '${out}'`,
  );
}
