import type { Cotangent } from './field-functions.js';

/** Fields as a function of the controls, and its adjoint: what the methods for problems that are not affine go by. */
export interface FieldModel {
  /** u of every load case, `[case][cell]` */
  fields(p: Float64Array): Promise<readonly Float64Array[]>;
  /** ∂(ūᵀu)/∂p, `[request][parameter]`, at the p that `fields` was called with last */
  pullback(requests: readonly PullbackRequest[]): Promise<readonly Float64Array[]>;
}

export interface PullbackRequest {
  readonly loadCase: number;
  readonly cotangent: Cotangent;
}
