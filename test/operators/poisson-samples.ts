import { createRandom } from '../../common/random.js';
import { cornerRemovedSquare, generateMesh, type Mesh } from '../../geometry/index.js';
import type { SupervisionSample } from '../../operators/index.js';
import { assembleOperator, assembleRightHandSide, type PoissonOperator } from '../../solvers/index.js';

export type Kind = 'dirichlet' | 'mixed' | 'neumann';

export const smallMesh = (seed = 1, cellSize = 0.9): Mesh =>
  generateMesh(cornerRemovedSquare({ corners: 2, seed }), { cellSize });

export const typesOf = (mesh: Mesh, kind: Kind) =>
  Object.fromEntries(
    mesh.patches.map(({ name }, index) => [
      name,
      kind === 'dirichlet' || (kind === 'mixed' && index % 2 === 0)
        ? ('dirichlet' as const)
        : ('neumann' as const),
    ]),
  );

export const operatorOf = (mesh: Mesh, kind: Kind): PoissonOperator =>
  assembleOperator(mesh, undefined, typesOf(mesh, kind));

/** Smooth random sources with zero boundary values, balanced where the problem needs it. */
export function loads(operator: PoissonOperator, count: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  const { mesh } = operator;
  const total = mesh.cellVolumes.reduce((sum, volume) => sum + volume, 0);
  return Array.from({ length: count }, () => {
    const [p, q, phase] = [random.uniform(0.3, 1.5), random.uniform(0.3, 1.5), random.uniform(0, 6)];
    const load = mesh.cellVolumes.map(
      (volume, cell) =>
        volume * Math.sin(p * mesh.cellCentroids[2 * cell] + q * mesh.cellCentroids[2 * cell + 1] + phase),
    );
    const mean = load.reduce((sum, value) => sum + value, 0) / total;
    return operator.singular ? load.map((value, cell) => value - mean * mesh.cellVolumes[cell]) : load;
  });
}

export const sampleOf = (operator: PoissonOperator, count: number, seed: number): SupervisionSample => ({
  operator,
  rightHandSides: loads(operator, count, seed),
});

/** Right-hand side of boundary data alone. */
export const boundaryLoad = (operator: PoissonOperator, types: ReturnType<typeof typesOf>, seed: number) => {
  const random = createRandom(seed);
  const conditions = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      type === 'dirichlet' ? { type, value: random.normal() } : { type, flux: random.normal() },
    ]),
  );
  return assembleRightHandSide(operator, 0, conditions);
};

export const randomBasis = (cells: number, rank: number, seed: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: cells * rank }, () => random.normal());
};

export const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
};
