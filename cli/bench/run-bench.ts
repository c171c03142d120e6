import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import { describeHardware } from '../../common/hardware.js';
import { writeFileAtomically } from '../../common/write-file.js';
import type { ModelFiles } from '../../training/index.js';
import { modelFiles } from '../problem/open-model.js';
import type { WorkWatch } from '../run-work.js';
import { type BenchModel, benchModel, convectionOf, onWebgpu, trainOnCase } from './bench-model.js';
import { renderBenchReport } from './bench-report.js';
import { benchWays } from './bench-ways.js';
import type { BenchFigures } from './figures.js';
import { loadAverage } from './load-average.js';
import { measure } from './measure.js';
import { type MeshError, meshError } from './mesh-error.js';
import { type PreparedBench, prepareBench, type RunBenchOptions } from './prepare-bench.js';
import { errorOfTwoPointFluxes, referencesOf } from './references.js';
import { judge, type Verdict } from './verdict.js';

/** What `fieldsmith bench --json` prints. */
export interface BenchResult extends BenchFigures {
  readonly title: string | null;
  readonly mesh: { readonly cells: number; readonly dimension: 2 | 3; readonly patches: readonly string[] };
  /** Queries that are answered together, and how many of them while the clock ran */
  readonly atOnce: number;
  readonly timedAtOnce: number;
  readonly repeats: number;
  /** Queries with references: errors are means over them */
  readonly references: number;
  /** Error of the two-point fluxes that models are trained on, solved to the end; 0 where faces are not oblique */
  readonly twoPointError: number;
  readonly meshError: MeshError;
  readonly verdict: Verdict;
  readonly hardware: string;
  /** Of the minute before the end; null where the system does not tell */
  readonly loadAverage: number | null;
  readonly seconds: number;
  readonly report: string | null;
}

/**
 * Measures what the queries of a case cost with a surrogate and without, on this machine, and judges.
 *
 * @returns undefined when a training was interrupted
 * @throws FileError, InvalidInputError for what is wrong with file, model and options
 */
export async function runBench(
  path: string,
  options: RunBenchOptions,
  watch: WorkWatch,
): Promise<BenchResult | undefined> {
  const started = performance.now();
  const { threads, repeats, out } = options;
  const prepared = await prepareBench(path, options, watch);
  const { file, given, atOnce, timedAtOnce, referenceCount } = prepared;
  const { perMesh, meshes, error: wantedError, device } = file.queries;
  const named = await namedModel(path, options, prepared, watch);
  if (named === 'interrupted') return undefined;
  const queries = Array.from({ length: Math.max(referenceCount, timedAtOnce) }, (_, n) => given.query(n));
  const asked = queries.slice(0, referenceCount);
  const references = await referencesOf(given, asked);
  watch.signal.throwIfAborted();
  const twoPointError = await errorOfTwoPointFluxes(given, asked, references);
  const ofMesh = await meshError(file, path, given, references[0], watch);
  const model =
    named && (await benchModel(named.name, named.files, given, { threads, trainedSeconds: named.seconds }));
  const gpu = await gpuModel(device, model, named?.files, threads);
  try {
    const methods = await measure(
      given,
      benchWays(given, model?.surrogate ?? null, gpu, {
        queriesPerMesh: perMesh,
        wantedError,
        twoPointError,
        threads,
      }),
      { wantedError, twoPointError, queries, references, timedAtOnce, repeats },
      watch,
    );
    const figures: BenchFigures = {
      wantedError,
      meshes,
      queriesPerMesh: perMesh,
      discretisationError: ofMesh.error,
      model: model?.figures ?? null,
      device: { asked: device, missing: gpu.missing },
      methods,
    };
    const result: BenchResult = {
      title: file.title ?? null,
      mesh: {
        cells: given.mesh.cellCount,
        dimension: given.mesh.dimension,
        patches: given.mesh.patches.map(({ name }) => name),
      },
      ...figures,
      ...{ atOnce, timedAtOnce, repeats, references: referenceCount, twoPointError, meshError: ofMesh },
      verdict: judge(figures),
      hardware: describeHardware(),
      loadAverage: loadAverage(),
      seconds: (performance.now() - started) / 1000,
      report: out ?? null,
    };
    if (out !== undefined) writeFileAtomically(out, renderBenchReport(result));
    return result;
  } finally {
    await model?.surrogate?.dispose();
    await gpu.surrogate?.dispose();
  }
}

interface NamedModel {
  readonly name: string;
  readonly files: ModelFiles;
  /** Of a training that this bench has done */
  readonly seconds?: number;
}

async function namedModel(
  path: string,
  { model, trainBudget, out, threads }: RunBenchOptions,
  { file, given }: PreparedBench,
  watch: WorkWatch,
): Promise<NamedModel | null | 'interrupted'> {
  if (trainBudget !== undefined) {
    const refusal = convectionOf(given);
    if (refusal) throw new InvalidInputError(`--train-budget: there is nothing to train: ${refusal}`);
    const run = `${(out ?? path).replace(/\.[^./]*$/, '')}-run`;
    const trained = await trainOnCase(path, file, { budgetSeconds: trainBudget, out: run, threads }, watch);
    return trained ? { name: run, ...trained } : 'interrupted';
  }
  if (model !== undefined) return { name: model, files: modelFiles(model) };
  const { surrogate } = file;
  if (surrogate === undefined) return null;
  return { name: surrogate, files: modelFiles(surrogate, resolve(dirname(path), surrogate)) };
}

async function gpuModel(
  device: 'cpu' | 'webgpu',
  model: BenchModel | null,
  files: ModelFiles | undefined,
  threads: number | undefined,
) {
  if (device === 'cpu') return { surrogate: null, missing: null };
  if (!model?.surrogate || !files) return { surrogate: null, missing: 'there is no model to run on it' };
  return onWebgpu(files, threads);
}
