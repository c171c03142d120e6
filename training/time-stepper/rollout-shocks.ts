import { frameOf, type Trajectories } from '../../datasets/index.js';
import { requireSameLayout } from './rollout-errors.js';

/** Slopes beyond this share of the steepest belong to the shock. */
const ZONE = 0.25;

export interface ShockFigures {
  /** min(û_{i+1} − û_i)/min(u_{i+1} − u_i): 1 is right, below it the shock is smeared, above it rings */
  readonly strength: number;
  /** Distance of the places of steepest descent, in cells of the grid */
  readonly displacement: number;
  /** ‖û − u‖/‖u‖, the difference taken where |u_x| exceeds a quarter of its largest, and elsewhere */
  readonly shockZoneError: number;
  readonly smoothZoneError: number;
}

/** Means over the trajectories of frame `frame`, on a periodic axis; trajectories that blew up are left out. */
export function shockFigures(
  predicted: Trajectories,
  reference: Trajectories,
  frame: number,
): ShockFigures & { trajectories: number } {
  requireSameLayout(predicted, reference, 'shockFigures');
  const figures: ShockFigures[] = [];
  for (let trajectory = 0; trajectory < predicted.trajectories; trajectory++) {
    const [a, b] = [frameOf(predicted, trajectory, frame), frameOf(reference, trajectory, frame)];
    if (a.every(Number.isFinite)) figures.push(compareShocks(a, b));
  }
  const mean = (name: keyof ShockFigures) =>
    figures.reduce((sum, one) => sum + one[name], 0) / figures.length;
  return {
    strength: mean('strength'),
    displacement: mean('displacement'),
    shockZoneError: mean('shockZoneError'),
    smoothZoneError: mean('smoothZoneError'),
    trajectories: figures.length,
  };
}

/** {@link ShockFigures} of one field. */
export function compareShocks(predicted: ArrayLike<number>, reference: ArrayLike<number>): ShockFigures {
  const points = reference.length;
  const [a, b] = [steepest(predicted), steepest(reference)];
  const apart = Math.abs(a.place - b.place) % points;
  const slopes = Array.from({ length: points }, (_, i) =>
    Math.abs(reference[(i + 1) % points] - reference[(i + points - 1) % points]),
  );
  const bound = ZONE * slopes.reduce((most, slope) => Math.max(most, slope), 0);
  let [inside, outside, size] = [0, 0, 0];
  slopes.forEach((slope, i) => {
    const difference = (predicted[i] - reference[i]) ** 2;
    if (slope > bound) inside += difference;
    else outside += difference;
    size += reference[i] ** 2;
  });
  return {
    strength: a.drop / b.drop,
    displacement: Math.min(apart, points - apart),
    shockZoneError: Math.sqrt(inside / size),
    smoothZoneError: Math.sqrt(outside / size),
  };
}

/** Largest drop between neighbours of a periodic field; its place by a parabola through three of them. */
function steepest(field: ArrayLike<number>): { drop: number; place: number } {
  const points = field.length;
  const dropAt = (i: number) =>
    field[((i % points) + points) % points] - field[(((i + 1) % points) + points) % points];
  let at = 0;
  for (let i = 1; i < points; i++) if (dropAt(i) > dropAt(at)) at = i;
  const [before, here, after] = [dropAt(at - 1), dropAt(at), dropAt(at + 1)];
  const curvature = before - 2 * here + after;
  const shift = curvature === 0 ? 0 : (0.5 * (before - after)) / curvature;
  return { drop: here, place: at + 0.5 + shift };
}
