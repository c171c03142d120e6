import type { FluxSampler, PoissonTaskOptions } from '../../datasets/index.js';
import type { Mesh } from '../../geometry/index.js';
import type { EvaluationSample } from '../../training/index.js';
import type { Watch } from '../demo/watch.js';

/** What a surrogate is to learn: training meshes, a distribution of problems on them, and problems to measure its errors on. */
export interface Subject {
  /** For people */
  readonly name: string;
  readonly dimension: 2 | 3;
  /** Dirichlet patches have values other than zero in it, which field operators must be told */
  readonly boundaryValues: boolean;
  readonly trainingMeshes: () => Promise<readonly Mesh[]>;
  readonly task: Omit<PoissonTaskOptions, 'meshes'>;
  /** What the training meshes are, for the model's card */
  readonly geometry?: string;
  /** As the command was told, for `evaluate` and for people */
  readonly request: Readonly<Record<string, unknown>>;
  readonly parts?: { readonly seen: readonly string[]; readonly heldOut: readonly string[] };
  /** Problems that training does not see, with references; with the fluxes that the operator knows. */
  readonly testSamples: (fluxes: FluxSampler | undefined) => Promise<EvaluationSample[]>;
}

export interface SubjectSetting extends Watch {
  readonly seed: number;
  /** Held-out samples a category */
  readonly samples: number;
}
