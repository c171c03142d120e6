import { InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes } from '../datasets/index.js';
import { applyReducedBasis, batchInputs, type ReducedModel } from '../operators/index.js';
import type { SessionOptions } from '../runtime/index.js';
import {
  assemble,
  type BoundaryConditions,
  compatibleRightHandSide,
  type NeumannOptions,
  type PoissonOperator,
  type PoissonProblem,
} from '../solvers/index.js';
import { cellSources } from '../solvers/problem.js';
import type { EvaluationSample } from './evaluation-samples.js';
import type { ModelCard } from './model-card.js';
import type { ModelFiles } from './model-from-onnx.js';
import { openModel } from './open-model.js';
import { type InputPlan, operatorMember } from './operator-inputs.js';

/** A trained operator in use: the graph on ONNX Runtime, everything around it in float64 TypeScript. Browser-safe. */
export interface Surrogate {
  readonly card: ModelCard;
  /**
   * u, `[cell]`, for a problem; a guess for `solve(problem, { guess: surrogate.predict })`, which passes its own
   * `neumannImbalance` on.
   *
   * @throws IllPosedProblemError for Neumann conditions everywhere with a net source, which has no steady state, unless
   * `neumannImbalance` is 'remove'; InvalidInputError for patches that are neither Dirichlet nor Neumann
   */
  predict(problem: PoissonProblem, options?: NeumannOptions): Promise<Float64Array>;
  /** The same for a problem that is assembled already. */
  answer(sample: Omit<EvaluationSample, 'reference' | 'category'>): Promise<Float64Array>;
  /**
   * Encodes mesh, boundary types and κ once, for any number of sources and boundary values.
   * @throws InvalidInputError for operators that answer with a field
   */
  reduce(operator: PoissonOperator, types: BoundaryTypes): Promise<ReducedModel>;
  dispose(): Promise<void>;
}

/**
 * Opens a model and checks its probe. A basis answers any boundary values through B and b; a field operator was
 * trained on zero boundary values and answers as if they were zero.
 *
 * @throws FileError when files, device and stored probe do not agree
 */
export async function openSurrogate(files: ModelFiles, options: SessionOptions = {}): Promise<Surrogate> {
  const model = await openModel(files, options);
  const { output, features, projection } = model.card.operator;
  const plan: InputPlan = { output, features };
  const run = async (operator: PoissonOperator, types: BoundaryTypes, source?: Float64Array) => {
    const { inputs, fieldScale } = operatorMember(plan, operator, types, source);
    const { [output]: result } = await model.run(batchInputs([inputs]));
    return { data: result.data as Float32Array, columns: result.shape[2], fieldScale };
  };
  const reduce = async (operator: PoissonOperator, types: BoundaryTypes) => {
    if (output !== 'basis') {
      throw new InvalidInputError(
        `surrogate.reduce: ${model.card.operator.name} answers with a field; use predict`,
      );
    }
    const { data, columns } = await run(operator, types);
    return applyReducedBasis(operator, data, columns, projection);
  };
  const answer: Surrogate['answer'] = async ({ operator, boundaryTypes: types, source, rightHandSide }) => {
    if (output === 'basis') return (await reduce(operator, types)).apply([rightHandSide]).fields[0];
    const { data, fieldScale } = await run(operator, types, source);
    return Float64Array.from(data, (value) => value * fieldScale);
  };
  const predict: Surrogate['predict'] = async (problem, { neumannImbalance } = {}) => {
    const types = trainedTypes(problem.boundaryConditions);
    const { operator, rightHandSide } = assemble(problem);
    if (operator.singular && neumannImbalance !== 'remove') {
      compatibleRightHandSide(rightHandSide, operator.mesh.cellVolumes);
    }
    return answer({
      operator,
      boundaryTypes: types,
      source: cellSources(problem.mesh, problem.source),
      rightHandSide,
    });
  };
  return { card: model.card, predict, answer, reduce, dispose: model.dispose };
}

/** The networks know two types of boundary. */
function trainedTypes(conditions: BoundaryConditions): BoundaryTypes {
  return Object.fromEntries(
    Object.entries(conditions).map(([patch, { type }]) => {
      if (type === 'dirichlet' || type === 'neumann') return [patch, type];
      throw new InvalidInputError(
        `surrogate.predict: patch '${patch}' is ${type}; surrogates are trained on dirichlet and neumann patches, ` +
          'solve without a guess',
      );
    }),
  );
}
