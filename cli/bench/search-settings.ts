import type { MeasuredPoint } from './figures.js';
import { iterativeSetting, type Setting } from './ways.js';

/** A point before the clock runs, with about what a query takes. */
export interface SearchedPoint extends Omit<MeasuredPoint, 'secondsPerQuery'> {
  readonly roughSeconds: number;
}

/** Errors of a setting on the queries that have references. */
export type ErrorOf = (setting: Setting) => Promise<SearchedPoint>;

export interface SearchOptions {
  readonly targets: readonly number[];
  readonly orthogonal: boolean;
  /** Error of the two-point fluxes solved to the end: below it their tolerance is of no use */
  readonly twoPointError: number;
}

interface Found {
  readonly setting: Setting;
  readonly point: SearchedPoint;
}

/** Two tolerances to the decade. */
const toleranceOf = (step: number) => 10 ** (-step / 2);
const [LOOSEST, TIGHTEST] = [1, 20];
/** Tolerances of the curve beside those that reach the targets. */
const CURVE = [2, 4, 6, 10];

/**
 * The settings of an iterative method that are worth timing: for each target the loosest tolerance that reaches it, with two-point
 * fluxes and with corrected ones where the two differ, and a few more for a curve. One setting for each error.
 */
export async function searchSettings(
  errorOf: ErrorOf,
  { targets, orthogonal, twoPointError }: SearchOptions,
): Promise<Found[]> {
  const found = new Map<string, Found>();
  const tried = new Map<string, Found>();
  const attempt = async (step: number, corrected: boolean): Promise<Found> => {
    const setting = iterativeSetting(toleranceOf(step), corrected, orthogonal);
    let result = tried.get(setting.label);
    if (!result) {
      result = { setting, point: await errorOf(setting) };
      tried.set(setting.label, result);
    }
    return result;
  };
  const keep = (result: Found) => {
    const same = [...found.values()].some(
      ({ setting, point }) =>
        setting.corrected === result.setting.corrected && point.error === result.point.error,
    );
    if (!same) found.set(result.setting.label, result);
  };
  for (const corrected of orthogonal ? [false] : [false, true]) {
    for (const target of targets) {
      if (!corrected && !orthogonal && twoPointError > target) continue;
      let [low, high] = [LOOSEST, TIGHTEST];
      while (low < high) {
        const step = Math.floor((low + high) / 2);
        if ((await attempt(step, corrected)).point.error > target) low = step + 1;
        else high = step;
      }
      keep(await attempt(low, corrected));
    }
    if (!corrected && !orthogonal) continue;
    for (const step of CURVE) keep(await attempt(step, corrected));
  }
  return [...found.values()].sort((a, b) => b.point.error - a.point.error);
}
