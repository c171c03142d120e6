import { InvalidInputError } from '../../common/errors.js';

export interface FnoOptions {
  /** Axes of the grid. */
  readonly dimensions: 1 | 2 | 3;
  /** Channels of the field given; coordinates, where wanted, are among them. */
  readonly inputs: number;
  readonly outputs: number;
  /** Channels of the hidden layers. */
  readonly width: number;
  readonly layers: number;
  /**
   * Wavenumbers kept: 0 … modes − 1 along the last axis, −modes … modes − 1 along the others. A grid needs at least
   * 2 · modes points an axis.
   */
  readonly modes: number;
  /** Hidden channels of the head. */
  readonly headWidth: number;
  /** Whether a layer's answer replaces its input (Li et al. 2021) or is added to it. */
  readonly skip: 'none' | 'added';
  /** GELU after every layer, or after all but the last. */
  readonly activation: 'every-layer' | 'all-but-last';
  /** W reads the point alone (Li et al. 2021), or its neighbours along every axis too, periodically. */
  readonly local: 'point' | 'neighbours';
}

export const FNO_DEFAULTS: FnoOptions = {
  dimensions: 1,
  inputs: 2,
  outputs: 1,
  width: 32,
  layers: 4,
  modes: 16,
  headWidth: 128,
  skip: 'none',
  activation: 'every-layer',
  local: 'point',
};

/** Number of wavenumbers, 1 modes of the last axis times 2 modes of every other. */
export const modeCount = ({ dimensions, modes }: FnoOptions): number =>
  modes * (2 * modes) ** (dimensions - 1);

export function checkFnoOptions(options: FnoOptions): void {
  if (![1, 2, 3].includes(options.dimensions)) {
    throw new InvalidInputError(`fno: dimensions must be 1, 2 or 3, got ${options.dimensions}`);
  }
  for (const key of ['inputs', 'outputs', 'width', 'layers', 'modes', 'headWidth'] as const) {
    if (!Number.isInteger(options[key]) || options[key] < 1) {
      throw new InvalidInputError(`fno: ${key} must be a positive integer, got ${options[key]}`);
    }
  }
}
