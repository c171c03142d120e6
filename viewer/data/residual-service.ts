import { FileError, InvalidInputError } from '../../common/errors.js';
import { meshFromFile } from '../../geometry/index.js';
import { runThrough } from '../../geometry/steps.js';
import {
  assemble,
  assembleOperator,
  multiply,
  type PoissonOperator,
  removeRowSum,
} from '../../solvers/index.js';
import { readAnySteps } from '../formats/read-any.js';
import { type LiveLoads, liveProblem } from '../live/live-problem.js';
import { bytesOf, type DataFile } from './open-data.js';

/** What the discrete problem B u = b of the cells that are shown is known from. */
export type ShownProblem =
  /** A run's sample: b and κ are cell arrays of its file, types of patches in its index */
  | {
      readonly kind: 'sample';
      readonly load: string;
      readonly conductivity?: string;
      readonly types: Readonly<Record<string, 'dirichlet' | 'neumann'>>;
    }
  /** Steady conduction as the live panel sets it */
  | { readonly kind: 'live'; readonly loads: LiveLoads };

/** How well a field solves a discrete problem. */
export interface Residual {
  /** ‖b − Bu‖/‖b‖; ‖Bu‖ where b is zero */
  readonly relative: number;
  /** (b − Bu)/V, `[cell]`, in the unit of the source */
  readonly cells: Float64Array;
}

interface Kept {
  readonly key: string;
  readonly operator: PoissonOperator;
  readonly rightHandSide: Float64Array;
}

/** Residuals of fields, in a worker; the matrix is assembled once for a problem. */
export class ResidualService {
  private kept?: Kept;

  /**
   * With plain two-point fluxes, the discrete problem of training, surrogates and references.
   *
   * @param key stands for file and problem
   * @param fields `[field][cell]`
   * @throws FileError, InvalidInputError where file and problem do not make a discrete problem for these cells
   */
  async residuals(
    key: string,
    file: DataFile,
    problem: ShownProblem,
    fields: readonly Float64Array[],
  ): Promise<Residual[]> {
    if (this.kept?.key !== key) this.kept = { key, ...(await systemOf(file, problem)) };
    const { operator, rightHandSide } = this.kept;
    const { cellVolumes, cellCount } = operator.mesh;
    return fields.map((u) => {
      if (u.length !== cellCount)
        throw new InvalidInputError(`residuals: the mesh has ${cellCount} cells, a field ${u.length}`);
      const r = multiply(operator.matrix, u);
      for (let cell = 0; cell < cellCount; cell++) r[cell] = rightHandSide[cell] - r[cell];
      const scale = norm(rightHandSide);
      return {
        relative: norm(r) / (scale > 0 ? scale : 1),
        cells: r.map((value, cell) => value / cellVolumes[cell]),
      };
    });
  }
}

async function systemOf(file: DataFile, problem: ShownProblem): Promise<Omit<Kept, 'key'>> {
  const content = runThrough(readAnySteps(await bytesOf(file, {}), file.name));
  const { mesh, cellData } = meshFromFile(content);
  if (problem.kind === 'live') {
    const { operator, rightHandSide } = assemble(liveProblem(mesh, problem.loads));
    if (operator.singular) removeRowSum(rightHandSide, mesh.cellVolumes);
    return { operator, rightHandSide };
  }
  const array = (name: string) => {
    const values = cellData[name]?.values;
    if (values?.length !== mesh.cellCount)
      throw new FileError(`${file.name} has no cell array "${name}", of which the index speaks.`);
    return Float64Array.from(values);
  };
  const conductivity = problem.conductivity === undefined ? undefined : array(problem.conductivity);
  return {
    operator: assembleOperator(mesh, conductivity, problem.types),
    rightHandSide: array(problem.load),
  };
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
