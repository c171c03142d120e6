import { InvalidInputError } from '../../common/errors.js';

export interface UNetOptions {
  /** Channels of the field given. */
  readonly inputs: number;
  readonly outputs: number;
  /** Channels of the finest level; each coarser one has twice as many. */
  readonly width: number;
  /** Resolutions, the finest included; each coarser one has half the points an axis. */
  readonly levels: number;
  /** Groups of channels that are normalised together, or none. They have to divide the width. */
  readonly normalisation: 'none' | { readonly groups: number };
}

export const U_NET_DEFAULTS: UNetOptions = {
  inputs: 3,
  outputs: 1,
  width: 32,
  levels: 3,
  normalisation: { groups: 8 },
};

export function checkUNetOptions(options: UNetOptions): void {
  for (const key of ['inputs', 'outputs', 'width', 'levels'] as const) {
    if (!Number.isInteger(options[key]) || options[key] < 1) {
      throw new InvalidInputError(`uNet: ${key} must be a positive integer, got ${options[key]}`);
    }
  }
  const { normalisation, width } = options;
  if (normalisation !== 'none' && !(normalisation.groups > 0 && width % normalisation.groups === 0)) {
    throw new InvalidInputError(
      `uNet: the groups must divide the width ${width}, got ${normalisation.groups} groups`,
    );
  }
}
