import { InvalidInputError } from '../../common/errors.js';
import { averageOverCells } from '../demo/discretisation-error.js';
import { buildMesh } from '../problem/build-mesh.js';
import type { ProblemFile } from '../problem/problem-schema.js';
import type { WorkWatch } from '../run-work.js';
import { type BenchCase, benchCase } from './bench-case.js';
import { iterate } from './iterate.js';
import { relativeError } from './measure.js';
import { manyQueriesPreconditioner } from './references.js';

/** How far the discrete answer is from the solution, as far as one refinement tells. */
export interface MeshError {
  /** Relative L²; null where it was not estimated */
  readonly error: number | null;
  /** How it was estimated, or why it was not */
  readonly method: string;
}

/** Cells of the fine mesh over those of the mesh, half the edge length; the error of order 2 is 4/3 of the difference. */
const [REFINEMENT, RICHARDSON] = [4, 4 / 3];
/** Cells up to which one more solve on four times as many costs next to nothing. */
const MOST_CELLS = 12_000;

/**
 * The first query solved again on a mesh of the same drawing with four times as many cells, averaged over the cells of the mesh.
 *
 * @param reference its converged answer on the mesh
 */
export async function meshError(
  file: ProblemFile,
  path: string,
  given: BenchCase,
  reference: Float64Array,
  watch: WorkWatch,
): Promise<MeshError> {
  const { mesh } = given;
  const refusal =
    file.mesh.file !== undefined
      ? 'the mesh is taken as it is from a file'
      : mesh.dimension === 3
        ? 'it is estimated in the plane only'
        : mesh.cellCount > MOST_CELLS
          ? `the mesh has more than ${MOST_CELLS} cells`
          : (file.queries.vary.sources?.kind ?? 'fourier') !== 'fourier'
            ? 'hot spots and rough fields are drawn on a mesh'
            : undefined;
  if (refusal) return { error: null, method: `not estimated: ${refusal}; solve on a finer mesh and compare` };
  const { cellSize, cells: _, ...section } = file.mesh;
  const fine = await buildMesh(
    cellSize === undefined
      ? { ...section, cells: REFINEMENT * mesh.cellCount }
      : { ...section, cellSize: cellSize / 2 },
    file.lengthUnit,
    path,
    watch,
  );
  watch.signal.throwIfAborted();
  const refined = benchCase(file, fine);
  const { fields } = await iterate(refined, manyQueriesPreconditioner(refined), [refined.query(0)], {
    tolerance: 1e-9,
    corrected: true,
  });
  const averaged = averageOverCells(mesh, fine, Float64Array.from(fields[0]));
  const error = RICHARDSON * relativeError(mesh.cellVolumes, reference, averaged);
  if (!Number.isFinite(error)) throw new InvalidInputError('bench: the refined problem has no finite answer');
  return { error, method: `the first query on a mesh of ${fine.cellCount} cells, 4/3 of the difference` };
}
