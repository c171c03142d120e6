import {
  baTransolver,
  type ExpertOptions,
  encoderFeatureCounts,
  type FieldLoss,
  type NeuralOperator,
  pcgSteps,
  reducedBasis,
  ritzEnergy,
} from 'fieldsmith/operators';

/** One of the ways to an answer that `hard-constraints/poisson` compares. */
export interface PoissonMethod {
  readonly operator: NeuralOperator;
  readonly supervise: FieldLoss;
  readonly sourcesPerSample: number;
  readonly learningRate: number;
  /** Unknowns of a projection in all; of the unconstrained network none */
  readonly rank?: number;
}

/** ε: less than one expert's 1e-7, since windows make fields that resemble each other. */
const REGULARISATION = 1e-10;

const basis = (rank: number, experts?: Partial<ExpertOptions>, size = {}): PoissonMethod => ({
  operator: reducedBasis({
    rank,
    encoder: { ...encoderFeatureCounts(2), ...size },
    ...(experts ? { experts, regularisation: REGULARISATION } : {}),
  }),
  supervise: ritzEnergy(),
  sourcesPerSample: 16,
  learningRate: 4e-3,
  rank,
});

/** The source is one more feature of a cell. */
const { cellFeatures, faceFeatures } = encoderFeatureCounts(2);

/**
 * Named by what combines the fields. Of rank 128 in all where none is named; 256 and 512 with one and with several experts show
 * what sparsity saves at a rank. All have the same encoder, width 64 and 4 blocks, but `four-experts-coupled-small`, whose
 * first answer takes about as long as BA-Transolver's.
 */
export const POISSON_METHODS = {
  'one-expert': basis(128),
  'one-expert-256': basis(256),
  'one-expert-512': basis(512),
  'four-experts-coupled': basis(128, { count: 4 }),
  'sixteen-experts-coupled': basis(128, { count: 16 }),
  'four-experts-coupled-256': basis(256, { count: 4 }),
  'sixteen-experts-coupled-512': basis(512, { count: 16 }),
  'four-experts-independent': basis(128, { count: 4, mode: 'independent' }),
  'sixteen-experts-independent': basis(128, { count: 16, mode: 'independent' }),
  'four-experts-coupled-small': basis(64, { count: 4 }, { width: 32, blocks: 1 }),
  'sixteen-experts-shared': basis(128, { count: 16, modes: 'shared' }),
  'ba-transolver': {
    operator: baTransolver({ cellFeatures: cellFeatures + 1, faceFeatures }),
    supervise: pcgSteps({ steps: 3, preconditioner: 'amg' }),
    sourcesPerSample: 1,
    learningRate: 2e-3,
  },
} as const satisfies Record<string, PoissonMethod>;

export type PoissonMethodName = keyof typeof POISSON_METHODS;
