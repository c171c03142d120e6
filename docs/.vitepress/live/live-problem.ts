import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import type { BoundaryConditions, PoissonProblem } from 'fieldsmith/solvers';

const side = 2 * Math.PI;

/** The plate of the live page: a square without two of its corners, the same in Node and in the browser. */
export const plate = generateMesh(cornerRemovedSquare({ corners: 2, seed: 7, side }), { cellCount: 600 });

/** Patches held at zero, the others being insulated. */
const COLD = ['bottom', 'corner-top-right-vertical'];

/** The plate, heated in a round spot at x, a share of the side; the spot has a standard deviation of a tenth of it. */
export function spotProblem(x: number): PoissonProblem {
  const boundaryConditions: BoundaryConditions = Object.fromEntries(
    plate.patches.map(({ name }) => [
      name,
      COLD.includes(name) ? { type: 'dirichlet', value: 0 } : { type: 'neumann', flux: 0 },
    ]),
  );
  const source = (point: readonly number[]) =>
    Math.exp(-((point[0] / side - x) ** 2 + (point[1] / side - 0.45) ** 2) / (2 * 0.1 ** 2));
  return { mesh: plate, source, boundaryConditions };
}
