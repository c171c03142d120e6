import { cheapest, type LinearCost, totalOf } from './costs.js';

/** Whole numbers of queries a mesh, both included; `until` is null where there is no end. */
export interface QueryRange {
  readonly from: number;
  readonly until: number | null;
}

/**
 * The first stretch of numbers n ≥ 1 of queries a mesh at which some of `ours` costs less in total than all `rivals`; null where
 * there is none. Totals are lines in n, so the least of either side can only cross where two lines do.
 */
export function breakEven(ours: readonly LinearCost[], rivals: readonly LinearCost[]): QueryRange | null {
  if (ours.length === 0 || rivals.length === 0) return null;
  const wins = (n: number) => totalOf(cheapest(ours, n)!, n) < totalOf(cheapest(rivals, n)!, n);
  const crossings = ours.flatMap((a) =>
    rivals.flatMap((b) => {
      const slope = b.meshes * b.each - a.meshes * a.each;
      const n = (a.fixed + a.meshes * a.setup - b.fixed - b.meshes * b.setup) / slope;
      return Number.isFinite(n) && n > 0 && n < Number.MAX_SAFE_INTEGER / 2 ? [n] : [];
    }),
  );
  // between two neighbouring crossings nothing changes; round-off may put one to either side of a whole number
  const places = [1, ...crossings.flatMap((n) => [-1, 0, 1, 2].map((step) => Math.floor(n) + step))]
    .filter((n) => n >= 1)
    .sort((a, b) => a - b);
  const from = places.find(wins);
  if (from === undefined) return null;
  const end = places.find((n) => n > from && !wins(n));
  return { from, until: end === undefined ? null : end - 1 };
}
