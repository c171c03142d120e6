import { FieldsmithError } from '../../common/errors.js';
import { median } from '../../common/median.js';
import type { WorkWatch } from '../run-work.js';
import type { BenchCase } from './bench-case.js';
import type { MethodFigures } from './figures.js';
import type { Query } from './query.js';
import { type ErrorOf, type SearchedPoint, searchSettings } from './search-settings.js';
import type { OpenWay, Setting, Way } from './ways.js';

export interface MeasureOptions {
  /** Iterative methods are measured at the loosest tolerance that reaches it, and at those that reach a surrogate's own error */
  readonly wantedError: number;
  /** Error of the two-point fluxes solved to the end */
  readonly twoPointError: number;
  readonly queries: readonly Query[];
  readonly references: readonly Float64Array[];
  /** Queries answered at once while the clock runs */
  readonly timedAtOnce: number;
  readonly repeats: number;
}

/** Rounds of set-ups on a large mesh, which takes seconds each. */
const LARGE = 30_000;
const LARGE_ROUNDS = 1;
/** s that one call of the clock may take, and queries it is made for all the same: four share what solvers read. */
const LONGEST_CALL = 0.3;
const FEWEST_TIMED = 4;

/** A way set up, with the settings that are worth timing. */
interface Candidate {
  readonly way: Way;
  readonly setups: number[];
  parts: Readonly<Record<string, number>>;
  opened?: OpenWay;
  failure?: string;
  settings: readonly { readonly setting: Setting; readonly point: SearchedPoint }[];
  readonly times: number[][];
}

/**
 * Set-up, errors and times of all ways, each timed in turns with all others; the first round, in which code is compiled, does not
 * count unless the mesh is large.
 */
export async function measure(
  given: BenchCase,
  ways: readonly Way[],
  options: MeasureOptions,
  { signal, progress }: WorkWatch,
): Promise<MethodFigures[]> {
  const candidates = ways.map(
    (way): Candidate => ({ way, setups: [], parts: {}, failure: way.missing, settings: [], times: [] }),
  );
  try {
    await setUp(given, candidates, options, { signal, progress });
    await findErrors(given, candidates, options, { signal, progress });
    await time(candidates, options, { signal, progress });
    return candidates.map(figuresOf);
  } finally {
    for (const { opened } of candidates) await opened?.dispose?.();
  }
}

async function setUp(
  given: BenchCase,
  candidates: Candidate[],
  { repeats }: MeasureOptions,
  { signal, progress }: WorkWatch,
): Promise<void> {
  const large = given.mesh.cellCount > LARGE;
  const rounds = large ? LARGE_ROUNDS : repeats + 1;
  for (let round = 0; round < rounds; round++) {
    for (const [index, candidate] of candidates.entries()) {
      signal.throwIfAborted();
      progress.update('set-up', round * candidates.length + index, rounds * candidates.length);
      if (candidate.failure !== undefined) continue;
      if (round === 0) candidate.way.prepare?.();
      await candidate.opened?.dispose?.();
      candidate.opened = undefined;
      const started = performance.now();
      try {
        candidate.opened = await candidate.way.open();
      } catch (error) {
        if (!(error instanceof FieldsmithError)) throw error;
        candidate.failure = error.message;
        continue;
      }
      const seconds = (performance.now() - started) / 1000;
      candidate.parts = candidate.opened.parts ?? {};
      if (round > 0 || large) candidate.setups.push(seconds);
    }
  }
  progress.update('set-up', 1, 1);
}

/** Fixed answers first: iterative methods are asked for the errors of the surrogates among them. */
async function findErrors(
  given: BenchCase,
  candidates: readonly Candidate[],
  options: MeasureOptions,
  { signal, progress }: WorkWatch,
): Promise<void> {
  const isFixed = ({ way }: Candidate) => way.settings !== 'tolerances';
  const order = [...candidates.filter(isFixed), ...candidates.filter((each) => !isFixed(each))];
  const targets = [options.wantedError];
  for (const [index, candidate] of order.entries()) {
    signal.throwIfAborted();
    progress.update('errors', index, order.length);
    if (!candidate.opened) continue;
    await findSettings(given, candidate, candidate.opened, options, targets);
    if (candidate.way.kind === 'surrogate')
      targets.push(...candidate.settings.map(({ point }) => point.error));
  }
  progress.update('errors', order.length, order.length);
}

async function findSettings(
  given: BenchCase,
  candidate: Candidate,
  opened: OpenWay,
  { queries, references, twoPointError }: MeasureOptions,
  targets: readonly number[],
): Promise<void> {
  const asked = queries.slice(0, references.length);
  const errorOf: ErrorOf = async (setting) => {
    const started = performance.now();
    const { fields, iterations, label = setting.label } = await opened.answer(asked, setting);
    const seconds = (performance.now() - started) / 1000 / asked.length;
    const errors = fields.map((field, s) => relativeError(given.mesh.cellVolumes, field, references[s]));
    return {
      setting: label,
      error: errors.reduce((sum, error) => sum + error, 0) / errors.length,
      largestError: Math.max(...errors),
      iterations: iterations === undefined ? null : iterations / asked.length,
      roughSeconds: seconds,
    };
  };
  const { settings } = candidate.way;
  candidate.settings =
    settings === 'tolerances'
      ? await searchSettings(errorOf, { targets, orthogonal: given.orthogonal, twoPointError })
      : await Promise.all(settings.map(async (setting) => ({ setting, point: await errorOf(setting) })));
  for (const _ of candidate.settings) candidate.times.push([]);
}

async function time(
  candidates: readonly Candidate[],
  { queries, timedAtOnce, repeats }: MeasureOptions,
  { signal, progress }: WorkWatch,
): Promise<void> {
  for (let round = -1; round < repeats; round++) {
    for (const { opened, settings, times } of candidates) {
      for (const [k, { setting, point }] of settings.entries()) {
        signal.throwIfAborted();
        const most = Math.max(FEWEST_TIMED, Math.round(LONGEST_CALL / point.roughSeconds));
        const asked = queries.slice(0, Math.min(timedAtOnce, most));
        const started = performance.now();
        await opened!.answer(asked, setting);
        if (round >= 0) times[k].push((performance.now() - started) / 1000 / asked.length);
        // ctrl-C gets through
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    progress.update('times', round + 2, repeats + 1);
  }
}

function figuresOf({ way, setups, parts, failure, settings, times }: Candidate): MethodFigures {
  const { name, title, kind, device } = way;
  const measured = failure === undefined;
  return {
    ...{ name, title, kind, device },
    setupSeconds: measured ? median(setups) : null,
    setupParts: measured ? parts : {},
    points: measured ? settings.map(({ point }, k) => ({ ...point, secondsPerQuery: median(times[k]) })) : [],
    missing: failure ?? null,
  };
}

/** √(Σ V (u − u*)²/Σ V u*²) of rises over the surroundings. */
export function relativeError(
  volumes: Float64Array,
  field: ArrayLike<number>,
  reference: Float64Array,
): number {
  let [difference, size] = [0, 0];
  for (let cell = 0; cell < reference.length; cell++) {
    difference += volumes[cell] * (field[cell] - reference[cell]) ** 2;
    size += volumes[cell] * reference[cell] ** 2;
  }
  return size > 0 ? Math.sqrt(difference / size) : Math.sqrt(difference);
}
