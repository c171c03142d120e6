import { type BenchFigures, isLearned, type MeasuredPoint, type MethodFigures } from './figures.js';

/** fixed + meshes (set-up + n each) for n queries a mesh, in one unit of time. */
export interface LinearCost {
  /** Once: the training, where this bench has done it */
  readonly fixed: number;
  readonly meshes: number;
  /** Once a mesh */
  readonly setup: number;
  /** A query */
  readonly each: number;
}

/** A method at the cheapest of its settings that is accurate enough, in seconds. */
export interface Cost extends LinearCost {
  readonly method: MethodFigures;
  readonly point: MeasuredPoint;
}

export const totalOf = ({ fixed, meshes, setup, each }: LinearCost, queriesPerMesh: number): number =>
  fixed + meshes * (setup + queriesPerMesh * each);

/** Costs of the methods that reach an error. Models outside of their trained range are not among them: see `judge`. */
export function costsAt(
  { methods, meshes, model }: BenchFigures,
  error: number,
  { training = model?.training.source === 'measured' }: { readonly training?: boolean } = {},
): Cost[] {
  return methods.flatMap((method) => {
    const { setupSeconds, points } = method;
    const enough = points.filter((point) => point.error <= error);
    if (setupSeconds === null || enough.length === 0) return [];
    if (isLearned(method) && (model?.refusal || model?.outside.length)) return [];
    const point = enough.reduce((a, b) => (b.secondsPerQuery < a.secondsPerQuery ? b : a));
    return [
      {
        method,
        point,
        fixed: training && isLearned(method) ? model!.training.seconds : 0,
        meshes,
        setup: setupSeconds,
        each: point.secondsPerQuery,
      },
    ];
  });
}

/** The one with the least total; of equals the first. */
export function cheapest<C extends LinearCost>(costs: readonly C[], queriesPerMesh: number): C | null {
  return costs.reduce<C | null>(
    (best, each) => (best && totalOf(best, queriesPerMesh) <= totalOf(each, queriesPerMesh) ? best : each),
    null,
  );
}
