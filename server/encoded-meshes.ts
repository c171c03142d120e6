import { createHash } from 'node:crypto';
import type { ReducedModel } from '../operators/index.js';
import { assemble, boundaryTypes, compatibleRightHandSide, type GuessOptions } from '../solvers/index.js';
import { describeVerdict, type Surrogate } from '../training/index.js';
import type { StatedProblem } from './problem-from-request.js';
import type { ProblemRequest } from './problem-schema.js';

/** Numbers that the bases kept may have together: 256 MB of them in float64. */
const MOST_NUMBERS = 2 ** 25;

/** Predictions of models that answer with a basis, encoded once for each mesh, boundary types and κ. */
export interface EncodedMeshes {
  /** As `surrogate.predict`, with the basis at hand where one was encoded before */
  predict(
    surrogate: Surrogate,
    request: ProblemRequest,
    problem: StatedProblem,
    options?: GuessOptions,
  ): Promise<Float64Array>;
}

/** Keeps the bases used last. Only of meshes that requests name: one that is generated anew may not come again. */
export function encodedMeshes(): EncodedMeshes {
  const kept = new Map<string, { readonly reduced: ReducedModel; readonly numbers: number }>();
  let numbers = 0;
  const opened: Surrogate[] = [];
  const numberOf = (surrogate: Surrogate) => {
    if (!opened.includes(surrogate)) opened.push(surrogate);
    return opened.indexOf(surrogate);
  };
  const keep = (key: string, reduced: ReducedModel, size: number) => {
    for (const [oldest, each] of kept) {
      if (numbers + size <= MOST_NUMBERS) break;
      kept.delete(oldest);
      numbers -= each.numbers;
    }
    if (size > MOST_NUMBERS) return;
    kept.set(key, { reduced, numbers: size });
    numbers += size;
  };
  return {
    async predict(surrogate, request, problem, options = {}) {
      const types = boundaryTypes(problem.boundaryConditions);
      const known = Object.values(types).every((type) => type === 'dirichlet' || type === 'neumann');
      if (surrogate.card.operator.output !== 'basis' || !('id' in request.mesh) || !known) {
        return surrogate.predict(problem, options);
      }
      const { operator, rightHandSide } = assemble(problem);
      if (operator.singular && options.neumannImbalance !== 'remove') {
        compatibleRightHandSide(rightHandSide, operator.mesh.cellVolumes);
      }
      if (options.onWarning) {
        const range = surrogate.rangeOf(problem);
        if (range.outside || range.score === null) options.onWarning(`predict: ${describeVerdict(range)}`);
      }
      const { conductivity, reaction, contactResistances } = request;
      const key = createHash('sha256')
        .update(
          JSON.stringify([
            numberOf(surrogate),
            request.mesh.id,
            conductivity,
            reaction,
            contactResistances,
            types,
          ]),
        )
        .digest('hex');
      const found = kept.get(key);
      if (found) {
        // the Map's order is that of use
        kept.delete(key);
        kept.set(key, found);
        return found.reduced.apply([rightHandSide]).fields[0];
      }
      const reduced = await surrogate.reduce(operator, types as Record<string, 'dirichlet' | 'neumann'>);
      keep(key, reduced, operator.mesh.cellCount * reduced.rank);
      return reduced.apply([rightHandSide]).fields[0];
    },
  };
}
