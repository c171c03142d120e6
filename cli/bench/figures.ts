/** A setting of a method with what it was measured to give. */
export interface MeasuredPoint {
  /** As "tolerance 1e-3, two-point flux" */
  readonly setting: string;
  /** Relative L² error, mean over the queries that have references */
  readonly error: number;
  readonly largestError: number;
  /** Of a query, answered together with as many as are known at once */
  readonly secondsPerQuery: number;
  /** Conjugate gradient iterations of a query, where there are any */
  readonly iterations: number | null;
}

/**
 * - `surrogate`: the model's answer as it is
 * - `hybrid`: a classical solver that the model helps
 * - `classical`: solvers that know nothing but the equations
 * - `reduced`: a basis of queries solved before on the same mesh
 */
export type MethodKind = 'surrogate' | 'hybrid' | 'classical' | 'reduced';

export interface MethodFigures {
  readonly name: string;
  /** For people */
  readonly title: string;
  readonly kind: MethodKind;
  readonly device: 'cpu' | 'webgpu';
  /** Once a mesh: encoding, hierarchy, factor, snapshots; null where it was not measured */
  readonly setupSeconds: number | null;
  /** What it is made of, s */
  readonly setupParts: Readonly<Record<string, number>>;
  readonly points: readonly MeasuredPoint[];
  /** Why there are no figures; null where there are */
  readonly missing: string | null;
}

/** The model of a bench: whether it knows such problems, and what it has cost. */
export interface ModelFigures {
  readonly name: string;
  readonly operator: string;
  readonly parameters: number;
  /** Why it cannot answer such problems at all; null where it can */
  readonly refusal: string | null;
  /** In what it is outside of its trained range, so that its figures stand for this mesh alone; empty where it is inside, or not known */
  readonly outside: readonly string[];
  readonly rangeScore: number | null;
  readonly training: {
    readonly seconds: number;
    /** `card`: told by the model's card, on whatever machine that was; `measured`: trained by this bench */
    readonly source: 'card' | 'measured';
  };
}

/** What a verdict is made from, and nothing else. */
export interface BenchFigures {
  readonly wantedError: number;
  readonly meshes: number;
  readonly queriesPerMesh: number;
  /** Of the mesh itself, relative L²; null where it was not estimated */
  readonly discretisationError: number | null;
  /** Null where no model was named */
  readonly model: ModelFigures | null;
  /** What was asked for; `missing` says why there are no figures on it */
  readonly device: { readonly asked: 'cpu' | 'webgpu'; readonly missing: string | null };
  readonly methods: readonly MethodFigures[];
}

export const isLearned = ({ kind }: Pick<MethodFigures, 'kind'>): boolean =>
  kind === 'surrogate' || kind === 'hybrid';
