import type { ConstraintOptions } from 'fieldsmith/operators';

/** What the experiments compare. */
export const METHODS = ['soft', 'one-expert', 'four-experts', 'coupled'] as const;
export type Method = (typeof METHODS)[number];

export interface MethodSettings {
  /** Points of the grid, of which one expert draws `share.one`, each of four `share.four` of its own. */
  readonly points: number;
  readonly share: { readonly one: number; readonly four: number };
  /** Blocks along every axis for four experts. */
  readonly blocks: readonly number[];
  /** Ramps between coupled experts, as a share of a block. */
  readonly overlap: number;
  readonly common: Partial<ConstraintOptions>;
}

/** How a method solves the constraint. */
export function solveOf(method: Method, settings: MethodSettings): Partial<ConstraintOptions> | 'soft' {
  const { points, share, blocks, overlap, common } = settings;
  const four = { ...common, experts: blocks, samples: Math.round((share.four * points) / 4) };
  switch (method) {
    case 'soft':
      return 'soft';
    case 'one-expert':
      return { ...common, mode: 'independent', samples: Math.round(share.one * points) };
    case 'four-experts':
      return { ...four, mode: 'independent' };
    case 'coupled':
      return { ...four, mode: 'coupled', overlap };
  }
}
