import { createRandom } from '../../common/random.js';
import { cornerRemovedMeshes, fourierSource, sampleFourierSource } from '../../datasets/index.js';
import { generateMesh, type Mesh } from '../../geometry/index.js';
import { type BoundaryConditions, solve } from '../../solvers/index.js';
import { relativeL2 } from '../../training/index.js';
import { CORNER_COUNTS, categoryName } from './held-out.js';

/** Cells of the fine mesh over those of the coarse one. */
const REFINEMENT = 16;

export const DISCRETISATION_METHOD =
  `all-Dirichlet problems solved again on a mesh of the same part with ${REFINEMENT} times as many cells and ` +
  'non-orthogonal correction, averaged over the cells of the coarse mesh; plain two-point flux on the coarse mesh, as in training and reference';

/**
 * Error of the discrete reference itself: one problem a category on its own mesh against the fine mesh.
 * Source and geometry are the demo's; the source is sampled at the centroids of either mesh.
 */
export async function discretisationErrors(
  cellCount: number,
  seed: number,
): Promise<{ category: string; relativeL2: number }[]> {
  const errors: { category: string; relativeL2: number }[] = [];
  for (const corners of CORNER_COUNTS) {
    const [{ geometry }] = cornerRemovedMeshes({ corners, count: 1, cellCount, seed });
    const coarse = generateMesh(geometry, { cellCount });
    const fine = generateMesh(geometry, { cellCount: REFINEMENT * cellCount });
    const [coarseSolution, fineSolution] = await Promise.all([
      solveDirichlet(coarse, seed + corners, false),
      solveDirichlet(fine, seed + corners, true),
    ]);
    const averaged = averageOverCells(coarse, fine, fineSolution);
    errors.push({ category: categoryName(corners), relativeL2: relativeL2(coarseSolution, averaged) });
  }
  return errors;
}

async function solveDirichlet(mesh: Mesh, seed: number, corrected: boolean): Promise<Float64Array> {
  const [source] = sampleFourierSource(fourierSource(), mesh, createRandom(seed), 1);
  const boundaryConditions: BoundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 0 }]),
  );
  const { solution } = await solve(
    { mesh, source, boundaryConditions },
    { relativeTolerance: 1e-8, nonOrthogonalCorrection: corrected },
  );
  return solution;
}

/** Mean of a fine field over the fine cells whose centroids lie in each coarse triangle. */
export function averageOverCells(coarse: Mesh, fine: Mesh, field: Float64Array): Float64Array {
  const sums = new Float64Array(coarse.cellCount);
  const volumes = new Float64Array(coarse.cellCount);
  for (let cell = 0; cell < fine.cellCount; cell++) {
    const home = containingTriangle(coarse, fine.cellCentroids[2 * cell], fine.cellCentroids[2 * cell + 1]);
    sums[home] += field[cell] * fine.cellVolumes[cell];
    volumes[home] += fine.cellVolumes[cell];
  }
  return sums.map((sum, cell) => sum / volumes[cell]);
}

/** The triangle that a point lies in, or is least outside of. */
function containingTriangle({ points, cellPoints, cellCount }: Mesh, x: number, y: number): number {
  let best = 0;
  let deepest = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < cellCount; cell++) {
    let depth = Number.POSITIVE_INFINITY;
    for (let edge = 0; edge < 3; edge++) {
      const a = 2 * cellPoints[3 * cell + edge];
      const b = 2 * cellPoints[3 * cell + ((edge + 1) % 3)];
      const cross =
        (points[b] - points[a]) * (y - points[a + 1]) - (points[b + 1] - points[a + 1]) * (x - points[a]);
      depth = Math.min(depth, cross);
      if (depth < deepest) break;
    }
    if (depth >= 0) return cell;
    if (depth > deepest) {
      deepest = depth;
      best = cell;
    }
  }
  return best;
}
