import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import { assemble, type PoissonOperator } from '../../solvers/index.js';
import { compatibleRightHandSide } from '../../solvers/neumann-projection.js';
import { correctionVanishes } from '../../solvers/non-orthogonal-correction.js';
import { buildSteady, requireSteady } from '../problem/build-steady.js';
import { heatOf } from '../problem/load-case.js';
import type { ProblemFile } from '../problem/problem-schema.js';
import { variedLoads } from './loads.js';
import { type Query, queryOf } from './query.js';
import { riseOver, surroundings } from './rise.js';

/** A mesh with what is the same in all queries, and the queries. */
export interface BenchCase {
  readonly mesh: Mesh;
  readonly operator: PoissonOperator;
  /** Whether two-point fluxes are all there is to this mesh and κ */
  readonly orthogonal: boolean;
  /** Dimension of the span of all queries, where it is known */
  readonly loadDimension: number | null;
  /** Temperature that rises are counted from */
  readonly surroundings: number;
  /** The query of a number; 0 is the file's own load, unless its heat is replaced by random shapes. Streams are independent. */
  query(number: number, stream?: number): Query;
}

/**
 * The queries of a problem file on a mesh.
 *
 * @throws InvalidInputError for what fits the schema and still makes no steady linear problem; IllPosedProblemError where the
 *   file's own load has no steady state
 */
export function benchCase(file: ProblemFile, mesh: Mesh, loadCase?: string): BenchCase {
  requireSteady(file, 'bench');
  const heat = heatOf(file, loadCase);
  const problem = buildSteady(file, mesh, heat, 'bench');
  const level = surroundings(file, problem);
  const { operator, rightHandSide } = assemble(riseOver(level, problem));
  if (operator.singular) compatibleRightHandSide(rightHandSide, mesh.cellVolumes);
  const varied = variedLoads(file, mesh, heat, level);
  const query: BenchCase['query'] = (number, stream = 0) =>
    queryOf(operator, riseOver(level, { ...problem, ...varied.draw(number, stream) }));
  if ([0, 1].every((number) => query(number).load.every((value) => value === 0))) {
    throw new InvalidInputError(
      'bench: nothing heats or cools this part; give heat or boundary values, or queries.vary.sources',
    );
  }
  return {
    mesh,
    operator,
    orthogonal: correctionVanishes(operator),
    loadDimension: varied.dimension,
    surroundings: level,
    query,
  };
}
