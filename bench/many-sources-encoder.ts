import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../common/package-file.js';
import {
  type BoundaryTypes,
  cornerRemovedMeshes,
  createRandom,
  generateMeshes,
  poissonTask,
} from '../datasets/index.js';
import { cubeWithCylindricalHole } from '../geometry/index.js';
import {
  type BasisProjection,
  batchInputs,
  batchSpecs,
  type EncoderInputOptions,
  encoderFeatureCounts,
  encoderInputs,
  linearResponse,
  type NeuralOperator,
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
  type ModelFiles,
  openModel,
  openSurrogate,
  readModel,
  type Surrogate,
  train,
} from '../training/index.js';

/** A network that writes a basis for any part, with what of training it has seen. */
export interface Encoder {
  readonly training: 'pretrained' | 'trained here' | 'untrained';
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
/** The training run of a bench without a committed model: about a minute. */
const STEPS = 120;

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

/** The committed model for parts of this dimension; in 2D one trained for a minute stands in for it. */
export async function trainedEncoder(dimension: 2 | 3): Promise<Encoder | null> {
  const committed = committedModel('reduced-basis', dimension);
  if (!committed && dimension === 3) return null;
  const files = committed ?? (await trainBriefly(network(2), 2, { steps: STEPS, learningRate: 4e-3 }));
  const opened = await openModel(files);
  const { options, projection = {}, features } = files.card.operator;
  const plan = { rank: (options as { rank: number }).rank, projection, features };
  return encoder(committed ? 'pretrained' : 'trained here', opened.run, plan, opened.dispose);
}

/** A linear response as a user opens it; in 3D, where none is committed, it has taken one step and serves for times alone. */
export async function linearResponseSurrogate(
  dimension: 2 | 3,
): Promise<{ readonly surrogate: Surrogate; readonly training: Encoder['training'] }> {
  const committed = committedModel('linear-response', dimension);
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(dimension);
  const operator = linearResponse({ encoder: { cellFeatures: cellFeatures + 1, faceFeatures } });
  const steps = dimension === 2 ? STEPS : 1;
  const files = committed ?? (await trainBriefly(operator, dimension, { steps, learningRate: 2e-3 }));
  const training = committed ? 'pretrained' : steps > 1 ? 'trained here' : 'untrained';
  // parts of other families than the trained one are meant here
  return { surrogate: await openSurrogate(files, { outOfRange: 'ignore' }), training };
}

function committedModel(kind: string, dimension: 2 | 3): ModelFiles | null {
  const folder = packageFile('pretrained');
  if (!existsSync(folder)) return null;
  for (const name of readdirSync(folder).sort()) {
    if (!existsSync(join(folder, name, 'card.json'))) continue;
    const files = readModel(join(folder, name));
    const { operator, inputs } = files.card;
    const cells = inputs.find((input) => input.name === 'cells')!.shape.at(-1);
    const field = operator.output === 'field' ? 1 : 0;
    const expected = encoderFeatureCounts(dimension, operator.features).cellFeatures + field;
    if (operator.name === kind && cells === expected) return files;
  }
  return null;
}

async function trainBriefly(
  operator: NeuralOperator,
  dimension: 2 | 3,
  options: { readonly steps: number; readonly learningRate: number },
): Promise<ModelFiles> {
  const meshes =
    dimension === 2
      ? await generateMeshes(cornerRemovedMeshes({ corners: 4, count: 32, seed: 1, cellCount: 1000 }))
      : [cubeWithCylindricalHole({ seed: 1, cellCount: 1000 })];
  const sourcesPerSample = operator.output === 'basis' ? 16 : 1;
  const out = mkdtempSync(join(tmpdir(), 'fieldsmith-many-sources-'));
  try {
    const task = poissonTask({ meshes, sourcesPerSample });
    const run = await train(operator, task, { ...options, supervise: ritzEnergy(), batchSize: 4, out });
    return await exportModel(run);
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
