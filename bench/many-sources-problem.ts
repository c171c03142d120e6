import {
  type BoundaryTypes,
  combineSeeds,
  cornerRemovedMeshes,
  createRandom,
  type Source,
  sampleSource,
} from '../datasets/index.js';
import { cubeWithCylindricalHole, generateMesh, type Mesh } from '../geometry/index.js';
import {
  assembleOperator,
  assembleRightHandSide,
  conjugateGradientMany,
  type PoissonOperator,
  smoothedAggregation,
} from '../solvers/index.js';
import { zeroConditions } from '../training/index.js';

/** One mesh with its boundary types: what is encoded, set up or factorised once. */
export interface ManySourcesProblem {
  readonly name: string;
  readonly operator: PoissonOperator;
  readonly types: BoundaryTypes;
}

/** A part that no training run of the benches sees, every other patch held at zero, the others insulated. */
export function manySourcesProblem(name: string, dimension: 2 | 3, cellCount: number): ManySourcesProblem {
  const mesh = dimension === 2 ? square(cellCount) : cubeWithCylindricalHole({ seed: 3, cellCount });
  const types = Object.fromEntries(
    mesh.patches.map(({ name: patch }, index) => [
      patch,
      index % 2 === 0 ? ('dirichlet' as const) : ('neumann' as const),
    ]),
  );
  return { name, operator: assembleOperator(mesh, 1, types), types };
}

function square(cellCount: number): Mesh {
  const [{ geometry, options }] = cornerRemovedMeshes({ corners: 4, count: 1, seed: 3, cellCount });
  return generateMesh(geometry, options);
}

/** Right-hand sides b, `[source][cell]`; another `stream` holds other draws. */
export function drawLoads(
  { operator, types }: ManySourcesProblem,
  source: Source,
  stream: number,
  count: number,
): Float64Array[] {
  const random = createRandom(combineSeeds(11, stream));
  const conditions = zeroConditions(types);
  return sampleSource(source, operator.mesh, random, count).map((q) =>
    assembleRightHandSide(operator, q, conditions),
  );
}

/** Answers of the discrete system to round-off, as far as figures of errors go. */
export function solveLoads(
  { matrix }: PoissonOperator,
  loads: readonly Float64Array[],
  relativeTolerance = 1e-10,
): Float64Array[] {
  const preconditioner = smoothedAggregation(matrix);
  return conjugateGradientMany(matrix, loads, { preconditioner, relativeTolerance }).map(
    ({ solution, status, reason }) => {
      if (status !== 'converged') throw new Error(`bench: a reference did not converge: ${reason}`);
      return solution;
    },
  );
}

/** Mean of ‖u − u*‖₂/‖u*‖₂ over the sources for which there are references. */
export function meanError(fields: readonly ArrayLike<number>[], references: readonly Float64Array[]): number {
  const errors = references.map((reference, s) => {
    let [difference, size] = [0, 0];
    for (let cell = 0; cell < reference.length; cell++) {
      difference += (fields[s][cell] - reference[cell]) ** 2;
      size += reference[cell] ** 2;
    }
    return Math.sqrt(difference / size);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
