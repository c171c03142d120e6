import type { ReportData } from './report-data.js';

/** Counts of samples per error bin, category by category, over bins that all of them share. */
export interface ErrorHistograms {
  /** Logarithmically spaced, one more than bins. */
  readonly edges: readonly number[];
  readonly boundaries: readonly string[];
  /** `counts[boundary][bin]` */
  readonly categories: readonly {
    readonly category: string;
    readonly counts: readonly (readonly number[])[];
  }[];
}

/** Distributes the errors over `bins` bins of equal ratio between the smallest and the largest positive error. */
export function errorHistograms(errors: ReportData['errors'], bins = 10): ErrorHistograms {
  const boundaries = [...new Set(errors.map((entry) => entry.boundary))];
  const names = [...new Set(errors.map((entry) => entry.category))];
  const positive = errors
    .flatMap((entry) => entry.relativeL2)
    .filter((error) => error > 0 && Number.isFinite(error));
  const low = Math.min(...positive);
  // bins of equal errors still need a width
  const high = Math.max(Math.max(...positive), low * 1.01);
  const edges = Array.from({ length: bins + 1 }, (_, edge) => low * (high / low) ** (edge / bins));
  const binOf = (error: number) =>
    Math.min(bins - 1, Math.max(0, Math.floor((bins * Math.log(error / low)) / Math.log(high / low))));
  const categories = names.map((category) => ({
    category,
    counts: boundaries.map((boundary) => {
      const counts = new Array<number>(bins).fill(0);
      for (const entry of errors) {
        if (entry.category !== category || entry.boundary !== boundary) continue;
        for (const error of entry.relativeL2) if (!Number.isNaN(error)) counts[binOf(error)]++;
      }
      return counts;
    }),
  }));
  return {
    edges: positive.length > 0 ? edges : [],
    boundaries,
    categories: positive.length > 0 ? categories : [],
  };
}
