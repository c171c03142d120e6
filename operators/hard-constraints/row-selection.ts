import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom, type Random } from '../../common/random.js';
import type { Partition } from './partition.js';
import type { RowGroup } from './residual.js';

/** Rows of one group that take part in a solve, ascending. */
export interface SelectedRows {
  readonly group: number;
  readonly rows: Int32Array;
}

export interface SamplingOptions {
  /**
   * Rows that an expert draws from each group whose rows may be drawn, without replacement; all where it has no more, or with
   * 'all'.
   */
  readonly samples: number | 'all';
  /** Of the draws. */
  readonly seed: number;
}

/**
 * The rows of experts' own solves: those of its window's points, drawn where the group allows it, and every row of the
 * groups that all experts are given.
 *
 * @throws InvalidInputError for a number of samples that is not a positive integer
 */
export function rowsOfExperts(
  groups: readonly RowGroup[],
  { windows }: Partition,
  options: SamplingOptions,
  experts: readonly number[],
): SelectedRows[][] {
  checkSamples(options);
  return experts.map((expert) => {
    const own = new Set(windows[expert].points);
    return groups.map((group, at) => {
      const all = Int32Array.from(group.points.keys());
      if (group.scope === 'every-expert') return { group: at, rows: all };
      const rows = all.filter((row) => own.has(group.points[row]));
      return { group: at, rows: drawn(group, rows, options, [expert, at]) };
    });
  });
}

/** The rows of one solve for all experts: what each owns, drawn expert by expert, and the shared rows once. */
export function rowsTogether(
  groups: readonly RowGroup[],
  { windows, owner }: Partition,
  options: SamplingOptions,
): SelectedRows[] {
  checkSamples(options);
  return groups.map((group, at) => {
    const all = Int32Array.from(group.points.keys());
    if (group.scope === 'every-expert') return { group: at, rows: all };
    const rows = windows.flatMap((_, expert) => [
      ...drawn(
        group,
        all.filter((row) => owner[group.points[row]] === expert),
        options,
        [expert, at],
      ),
    ]);
    return { group: at, rows: Int32Array.from(rows).sort() };
  });
}

function checkSamples({ samples }: SamplingOptions): void {
  if (samples === 'all' || (Number.isInteger(samples) && samples > 0)) return;
  throw new InvalidInputError(
    `hard constraints: samples should be a positive number of rows an expert or 'all', got ${samples}`,
  );
}

function drawn(
  { sampling }: RowGroup,
  rows: Int32Array,
  { samples, seed }: SamplingOptions,
  stream: readonly number[],
): Int32Array {
  if (sampling === 'all' || samples === 'all' || samples >= rows.length) return rows;
  return drawWithoutReplacement(rows, samples, createRandom(combineSeeds(seed, ...stream)));
}

/** `count` of the items, ascending: a partial Fisher–Yates shuffle. */
export function drawWithoutReplacement(items: Int32Array, count: number, random: Random): Int32Array {
  const pool = items.slice();
  for (let i = 0; i < count; i++) {
    const j = random.integer(i, pool.length - 1);
    const chosen = pool[j];
    pool[j] = pool[i];
    pool[i] = chosen;
  }
  return pool.slice(0, count).sort();
}
