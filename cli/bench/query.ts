import { residualOf } from '../../solvers/discrete-system.js';
import { boundaryTypes, type PoissonOperator, type PoissonProblem } from '../../solvers/index.js';
import { removeRowSum } from '../../solvers/neumann-projection.js';
import { assembleRightHandSide, checkedBoundaryValues } from '../../solvers/poisson-operator.js';
import { jacobi } from '../../solvers/preconditioner.js';

/** One source with one set of boundary values, assembled: what every method is given. */
export interface Query {
  readonly problem: PoissonProblem;
  /** b of the two-point fluxes, `[cell]`; balanced where the part is insulated all around */
  readonly load: Float64Array;
  /** b + c(0), with what oblique faces make of the boundary values, `[cell]` */
  readonly correctedLoad: Float64Array;
  readonly boundaryValues: Float64Array;
}

export function queryOf(operator: PoissonOperator, problem: PoissonProblem): Query {
  const load = assembleRightHandSide(operator, problem.source, problem.boundaryConditions);
  if (operator.singular) removeRowSum(load, operator.mesh.cellVolumes);
  const boundaryValues = checkedBoundaryValues(operator, problem.boundaryConditions);
  const system = {
    operator,
    rightHandSide: load,
    boundaryValues,
    preconditioner: jacobi(operator.matrix),
    correctionShare: 1,
  };
  const correctedLoad = residualOf(system, new Float64Array(load.length));
  return { problem, load, correctedLoad, boundaryValues };
}

/** Types of the patches, for the features of networks. */
export const typesOf = ({ boundaryConditions }: PoissonProblem) => boundaryTypes(boundaryConditions);
