import { FileError, InvalidInputError } from '../../common/errors.js';
import {
  type ConstraintOptions,
  type ConstraintSolution,
  constraintFamily,
  solveConstraint,
} from '../../operators/index.js';
import {
  type HostArray,
  loadModel,
  type NamedArrays,
  type SessionOptions,
  verifyProbe,
} from '../../runtime/index.js';
import { restoreArray } from '../model-card.js';
import { CONSTRAINED_CARD_KEY, type ConstrainedCard, parseConstrainedCard } from './constrained-card.js';

/** What may differ from training when a model is used. */
export interface ConstrainedUse {
  /** Options of the family, such as another resolution. */
  readonly constraint: Readonly<Record<string, unknown>>;
  /** Of the solves, such as more samples, other experts or tolerances. */
  readonly solve: Partial<ConstraintOptions>;
}

/** An operator with a constraint in use: the graph on ONNX Runtime, the solves in float64 TypeScript. */
export interface OpenConstrained extends AsyncDisposable {
  readonly card: ConstrainedCard;
  /** Basis fields, `[batch, ..., N]`. */
  basis(inputs: NamedArrays): Promise<HostArray>;
  /**
   * Answers for every member of the batch, in float64, with their diagnostics.
   *
   * @throws InvalidInputError when samples and batch do not fit; UnsolvedConstraintError by policy
   */
  predict(
    inputs: NamedArrays,
    samples: readonly unknown[],
    use?: Partial<ConstrainedUse>,
  ): Promise<ConstraintSolution[]>;
  dispose(): Promise<void>;
}

/** WebGPU rounds differently from the processor that the stored basis was computed on. */
const GPU_TOLERANCE = 1e-2;

/**
 * Opens a file of `exportConstrained` in Node or the browser and compares its stored basis.
 *
 * @throws FileError when the file holds no constraint, or answers its stored inputs otherwise than where it was made
 */
export async function openConstrained(
  onnx: Uint8Array,
  options: SessionOptions = {},
): Promise<OpenConstrained> {
  const model = await loadModel(onnx, options);
  try {
    const card = parseConstrainedCard(model.metadata[CONSTRAINED_CARD_KEY]);
    const { inputs, basis, tolerance } = card.probe;
    const restored = Object.fromEntries(
      Object.entries(inputs).map(([name, array]) => [name, restoreArray(array)]),
    );
    const onProcessor = options.device === undefined || options.device === 'cpu' || options.device === 'wasm';
    const { agrees, relativeDifference } = await verifyProbe(
      model,
      { inputs: restored, outputs: { basis: restoreArray(basis) } },
      { tolerance: onProcessor ? tolerance : GPU_TOLERANCE },
    );
    if (!agrees) {
      throw new FileError(
        `openConstrained: the stored basis comes out ${relativeDifference.toExponential(1)} from where it should; ` +
          'open the file on another device, or export it again',
      );
    }
    const propose = async (given: NamedArrays): Promise<HostArray> => (await model.run(given)).basis;
    return {
      card,
      basis: propose,
      async predict(given, samples, use = {}) {
        const { shape, data } = await propose(given);
        const [batch] = shape;
        if (samples.length !== batch) {
          throw new InvalidInputError(
            `predict: expected one sample for each of the ${batch} members of the batch, got ${samples.length}`,
          );
        }
        const family = constraintFamily({
          name: card.constraint.name,
          options: { ...(card.constraint.options as object), ...use.constraint },
        });
        const solve = { ...(card.solve as Partial<ConstraintOptions>), ...use.solve };
        const stride = data.length / batch;
        return samples.map((sample, b) => {
          const problem = family.problem(sample);
          const start = b * stride;
          const own = (data as Float32Array).subarray(
            start,
            start + problem.residual.points * card.basisFields,
          );
          return solveConstraint(problem, own, card.basisFields, solve);
        });
      },
      dispose: model.dispose,
      [Symbol.asyncDispose]: model.dispose,
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
