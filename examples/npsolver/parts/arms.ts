import {
  baTransolver,
  type EncoderInputOptions,
  encoderFeatureCounts,
  type FieldLoss,
  labels,
  linearResponse,
  type NeuralOperator,
  NPSOLVER_2D,
  pcgSteps,
  reducedBasis,
  residualLoss,
  ritzEnergy,
  transolver,
} from 'fieldsmith/operators';

/** One arm of the ablation: a network, what it sees, and what supervises it. Everything else is common to all. */
export interface Arm {
  /** What the arm is called in tables. */
  readonly title: string;
  readonly operator: NeuralOperator;
  readonly features: Partial<EncoderInputOptions>;
  readonly supervise: FieldLoss;
  /** Sources with each mesh and set of boundary types; a field operator reads one. */
  readonly sourcesPerSample: number;
  /** NPSolver's random-type task removes the mean of every source. */
  readonly removeMean: 'always' | 'when-singular';
  /** A fixed training set of so many samples, passed again and again, with their labels; by default every sample is new. */
  readonly distinctSamples?: number;
  /**
   * The arm whose step cost counts for this one. Labels are computed anew whenever they are needed, which a stored set
   * would not do: such an arm is charged for the same network under the cheapest supervision.
   */
  readonly chargedAs?: string;
  /** Largest learning rates of one cycle that are tried in short runs; the best is kept for all seeds. */
  readonly rates: readonly number[];
}

/** NPSolver's features: coordinates and boundary types, nothing else. */
const npsolverFeatures: Partial<EncoderInputOptions> = {
  fourierFrequencies: 0,
  normals: false,
  faceSize: false,
  boundaryDistance: false,
};

const distanceFeatures = { ...npsolverFeatures, boundaryDistance: true };

/** The source is one more cell feature of a field operator. */
function withSource(features: Partial<EncoderInputOptions>) {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(2, features);
  return { cellFeatures: cellFeatures + 1, faceFeatures };
}

/** NPSolver's network at width 64 and 4 blocks, faithful otherwise. */
const small = { ...NPSOLVER_2D, ...withSource(npsolverFeatures), width: 64, blocks: 4 };

const faithful = {
  operator: baTransolver(small),
  features: npsolverFeatures,
  sourcesPerSample: 1,
  removeMean: 'always',
  rates: [5e-4, 1e-3, 2e-3, 4e-3],
} as const;

/** Field and source pairs of the labelled sets. */
const LABELS = 7000;

const basis = {
  operator: reducedBasis({
    rank: 128,
    smoothing: { damping: 0.05, reach: 1 },
    correction: { damping: 0.1, reach: 2, place: 'around' },
    encoder: encoderFeatureCounts(2),
  }),
  features: {},
  sourcesPerSample: 16,
  removeMean: 'when-singular',
  rates: [2e-3, 4e-3, 8e-3],
} as const;

/** By name, in the order in which they run. */
export const arms = {
  'pcg-jacobi-40': {
    ...faithful,
    title: 'BA-Transolver, 40 Jacobi-PCG steps (NPSolver)',
    supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi' }),
  },
  residual: {
    ...faithful,
    title: 'BA-Transolver, residual',
    supervise: residualLoss(),
  },
  'pcg-amg-3': {
    ...faithful,
    title: 'BA-Transolver, 3 AMG-PCG steps',
    supervise: pcgSteps({ steps: 3, preconditioner: 'amg' }),
  },
  'basis-ritz': {
    ...basis,
    title: 'reduced basis, Ritz energy',
    supervise: ritzEnergy(),
  },
  'labels-7000': {
    ...faithful,
    title: 'BA-Transolver, labels of 7,000 samples',
    supervise: labels({ measure: 'rms' }),
    distinctSamples: LABELS,
    chargedAs: 'residual',
  },
  'pcg-through-steps': {
    ...faithful,
    title: 'BA-Transolver, 40 Jacobi-PCG steps, gradient through them',
    supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi', stopGradient: false }),
  },
  'no-boundary-tokens': {
    ...faithful,
    title: 'Transolver without boundary tokens, 40 Jacobi-PCG steps',
    operator: transolver(small),
    supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi' }),
  },
  'linear-response': {
    sourcesPerSample: 1,
    title: 'linear response, Ritz energy',
    operator: linearResponse({ encoder: withSource({}) }),
    features: {},
    supervise: ritzEnergy(),
    removeMean: 'when-singular',
    rates: [1e-3, 2e-3, 4e-3],
  },
  'no-boundary-tokens-distance': {
    ...faithful,
    title: 'Transolver without boundary tokens, told the distance to either boundary, 40 Jacobi-PCG steps',
    operator: transolver({ ...small, ...withSource(distanceFeatures) }),
    features: distanceFeatures,
    supervise: pcgSteps({ steps: 40, preconditioner: 'jacobi' }),
  },
  'pcg-amg-5': {
    ...faithful,
    title: 'BA-Transolver, 5 AMG-PCG steps',
    supervise: pcgSteps({ steps: 5, preconditioner: 'amg' }),
  },
  'basis-labels-7000': {
    ...basis,
    title: 'reduced basis, labels of 7,000 samples',
    supervise: labels(),
    distinctSamples: Math.floor(LABELS / basis.sourcesPerSample),
    chargedAs: 'basis-ritz',
  },
  'basis-pcg-amg-3': {
    ...basis,
    title: 'reduced basis, 3 AMG-PCG steps',
    supervise: pcgSteps({ steps: 3, preconditioner: 'amg' }),
  },
} satisfies Record<string, Arm>;

export type ArmName = keyof typeof arms;
