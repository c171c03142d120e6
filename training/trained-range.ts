import { z } from 'zod';
import { FieldsmithError } from '../common/errors.js';
import { choleskyFactor, choleskySolve } from '../operators/reduced-basis/cholesky.js';
import {
  type DescriptorGroup,
  type DescriptorKind,
  type Descriptors,
  descriptorKinds,
} from './problem-descriptors.js';

const groupStatistics = z.object({
  names: z.array(z.string()).min(1),
  /** Least and largest value seen of each figure. */
  low: z.array(z.number()),
  high: z.array(z.number()),
  mean: z.array(z.number()),
  /** Lower triangle by rows. */
  covariance: z.array(z.number()),
  /** Distance from the mean at which the trained range ends. */
  threshold: z.number().positive(),
  /** Meshes or problems measured. */
  count: z.int().min(1),
});

export const rangeStatisticsSchema = z.object({
  dimension: z.union([z.literal(2), z.literal(3)]),
  groups: z.record(z.string(), groupStatistics),
});

/** What training saw, in numbers: for each group of figures mean, covariance, extremes, and where the range ends. */
export type RangeStatistics = z.infer<typeof rangeStatisticsSchema>;

type GroupStatistics = z.infer<typeof groupStatistics>;

/** How a problem compares with what a model was trained on. */
export interface RangeVerdict {
  /** 0 at the middle of the trained range, 1 at its edge; the worst of `groups`. null for a model that recorded no range. */
  readonly score: number | null;
  /** score > 1 */
  readonly outside: boolean;
  /** Sentences that name what is outside, or why nothing is known; empty inside. */
  readonly reasons: readonly string[];
  /** The score of each group of figures that was measured. */
  readonly groups: Readonly<Partial<Record<DescriptorGroup, number>>>;
}

/** A problem outside of the trained range, asked of a model that was opened to refuse those. */
export class OutsideTrainedRangeError extends FieldsmithError {
  constructor(
    message: string,
    readonly verdict: RangeVerdict,
  ) {
    super(message);
  }
}

/** Share of the training problems that lies within the range, each measured against all the others. */
const INSIDE = 0.98;
/** The range ends no closer to the mean than this, in units of spread and floor. */
const LEAST_THRESHOLD = 3;
const DIGITS = 6;

/**
 * Statistics of training problems. The distance of figures x of a group from them is Mahalanobis',
 *
 *     d² = (x − μ)ᵀ (S + diag floor²)⁻¹ (x − μ),
 *
 * where the floors both shrink S, which few meshes leave singular, and say what deviation does not matter. It is 1 on the
 * scale of scores at the {@link INSIDE} quantile of the distances of every training problem from the statistics of all others.
 */
export function rangeStatistics(dimension: 2 | 3, problems: readonly Descriptors[]): RangeStatistics {
  const kinds = descriptorKinds(dimension);
  const groups: Record<string, GroupStatistics> = {};
  for (const group of Object.keys(kinds) as DescriptorGroup[]) {
    // the meshes of a task are few, the problems on them many: a shape counts once
    const rows = [...new Set(problems.flatMap((figures) => (figures[group] ? [figures[group]] : [])))];
    if (rows.length > 0) groups[group] = statisticsOf(rows, kinds[group]);
  }
  return { dimension, groups };
}

function statisticsOf(
  rows: readonly (readonly number[])[],
  kinds: readonly DescriptorKind[],
): GroupStatistics {
  const distances = rows.map((row, left) => {
    const others = rows.filter((_, i) => i !== left);
    return others.length === 0 ? 0 : distanceFrom(momentsOf(others), kinds)(row).distance;
  });
  const sorted = distances.sort((a, b) => a - b);
  const quantile = sorted[Math.min(sorted.length - 1, Math.floor(INSIDE * sorted.length))];
  const { mean, covariance } = momentsOf(rows);
  const column = (pick: (a: number, b: number) => number) =>
    mean.map((_, i) => rounded(rows.map((row) => row[i]).reduce(pick)));
  return {
    names: kinds.map(({ name }) => name),
    low: column((a, b) => Math.min(a, b)),
    high: column((a, b) => Math.max(a, b)),
    mean: mean.map(rounded),
    covariance: covariance.map(rounded),
    threshold: rounded(Math.max(LEAST_THRESHOLD, quantile)),
    count: rows.length,
  };
}

const rounded = (value: number) => Number(value.toPrecision(DIGITS));

/** Mean and lower triangle of the covariance. */
function momentsOf(rows: readonly (readonly number[])[]): Pick<GroupStatistics, 'mean' | 'covariance'> {
  const size = rows[0].length;
  const mean = rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const covariance: number[] = [];
  const divisor = Math.max(1, rows.length - 1);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      covariance.push(rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / divisor);
    }
  }
  return { mean, covariance };
}

/** The distance, and what each figure adds to its square. */
function distanceFrom(
  { mean, covariance }: Pick<GroupStatistics, 'mean' | 'covariance'>,
  kinds: readonly DescriptorKind[],
) {
  const size = mean.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, at++) {
      matrix[i * size + j] = covariance[at] + (i === j ? kinds[i].floor ** 2 : 0);
    }
  }
  const factor = choleskyFactor(matrix, size);
  return (row: readonly number[]) => {
    const offset = Float64Array.from(row, (value, i) =>
      kinds[i].upwards ? Math.max(0, value - mean[i]) : value - mean[i],
    );
    const solved = choleskySolve(factor, size, offset);
    const parts = Array.from(offset, (value, i) => value * solved[i]);
    return {
      distance: Math.sqrt(
        Math.max(
          0,
          parts.reduce((sum, part) => sum + part, 0),
        ),
      ),
      parts,
    };
  };
}

/** Where a problem lies against a model's statistics; unknown, with score null, where the model has none. */
export function judgeRange(statistics: RangeStatistics | undefined, problem: Descriptors): RangeVerdict {
  const unknown = (reason: string): RangeVerdict => ({
    score: null,
    outside: false,
    reasons: [reason],
    groups: {},
  });
  if (!statistics)
    return unknown("unknown: the model's card records no trained range; export it anew from its run");
  const kinds = descriptorKinds(statistics.dimension);
  const groups: Partial<Record<DescriptorGroup, number>> = {};
  const reasons: string[] = [];
  for (const group of Object.keys(kinds) as DescriptorGroup[]) {
    const seen = statistics.groups[group];
    const figures = problem[group];
    if (!seen || !figures) continue;
    if (seen.names.join() !== kinds[group].map(({ name }) => name).join())
      return unknown(
        `unknown: the card's figures of ${group} are those of another version; export the model anew`,
      );
    const { distance, parts } = distanceFrom(seen, kinds[group])(figures);
    groups[group] = distance / seen.threshold;
    if (distance > seen.threshold) reasons.push(...reasonsOf(group, seen, figures, parts, kinds[group]));
  }
  const score = Math.max(0, ...Object.values(groups));
  return { score, outside: score > 1, reasons, groups };
}

/** Figures named at most, of a group that is outside. */
const NAMED = 3;

function reasonsOf(
  group: DescriptorGroup,
  { low, high }: GroupStatistics,
  figures: readonly number[],
  parts: readonly number[],
  kinds: readonly DescriptorKind[],
): string[] {
  const sentence = (i: number) => {
    const show = (value: number) => Number((kinds[i].shown?.(value) ?? value).toPrecision(3));
    const range = low[i] === high[i] ? `${show(low[i])}` : `${show(low[i])} to ${show(high[i])}`;
    return `${group}: ${kinds[i].name} is ${show(figures[i])}, training saw ${range}`;
  };
  const excess = figures.map((value, i) => {
    const beyond = Math.max(kinds[i].upwards ? 0 : low[i] - value, value - high[i]);
    return beyond > kinds[i].floor ? beyond / (high[i] - low[i] + kinds[i].floor) : 0;
  });
  const outside = order(excess).filter((i) => excess[i] > 0);
  if (outside.length > 0) return outside.slice(0, NAMED).map(sentence);
  const names = order(parts)
    .slice(0, NAMED)
    .map((i) => kinds[i].name);
  return [
    `${group}: each figure is one that training saw, but not together with the others; mostly ${names.join(', ')}`,
  ];
}

const order = (values: readonly number[]) => values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
