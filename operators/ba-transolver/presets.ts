import { type BaTransolverOptions, NPSOLVER_2D, NPSOLVER_3D } from './options.js';

/** NPSolver's tasks that have a network of their own. */
export type NpsolverPresetName = 'dirichlet' | 'neumann' | 'random-bc' | 'control' | 'cube';

/**
 * NPSolver's network for one of its tasks. Cells have coordinates and source; boundary faces have coordinates, then, but
 * for `dirichlet` and `neumann`, one-hot [zero gradient, fixed value], and for `control` the value.
 *
 * Parameters: 3,626,549 (dirichlet, neumann), 3,627,573 (random-bc), 3,628,085 (control), 4,936,591 (cube).
 */
export function npsolverPreset(task: NpsolverPresetName): BaTransolverOptions {
  if (task === 'cube') return NPSOLVER_3D;
  if (task === 'random-bc') return NPSOLVER_2D;
  return { ...NPSOLVER_2D, faceFeatures: task === 'control' ? 5 : 2 };
}
