import { type BenchFigures, isLearned, type MeasuredPoint, type MethodFigures } from './figures.js';

/** A method at the cheapest of its settings that is accurate enough: fixed + meshes (set-up + n each) seconds for n queries a mesh. */
export interface Cost {
  readonly method: MethodFigures;
  readonly point: MeasuredPoint;
  /** s, once: the training, where this bench has done it */
  readonly fixed: number;
  readonly meshes: number;
  /** s, once a mesh */
  readonly setup: number;
  /** s a query */
  readonly each: number;
}

export const totalOf = ({ fixed, meshes, setup, each }: Cost, queriesPerMesh: number): number =>
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
export function cheapest(costs: readonly Cost[], queriesPerMesh: number): Cost | null {
  return costs.reduce<Cost | null>(
    (best, each) => (best && totalOf(best, queriesPerMesh) <= totalOf(each, queriesPerMesh) ? best : each),
    null,
  );
}
