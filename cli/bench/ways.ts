import type { MethodKind } from './figures.js';
import type { Query } from './query.js';

/** How hard a method tries. */
export interface Setting {
  readonly label: string;
  /** Bound on the relative residual of iterative methods */
  readonly tolerance?: number;
  /** Whether what oblique faces change is solved for; without, two-point fluxes alone */
  readonly corrected: boolean;
}

export type Field = Float64Array | Float32Array;

export interface Answers {
  /** u, `[query][cell]` */
  readonly fields: readonly Field[];
  /** Of all queries together */
  readonly iterations?: number;
  /** In place of the setting's, where that does not matter */
  readonly label?: string;
}

/** A method set up on a mesh. */
export interface OpenWay {
  /** What the set-up is made of, s */
  readonly parts?: Readonly<Record<string, number>>;
  answer(queries: readonly Query[], setting: Setting): Promise<Answers>;
  dispose?(): Promise<void>;
}

/** A way to answer the queries of a mesh: what is timed as a whole. */
export interface Way {
  readonly name: string;
  readonly title: string;
  readonly kind: MethodKind;
  readonly device: 'cpu' | 'webgpu';
  /** Iterative methods take any tolerance; the others have these settings alone */
  readonly settings: 'tolerances' | readonly Setting[];
  /** Why it is not measured */
  readonly missing?: string;
  /** What comes before and counts nowhere */
  prepare?(): void;
  /** Everything that is done once a mesh */
  open(): Promise<OpenWay>;
}

/** A row without figures. */
export function missingWay(way: Omit<Way, 'settings' | 'open' | 'missing'>, missing: string): Way {
  return {
    ...way,
    missing,
    settings: [],
    open: () => Promise.reject(new Error(`bench: ${way.name} is not measured`)),
  };
}

/** What a tolerance and the fluxes are called. */
export function iterativeSetting(tolerance: number, corrected: boolean, orthogonal: boolean): Setting {
  const fluxes = orthogonal ? '' : corrected ? ', corrected fluxes' : ', two-point fluxes';
  return { label: `tolerance ${Number(tolerance.toPrecision(2))}${fluxes}`, tolerance, corrected };
}
