import { InvalidInputError } from '../../common/errors.js';

export interface BaTransolverOptions {
  /** Features per cell: coordinates and source for the faithful variant. */
  readonly cellFeatures: number;
  /** Features per boundary face. */
  readonly faceFeatures: number;
  /** Values per cell: 1 for a field, the rank for a basis. */
  readonly outputs: number;
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Slices (physics tokens) of the cells. */
  readonly cellSlices: number;
  /** Slices of the boundary faces. */
  readonly faceSlices: number;
  /** Hidden width of a block's perceptron over `width`. */
  readonly mlpRatio: number;
  /** What the attention's skip connection carries: the normalised features (NPSolver) or the raw ones (Transolver). */
  readonly skip: 'normalised' | 'raw';
  /** Softmax temperature of the slice weights: a free parameter, or `temperatureFloor + softplus(parameter)`. */
  readonly temperature: 'free' | 'bounded';
  readonly temperatureFloor: number;
  /** Tokens average over nodes counted once each, or weighted by cell volume and face area (mesh-independent). */
  readonly slices: 'counted' | 'measure-weighted';
  /** Standard deviation of linear weights: 0.02 everywhere (NPSolver), or 1/√(inputs of the layer). */
  readonly initialisation: 'fixed-deviation' | 'fan-in';
  /** Whether boundary faces have tokens; without them it is a plain Transolver, which reads no face feature. */
  readonly boundaryTokens: boolean;
  /**
   * Whether blocks but the last update the face features as they do the cells': faces read the tokens, too, and have a
   * perceptron of their own. NPSolver encodes the boundary once.
   */
  readonly boundaryUpdate: boolean;
  /** Keep the two parameters a block that NPSolver declares and never reads, for its counts and checkpoint keys. */
  readonly unusedParameters: 'kept' | 'omitted';
}

/** NPSolver's two-dimensional configuration with boundary-type features, of its random boundary types. */
export const NPSOLVER_2D: BaTransolverOptions = {
  cellFeatures: 3,
  faceFeatures: 4,
  outputs: 1,
  width: 256,
  blocks: 10,
  heads: 8,
  cellSlices: 64,
  faceSlices: 8,
  mlpRatio: 1,
  skip: 'normalised',
  temperature: 'free',
  temperatureFloor: 0,
  slices: 'counted',
  initialisation: 'fixed-deviation',
  boundaryTokens: true,
  boundaryUpdate: false,
  unusedParameters: 'kept',
};

/** NPSolver's configuration of the cube with a cylindrical hole. */
export const NPSOLVER_3D: BaTransolverOptions = {
  ...NPSOLVER_2D,
  cellFeatures: 4,
  faceFeatures: 5,
  width: 300,
  faceSlices: 16,
};

/** A small network with the known weaknesses of the published one mended; the encoder of our own operators. */
export const BA_TRANSOLVER_DEFAULTS: BaTransolverOptions = {
  ...NPSOLVER_2D,
  width: 64,
  blocks: 4,
  heads: 4,
  cellSlices: 32,
  faceSlices: 8,
  skip: 'raw',
  temperature: 'bounded',
  temperatureFloor: 0.1,
  slices: 'measure-weighted',
  initialisation: 'fan-in',
  unusedParameters: 'omitted',
};

/** Size of one attention head, ⌊width / heads⌋. */
export function headDimension(options: BaTransolverOptions): number {
  return Math.floor(options.width / options.heads);
}

/** Whether block `index` updates the face features: nobody reads those of the last. */
export function updatesBoundary(options: BaTransolverOptions, index: number): boolean {
  return options.boundaryUpdate && index < options.blocks - 1;
}

export function checkBaTransolverOptions(options: BaTransolverOptions): void {
  for (const key of [
    'cellFeatures',
    'faceFeatures',
    'outputs',
    'width',
    'blocks',
    'heads',
    'cellSlices',
    'faceSlices',
  ] as const) {
    if (!Number.isInteger(options[key]) || options[key] < 1) {
      throw new InvalidInputError(`baTransolver: ${key} must be a positive integer, got ${options[key]}`);
    }
  }
  if (options.boundaryUpdate && !options.boundaryTokens) {
    throw new InvalidInputError(
      'baTransolver: boundaryUpdate needs boundaryTokens; switch the first off or the second on',
    );
  }
  if (headDimension(options) < 1) {
    throw new InvalidInputError(
      `baTransolver: width ${options.width} is smaller than the number of heads ${options.heads}; use fewer heads`,
    );
  }
}
