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
  type EncodeApplyModel,
  exportEncodeApply,
  exportModel,
  loadPretrained,
  openEncodeApply,
  openModel,
  train,
} from '../training/index.js';
import { manySourcesProblem } from './many-sources-problem.js';

/** A network that writes a basis for any part, with what of training it has seen. */
export interface Encoder {
  readonly training: 'pretrained' | 'untrained';
  readonly rank: number;
  /** The second pass of its answers */
  readonly correction: ProjectionOptions['correction'];
  /** Features of the mesh, network and projection, timed apart. */
  encode(operator: PoissonOperator, types: BoundaryTypes): Promise<Encoded>;
  dispose(): Promise<void>;
}

export interface Encoded {
  readonly projection: BasisProjection;
  readonly milliseconds: Readonly<Record<'features' | 'network' | 'projection', number>>;
}

export async function untrainedEncoder(dimension: 2 | 3): Promise<Encoder> {
  const operator = reducedBasis({ dimension, encoder: encoderFeatureCounts(dimension) });
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

/** The committed model of random boundary types on squares without corners, which the parts in 2D are; there is none in 3D. */
export async function pretrainedEncoder(dimension: 2 | 3): Promise<Encoder | null> {
  if (dimension === 3) return null;
  const files = loadPretrained('random-bc');
  const opened = await openModel(files);
  const { options, projection = {}, features } = files.card.operator;
  const plan = { rank: (options as { rank: number }).rank, projection, features };
  return encoder('pretrained', opened.run, plan, opened.dispose);
}

/** A linear response as two graphs. It has taken one training step: it serves for times alone. */
export async function untrainedLinearResponse(dimension: 2 | 3): Promise<EncodeApplyModel> {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(dimension);
  const operator = linearResponse({ encoder: { cellFeatures: cellFeatures + 1, faceFeatures } });
  const { operator: discrete } = manySourcesProblem('', dimension, 300);
  const out = mkdtempSync(join(tmpdir(), 'fieldsmith-many-sources-'));
  try {
    const task = poissonTask({ meshes: [discrete.mesh] });
    const run = await train(operator, task, { supervise: ritzEnergy(), steps: 1, batchSize: 1, out });
    const { card } = await exportModel(run);
    return await openEncodeApply(await exportEncodeApply(run, card));
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
    correction: projection.correction ?? 'none',
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
