import type { MeanRemoval } from '../../datasets/index.js';
import {
  baTransolver,
  type EncoderInputOptions,
  encoderFeatureCounts,
  type FieldLoss,
  linearResponse,
  type NeuralOperator,
  NPSOLVER_2D,
  NPSOLVER_3D,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from '../../operators/index.js';
import { oneCycle, type Schedule } from '../../training/index.js';

/** A way to train a surrogate of the demo's Poisson problems without labels. */
export interface Recipe {
  readonly title: string;
  readonly operator: NeuralOperator;
  readonly features: Partial<EncoderInputOptions>;
  readonly supervise: FieldLoss;
  /** Where the training signal comes from, for readers. */
  readonly supervision: string;
  readonly sourcesPerSample: number;
  /** When the mean of a training source is removed. */
  readonly removeMean: MeanRemoval;
  readonly batchSize: number;
  readonly schedule: Schedule;
  /** Optimizer steps unless a time budget is given. */
  readonly steps: number;
}

/** What a recipe depends on of a task. */
export interface RecipeSetting {
  readonly dimension: 2 | 3;
  /** Dirichlet patches have values other than zero, which a field operator must be told. */
  readonly boundaryValues: boolean;
}

const PLANE: RecipeSetting = { dimension: 2, boundaryValues: false };

const NPSOLVER_SUPERVISION =
  '40 steps of Jacobi-preconditioned conjugate gradients from the prediction, not followed by gradients; root mean square of the difference (NPSolver).';

/** Features of a field operator and their counts: the source is one more cell feature. */
function fieldFeatures(features: Partial<EncoderInputOptions>, setting: RecipeSetting) {
  const complete = setting.boundaryValues ? { ...features, boundaryValues: true } : features;
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(setting.dimension, complete);
  return { features: complete, counts: { cellFeatures: cellFeatures + 1, faceFeatures } };
}

function npsolver(size: { width?: number; blocks?: number }, setting: RecipeSetting): Omit<Recipe, 'title'> {
  // NPSolver's features: coordinates and boundary types, nothing else
  const plain = { fourierFrequencies: 0, normals: false, faceSize: false, boundaryDistance: false };
  const { features, counts } = fieldFeatures(plain, setting);
  const published = setting.dimension === 2 ? NPSOLVER_2D : NPSOLVER_3D;
  return {
    operator: baTransolver({ ...published, ...counts, ...size }),
    features,
    supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi' }),
    supervision: NPSOLVER_SUPERVISION,
    sourcesPerSample: 1,
    removeMean: 'always',
    batchSize: 8,
    schedule: oneCycle({ maximum: 5e-4 }),
    steps: 400,
  };
}

/** By the name that `--recipe` takes. */
export const recipes = {
  'reduced-basis': ({ dimension } = PLANE): Recipe => ({
    title: 'neural reduced basis, Ritz energy',
    operator: reducedBasis({ dimension, encoder: encoderFeatureCounts(dimension) }),
    features: {},
    supervise: ritzEnergy(),
    supervision:
      'Ritz energy −½ bᵀu of the projection on the basis, which is least when u solves the discrete equations: no solution of them is computed.',
    sourcesPerSample: 16,
    removeMean: 'when-singular',
    batchSize: 8,
    schedule: oneCycle({ maximum: 4e-3 }),
    steps: 400,
  }),
  'part-basis': ({ dimension } = PLANE): Recipe => ({
    title: 'small neural reduced basis, Ritz energy',
    operator: reducedBasis({
      dimension,
      rank: 96,
      waveNumber: 5,
      encoder: { width: 48, blocks: 2, ...encoderFeatureCounts(dimension) },
    }),
    features: {},
    supervise: ritzEnergy(),
    supervision:
      'Ritz energy −½ bᵀu of the projection on the basis, in small batches, as meshes of solid parts are large.',
    sourcesPerSample: 8,
    removeMean: 'when-singular',
    batchSize: 2,
    schedule: oneCycle({ maximum: 3e-3 }),
    steps: 600,
  }),
  npsolver: (setting = PLANE): Recipe => ({
    title: 'BA-Transolver, NPSolver’s network and recipe',
    ...npsolver({}, setting),
  }),
  'npsolver-small': (setting = PLANE): Recipe => ({
    title: 'BA-Transolver of width 64 and 4 blocks, NPSolver’s recipe',
    ...npsolver({ width: 64, blocks: 4 }, setting),
  }),
  'linear-response': (setting = PLANE): Recipe => {
    const { features, counts } = fieldFeatures({}, setting);
    return {
      title: 'linear response, Ritz energy',
      operator: linearResponse({ encoder: counts }),
      features,
      supervise: ritzEnergy(),
      supervision: 'Ritz energy ½ ûᵀBû − bᵀû of the prediction: no solution is computed.',
      sourcesPerSample: 1,
      removeMean: 'when-singular',
      batchSize: 8,
      schedule: oneCycle({ maximum: 2e-3 }),
      steps: 400,
    };
  },
} satisfies Record<string, (setting?: RecipeSetting) => Recipe>;

export type RecipeName = keyof typeof recipes;
