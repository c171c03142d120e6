import { InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes, BoundaryValues } from '../datasets/index.js';
import {
  answerSpace,
  answerThrough,
  applyReducedBasis,
  batchInputs,
  type ReducedModel,
} from '../operators/index.js';
import type { Device, SessionOptions } from '../runtime/index.js';
import {
  assemble,
  type BoundaryConditions,
  compatibleRightHandSide,
  type GuessOptions,
  type PoissonOperator,
  type PoissonProblem,
} from '../solvers/index.js';
import { cellSources } from '../solvers/problem.js';
import type { EvaluationSample } from './evaluation-samples.js';
import type { ModelCard } from './model-card.js';
import type { ModelFiles } from './model-from-onnx.js';
import { openModel } from './open-model.js';
import { boundaryValuesOf, type InputPlan, operatorMember } from './operator-inputs.js';
import { type OnWarning, type RangeOptions, rangeGuard } from './range-guard.js';
import type { RangeVerdict } from './trained-range.js';

/** Options of {@link openSurrogate}: where the graph runs, and what becomes of problems outside of the trained range. */
export interface SurrogateOptions extends SessionOptions, RangeOptions {}

/** An assembled problem. */
type Question = Omit<EvaluationSample, 'reference' | 'category'>;

/** A trained operator in use: the graph on ONNX Runtime, everything around it in float64 TypeScript. Browser-safe. */
export interface Surrogate {
  readonly card: ModelCard;
  /** Where the graph runs, which may be another device than the one asked for. */
  readonly device: Device;
  /**
   * u, `[cell]`, for a problem; a guess for `solve(problem, { guess: surrogate.predict })`, which passes its own
   * `neumannImbalance` on and reports warnings about the trained range.
   *
   * @throws IllPosedProblemError for Neumann conditions everywhere with a net source, which has no steady state, unless
   * `neumannImbalance` is 'remove'; InvalidInputError for patches that are neither Dirichlet nor Neumann;
   * OutsideTrainedRangeError where `outOfRange` is 'refuse'
   */
  predict(problem: PoissonProblem, options?: GuessOptions): Promise<Float64Array>;
  /** The same for a problem that is assembled already. */
  answer(sample: Question): Promise<Float64Array>;
  /**
   * Encodes mesh, boundary types and κ once, for any number of sources and boundary values; `range` is the verdict on
   * these, without a load. For many sources `(await surrogate.reduce(…)).session()` is the fastest; it runs where the
   * network does and outlives the surrogate.
   *
   * @throws InvalidInputError for operators that answer with a field; OutsideTrainedRangeError
   */
  reduce(operator: PoissonOperator, types: BoundaryTypes): Promise<ReducedModel & { range: RangeVerdict }>;
  /** How a problem compares with what the model was trained on; nothing is predicted. */
  rangeOf(problem: PoissonProblem): RangeVerdict;
  dispose(): Promise<void>;
}

/**
 * Opens a model and checks its probe. A basis answers any boundary values through B and b; a field operator those
 * that its features tell it of, and without `boundaryValues` among them it answers as if they were zero.
 *
 * @throws FileError when files, device and stored probe do not agree
 */
export async function openSurrogate(files: ModelFiles, options: SurrogateOptions = {}): Promise<Surrogate> {
  const model = await openModel(files, options);
  const guard = rangeGuard(model.card.trainedRange.statistics, options);
  const { output, features, projection } = model.card.operator;
  const plan: InputPlan = { output, features };
  const run = async (
    operator: PoissonOperator,
    types: BoundaryTypes,
    source?: Float64Array,
    values?: BoundaryValues,
  ) => {
    const seen = features.boundaryValues ? values : undefined;
    const { inputs, ...units } = operatorMember(plan, operator, types, source, seen);
    const { [output]: result } = await model.run(batchInputs([inputs]));
    return { data: result.data as Float32Array, columns: result.shape[2], ...units };
  };
  const reduce: Surrogate['reduce'] = async (operator, types) => {
    if (output !== 'basis') {
      throw new InvalidInputError(
        `surrogate.reduce: ${model.card.operator.name} answers with a field; use predict`,
      );
    }
    guard.check('surrogate.reduce', operator);
    const { data, columns } = await run(operator, types);
    const reduced = applyReducedBasis(operator, data, columns, projection);
    const { session } = reduced;
    // not spread, which would write out the projection of experts
    return Object.assign(reduced, {
      session: (own?: SessionOptions) => session({ ...options, ...own }),
      range: guard.judge(operator),
    });
  };
  const answerWithin = async (
    { operator, boundaryTypes: types, boundaryValues, source, rightHandSide }: Question,
    caller: string,
    onWarning?: OnWarning,
  ) => {
    guard.check(caller, operator, { source, rightHandSide }, onWarning);
    if (output === 'basis') {
      const { data: basis, columns } = await run(operator, types);
      return answerThrough(answerSpace(operator, basis, columns, projection ?? {}), [rightHandSide])
        .fields[0];
    }
    const { data, fieldScale, fieldOffset } = await run(operator, types, source, boundaryValues);
    return Float64Array.from(data, (value) => fieldOffset + value * fieldScale);
  };
  const predict: Surrogate['predict'] = async (problem, { neumannImbalance, onWarning } = {}) => {
    const question = questionOf('surrogate.predict', problem);
    const { operator, rightHandSide } = question;
    if (operator.singular && neumannImbalance !== 'remove') {
      compatibleRightHandSide(rightHandSide, operator.mesh.cellVolumes);
    }
    return answerWithin(question, 'surrogate.predict', onWarning);
  };
  return {
    card: model.card,
    device: model.device,
    predict,
    answer: (question) => answerWithin(question, 'surrogate.answer'),
    reduce,
    rangeOf: (problem) => {
      const { operator, ...load } = questionOf('surrogate.rangeOf', problem);
      return guard.judge(operator, load);
    },
    dispose: model.dispose,
  };
}

function questionOf(caller: string, problem: PoissonProblem): Question {
  const boundaryTypes = trainedTypes(caller, problem.boundaryConditions);
  const assembled = assemble(problem);
  return {
    boundaryTypes,
    boundaryValues: boundaryValuesOf(problem.mesh, problem.boundaryConditions),
    source: cellSources(problem.mesh, problem.source),
    ...assembled,
  };
}

/** The networks know two types of boundary. */
function trainedTypes(caller: string, conditions: BoundaryConditions): BoundaryTypes {
  return Object.fromEntries(
    Object.entries(conditions).map(([patch, { type }]) => {
      if (type === 'dirichlet' || type === 'neumann') return [patch, type];
      throw new InvalidInputError(
        `${caller}: patch '${patch}' is ${type}; surrogates are trained on dirichlet and neumann patches, ` +
          'solve without a guess',
      );
    }),
  );
}
