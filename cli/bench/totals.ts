import { type BenchFigures, isLearned, type MethodFigures } from './figures.js';

/** The cheapest point of a method that is accurate enough; where none is, the most accurate. */
export function shownPoint({ points }: MethodFigures, wantedError: number) {
  const enough = points.filter(({ error }) => error <= wantedError);
  if (enough.length > 0) return enough.reduce((a, b) => (b.secondsPerQuery < a.secondsPerQuery ? b : a));
  return points.length === 0 ? null : points.reduce((a, b) => (b.error < a.error ? b : a));
}

/** s for all queries on all meshes at that point, with a training that this bench has done; null without figures. */
export function totalSeconds(
  figures: BenchFigures,
  method: MethodFigures,
  queriesPerMesh: number,
): number | null {
  const point = shownPoint(method, figures.wantedError);
  if (!point || method.setupSeconds === null) return null;
  const { model, meshes } = figures;
  const training = isLearned(method) && model?.training.source === 'measured' ? model.training.seconds : 0;
  return training + meshes * (method.setupSeconds + queriesPerMesh * point.secondsPerQuery);
}
