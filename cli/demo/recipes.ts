import type { MeanRemoval } from '../../datasets/index.js';
import {
  baTransolver,
  type EncoderInputOptions,
  encoderFeatureCounts,
  type FieldLoss,
  linearResponse,
  type NeuralOperator,
  NPSOLVER_2D,
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

/** NPSolver's features: coordinates and boundary types, nothing else. */
const NPSOLVER_FEATURES: Partial<EncoderInputOptions> = {
  fourierFrequencies: 0,
  normals: false,
  faceSize: false,
  boundaryDistance: false,
};

const NPSOLVER_SUPERVISION =
  '40 steps of Jacobi-preconditioned conjugate gradients from the prediction, not followed by gradients; root mean square of the difference (NPSolver).';

/** Feature counts of a field operator: the source is one more cell feature. */
function fieldFeatures(features: Partial<EncoderInputOptions>) {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(2, features);
  return { cellFeatures: cellFeatures + 1, faceFeatures };
}

const npsolver = (size: { width?: number; blocks?: number }): Omit<Recipe, 'title'> => ({
  operator: baTransolver({ ...NPSOLVER_2D, ...fieldFeatures(NPSOLVER_FEATURES), ...size }),
  features: NPSOLVER_FEATURES,
  supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi' }),
  supervision: NPSOLVER_SUPERVISION,
  sourcesPerSample: 1,
  removeMean: 'always',
  batchSize: 8,
  schedule: oneCycle({ maximum: 5e-4 }),
  steps: 400,
});

/** By the name that `--recipe` takes. */
export const recipes = {
  'reduced-basis': (): Recipe => ({
    title: 'neural reduced basis, Ritz energy',
    operator: reducedBasis({ encoder: encoderFeatureCounts(2) }),
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
  npsolver: (): Recipe => ({ title: 'BA-Transolver, NPSolver’s network and recipe', ...npsolver({}) }),
  'npsolver-small': (): Recipe => ({
    title: 'BA-Transolver of width 64 and 4 blocks, NPSolver’s recipe',
    ...npsolver({ width: 64, blocks: 4 }),
  }),
  'linear-response': (): Recipe => ({
    title: 'linear response, Ritz energy',
    operator: linearResponse({ encoder: fieldFeatures({}) }),
    features: {},
    supervise: ritzEnergy(),
    supervision: 'Ritz energy ½ ûᵀBû − bᵀû of the prediction: no solution is computed.',
    sourcesPerSample: 1,
    removeMean: 'when-singular',
    batchSize: 8,
    schedule: oneCycle({ maximum: 2e-3 }),
    steps: 400,
  }),
} satisfies Record<string, () => Recipe>;

export type RecipeName = keyof typeof recipes;
