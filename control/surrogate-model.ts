import type { ReducedModel } from '../operators/index.js';
import type { PoissonOperator, PoissonProblem } from '../solvers/index.js';

/** What control asks of a surrogate; what `openSurrogate` opens has it. */
export interface ControlSurrogate {
  /** u, `[cell]`, for a problem of Dirichlet and Neumann patches */
  predict(problem: PoissonProblem): Promise<Float64Array>;
  /** Encodes mesh, boundary types and κ once; of models that answer with a basis */
  reduce?(
    operator: PoissonOperator,
    types: Readonly<Record<string, 'dirichlet' | 'neumann'>>,
  ): Promise<ReducedModel>;
  /**
   * ∂(ūᵀu)/∂g for cotangents ū `[cell]`, g the Dirichlet data, `[cotangent][face − internalFaceCount]`; of models that answer
   * with a field, see `differentiableSurrogate`
   */
  pullback?(problem: PoissonProblem, cotangents: readonly Float64Array[]): Promise<Float64Array[]>;
  /** How a problem compares with what it was trained on */
  rangeOf?(problem: PoissonProblem): { readonly outside: boolean; readonly reasons: readonly string[] };
  /** The card of a model says which of the two it is. */
  readonly card?: { readonly operator: { readonly output: 'field' | 'basis' } };
}
