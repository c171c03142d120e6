import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoundaryTypes, createRandom, poissonTask } from '../datasets/index.js';
import {
  type BasisProjection,
  batchInputs,
  batchSpecs,
  type EncoderInputOptions,
  encoderFeatureCounts,
  encoderInputs,
  linearResponse,
  type OperatorInputs,
  type ProjectionOptions,
  projectionOf,
  reducedBasis,
  ritzEnergy,
} from '../operators/index.js';
import { compile, type NamedArrays } from '../runtime/index.js';
import type { PoissonOperator } from '../solvers/index.js';
import {
  exportModel,
  loadPretrained,
  type ModelFiles,
  openModel,
  openSurrogate,
  pretrainedNames,
  type Surrogate,
  train,
} from '../training/index.js';
import { manySourcesProblem } from './many-sources-problem.js';

/** A network that writes a basis for any part, with what of training it has seen. */
export interface Encoder {
  readonly training: 'pretrained' | 'untrained';
  readonly rank: number;
  /** Features of the mesh, network and projection, timed apart. */
  encode(operator: PoissonOperator, types: BoundaryTypes): Promise<Encoded>;
  dispose(): Promise<void>;
}

export interface Encoded {
  readonly projection: BasisProjection;
  readonly milliseconds: Readonly<Record<'features' | 'network' | 'projection', number>>;
}

/** Modes of the encoder in 3D: about as many as in 2D. */
const WAVE_NUMBER_3D = 6;

const network = (dimension: 2 | 3) =>
  reducedBasis({
    dimension,
    ...(dimension === 3 ? { waveNumber: WAVE_NUMBER_3D } : {}),
    encoder: encoderFeatureCounts(dimension),
  });

export async function untrainedEncoder(dimension: 2 | 3): Promise<Encoder> {
  const operator = network(dimension);
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(dimension);
  const compiled = await compile(
    (inputs, weights) => ({ basis: operator.forward(weights, inputs as unknown as OperatorInputs) }),
    batchSpecs(cellFeatures, faceFeatures, 1),
    { parameters: operator.initialParameters(createRandom(1)) },
  );
  const run = async (inputs: NamedArrays) => compiled.run(inputs as Parameters<typeof compiled.run>[0]);
  const plan = { rank: operator.options.rank, projection: operator.options, features: {} };
  return encoder('untrained', run, plan, () => compiled.dispose());
}

/** The committed model for parts of this dimension, if there is one. */
export async function pretrainedEncoder(dimension: 2 | 3): Promise<Encoder | null> {
  const files = committedModel('reduced-basis', dimension);
  if (!files) return null;
  const opened = await openModel(files);
  const { options, projection = {}, features } = files.card.operator;
  const plan = { rank: (options as { rank: number }).rank, projection, features };
  return encoder('pretrained', opened.run, plan, opened.dispose);
}

/** A linear response as a user opens it; where none is committed, it has taken one step and serves for times alone. */
export async function linearResponseSurrogate(
  dimension: 2 | 3,
): Promise<{ readonly surrogate: Surrogate; readonly training: Encoder['training'] }> {
  const committed = committedModel('linear-response', dimension);
  // parts of other families than the trained one are meant here
  const surrogate = await openSurrogate(committed ?? (await oneStep(dimension)), { outOfRange: 'ignore' });
  return { surrogate, training: committed ? 'pretrained' : 'untrained' };
}

function committedModel(kind: string, dimension: 2 | 3): ModelFiles | undefined {
  return pretrainedNames()
    .map(loadPretrained)
    .find(({ card: { operator, inputs } }) => {
      const cells = inputs.find(({ name }) => name === 'cells')!.shape.at(-1);
      const field = operator.output === 'field' ? 1 : 0;
      const expected = encoderFeatureCounts(dimension, operator.features).cellFeatures + field;
      return operator.name === kind && cells === expected;
    });
}

async function oneStep(dimension: 2 | 3): Promise<ModelFiles> {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(dimension);
  const operator = linearResponse({ encoder: { cellFeatures: cellFeatures + 1, faceFeatures } });
  const { operator: discrete } = manySourcesProblem('', dimension, 300);
  const out = mkdtempSync(join(tmpdir(), 'fieldsmith-many-sources-'));
  try {
    const task = poissonTask({ meshes: [discrete.mesh] });
    const options = { supervise: ritzEnergy(), steps: 1, batchSize: 1, out };
    return await exportModel(await train(operator, task, options));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

interface Plan {
  readonly rank: number;
  readonly projection: Partial<ProjectionOptions>;
  readonly features: Partial<EncoderInputOptions>;
}

function encoder(
  training: Encoder['training'],
  run: (inputs: NamedArrays) => Promise<NamedArrays>,
  { rank, projection, features }: Plan,
  dispose: () => Promise<void>,
): Encoder {
  return {
    training,
    rank,
    dispose,
    encode: async (operator, types) => {
      const started = performance.now();
      const inputs = batchInputs([encoderInputs(operator.mesh, types, operator.conductivity, features)]);
      const read = performance.now();
      const { basis } = await run(inputs);
      const written = performance.now();
      const values = basis.data as Float32Array;
      const projected = projectionOf(operator, values, rank, projection);
      const milliseconds = {
        features: read - started,
        network: written - read,
        projection: performance.now() - written,
      };
      return { projection: projected, milliseconds };
    },
  };
}
