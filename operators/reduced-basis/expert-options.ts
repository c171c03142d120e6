import { InvalidInputError } from '../../common/errors.js';

/** How a basis is shared among parts of the domain. */
export interface ExpertOptions {
  /** K, parts by recursive coordinate bisection. Each combines all n fields on its own, which makes r = Kn unknowns. */
  readonly count: number;
  /** Width of the ramps by which coupled experts cross-fade, as a share of the smaller part, 0 to 1; 0 makes indicators. */
  readonly overlap: number;
  /**
   * `coupled`: one Ritz projection on all windowed fields. `independent`: every expert fits its own equations and those along
   * the boundary as if its combination held everywhere, and knows nothing of the others.
   */
  readonly mode: 'coupled' | 'independent';
  /**
   * `shared`: every expert combines the network's n fields b. `own`, of coupled ones: the network writes 2n columns a and g,
   * and an expert combines a + g ⊙ F with F the n longest cosine modes of its own window. Long modes of the whole part tell
   * little within a window: cosines alone, 16 experts with 8 fields have 3.5 % with those of the part and 2.6 % with their own, with 32
   * fields 2.0 and 0.19 %.
   */
  readonly modes: 'shared' | 'own';
}

export const EXPERT_DEFAULTS: ExpertOptions = { count: 1, overlap: 0.5, mode: 'coupled', modes: 'shared' };

/**
 * @throws InvalidInputError for a count that is not a positive integer, an overlap outside [0, 1], an unknown mode, and
 * independent experts with modes of their own
 */
export function expertOptions(partial: Partial<ExpertOptions>): ExpertOptions {
  const options = { ...EXPERT_DEFAULTS, ...partial };
  const { count, overlap, mode, modes } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(`expertOptions: count must be a positive integer, got ${count}`);
  }
  if (!(overlap >= 0 && overlap <= 1)) {
    throw new InvalidInputError(`expertOptions: overlap must lie in [0, 1], got ${overlap}`);
  }
  if (mode !== 'coupled' && mode !== 'independent') {
    throw new InvalidInputError(`expertOptions: mode must be 'coupled' or 'independent', got '${mode}'`);
  }
  if (modes !== 'shared' && (modes !== 'own' || mode !== 'coupled')) {
    throw new InvalidInputError(
      `expertOptions: modes must be 'shared', or of coupled experts 'own', got '${modes}' with '${mode}'`,
    );
  }
  return options;
}
