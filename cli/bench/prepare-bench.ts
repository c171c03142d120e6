import { extname } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import { buildMesh } from '../problem/build-mesh.js';
import { type ProblemFile, problemSchema } from '../problem/problem-schema.js';
import { readYaml } from '../problem/read-yaml.js';
import type { WorkWatch } from '../run-work.js';
import { type BenchCase, benchCase } from './bench-case.js';

export interface RunBenchOptions {
  /** Page to write */
  readonly out?: string;
  /** Run or model folder, .onnx file or name of a model of the package; the file's `surrogate` by default */
  readonly model?: string;
  /** s, trains a surrogate on the part first */
  readonly trainBudget?: number;
  /** In place of the file's */
  readonly queries?: number;
  readonly meshes?: number;
  readonly error?: number;
  readonly device?: 'cpu' | 'webgpu';
  readonly case?: string;
  readonly repeats: number;
  readonly threads?: number;
}

/** Queries that errors are means of, on small and on large meshes. */
const [REFERENCES, FEW_REFERENCES, REFERENCE_CELLS] = [8, 4, 100_000];
/** Queries at once at most; more take as long each. */
const MOST_AT_ONCE = 64;
/** Values of the fields that are answered at once while the clock runs. */
const TIMED_VALUES = 1_000_000;

/** A case ready to be measured. */
export interface PreparedBench {
  readonly file: ProblemFile;
  readonly given: BenchCase;
  readonly atOnce: number;
  readonly timedAtOnce: number;
  readonly referenceCount: number;
}

/** @throws FileError, InvalidInputError for what is wrong with file and options */
export async function prepareBench(
  path: string,
  options: RunBenchOptions,
  watch: WorkWatch,
): Promise<PreparedBench> {
  if (options.out !== undefined && extname(options.out).toLowerCase() !== '.html') {
    throw new InvalidInputError(
      `--out: the report is a page, expected a name that ends in .html, got '${options.out}'`,
    );
  }
  if (options.trainBudget !== undefined && options.model !== undefined) {
    throw new InvalidInputError('--train-budget trains a model: give either it or --model');
  }
  const read = readYaml(path, problemSchema);
  const queries = {
    ...read.queries,
    ...(options.queries !== undefined && { perMesh: options.queries }),
    ...(options.meshes !== undefined && { meshes: options.meshes }),
    ...(options.error !== undefined && { error: options.error }),
    ...(options.device !== undefined && { device: options.device }),
  };
  const file = { ...read, queries };
  const mesh = await buildMesh(file.mesh, file.lengthUnit, path, watch);
  watch.signal.throwIfAborted();
  const given = benchCase(file, mesh, options.case);
  const { perMesh, meshes, atOnce = MOST_AT_ONCE } = queries;
  const cells = mesh.cellCount;
  const together = Math.min(atOnce, perMesh, MOST_AT_ONCE);
  return {
    file,
    given,
    atOnce: together,
    timedAtOnce: Math.max(1, Math.min(together, Math.round(TIMED_VALUES / cells))),
    referenceCount: Math.min(
      perMesh * meshes,
      Math.max(FEW_REFERENCES, Math.min(REFERENCES, Math.round(REFERENCE_CELLS / cells))),
    ),
  };
}
