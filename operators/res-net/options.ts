import { InvalidInputError } from '../../common/errors.js';
import type { GridPadding } from '../grid-padding.js';

export interface ResNetOptions {
  /** Axes of the grid. */
  readonly dimensions: 1 | 2;
  readonly inputs: number;
  readonly outputs: number;
  /** Channels of the hidden layers. */
  readonly width: number;
  /** Residual blocks of two convolutions each. */
  readonly blocks: number;
  /** Points a side of every filter, odd. */
  readonly kernel: number;
  readonly padding: GridPadding;
}

export const RES_NET_DEFAULTS: ResNetOptions = {
  dimensions: 1,
  inputs: 1,
  outputs: 1,
  width: 32,
  blocks: 6,
  kernel: 5,
  padding: 'periodic',
};

export function checkResNetOptions(options: ResNetOptions): void {
  if (options.dimensions !== 1 && options.dimensions !== 2) {
    throw new InvalidInputError(`resNet: dimensions must be 1 or 2, got ${options.dimensions}`);
  }
  for (const key of ['inputs', 'outputs', 'width', 'blocks', 'kernel'] as const) {
    if (!Number.isInteger(options[key]) || options[key] < 1) {
      throw new InvalidInputError(`resNet: ${key} must be a positive integer, got ${options[key]}`);
    }
  }
  if (options.kernel % 2 === 0) {
    throw new InvalidInputError(`resNet: kernel must be odd, got ${options.kernel}`);
  }
  if (!['periodic', 'replicate', 'zero'].includes(options.padding)) {
    throw new InvalidInputError(
      `resNet: padding must be periodic, replicate or zero, got ${options.padding}`,
    );
  }
}
