import { InvalidInputError } from '../common/errors.js';
import {
  baTransolver,
  batchInputs,
  batchSpecs,
  type NpsolverPresetName,
  npsolverPreset,
  type OperatorInputs,
} from '../operators/index.js';
import { compile, type SessionOptions } from '../runtime/index.js';
import type { PoissonProblem } from '../solvers/index.js';
import { removeVolumeMean } from '../solvers/neumann-projection.js';
import type { OfficialCheckpoint } from './official-checkpoint.js';
import { type OfficialScaling, officialInputs } from './official-inputs.js';

export interface OfficialPredictorOptions extends SessionOptions {
  /** How problems become NPSolver's; see {@link OfficialScaling}. */
  readonly scaling?: OfficialScaling;
}

export interface OfficialPredictor {
  /**
   * u, `[cell]`, of −∇·(κ∇u) = q; of zero volume mean where no patch is Dirichlet, and the source's mean then counts
   * nothing. A guess for `solve(problem, { guess: predictor.predict })`.
   *
   * @throws InvalidInputError for problems that NPSolver's networks do not know; see {@link officialInputs}
   */
  predict(problem: PoissonProblem): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/**
 * NPSolver's network in use: our meshes and problems, in its features, signs and scales.
 *
 * @throws InvalidInputError when the checkpoint is of another task: its numbers of features tell
 */
export async function officialPredictor(
  checkpoint: OfficialCheckpoint,
  task: NpsolverPresetName,
  { scaling, ...session }: OfficialPredictorOptions = {},
): Promise<OfficialPredictor> {
  const { options, parameters } = checkpoint;
  const { cellFeatures, faceFeatures } = npsolverPreset(task);
  if (options.cellFeatures !== cellFeatures || options.faceFeatures !== faceFeatures) {
    throw new InvalidInputError(
      `officialPredictor: the networks of '${task}' have ${cellFeatures} cell and ${faceFeatures} face features, ` +
        `this one has ${options.cellFeatures} and ${options.faceFeatures}; name the task it was trained on`,
    );
  }
  const operator = baTransolver(options);
  const network = await compile(
    (inputs, weights) => ({ field: operator.forward(weights, inputs as unknown as OperatorInputs) }),
    batchSpecs(cellFeatures, faceFeatures, 1),
    { ...session, parameters },
  );
  return {
    async predict(problem) {
      const { inputs, fieldScale, singular } = officialInputs(problem, task, scaling);
      const { field } = await network.run(batchInputs([inputs]));
      const values = Float64Array.from(field.data, (value) => value * fieldScale);
      if (singular) removeVolumeMean(values, problem.mesh.cellVolumes);
      return values;
    },
    dispose: () => network.dispose(),
  };
}
