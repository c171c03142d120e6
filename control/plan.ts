import type { BoundaryConditions } from '../solvers/index.js';
import type { Infeasibility } from './affine-plan.js';
import type { ControlBlock } from './control-space.js';
import type { ControlMethod } from './options.js';

/**
 * - `success`: the solver's field keeps the limits within its error bound, and no better plan is in sight
 * - `surrogate mismatch`: the surrogate's field keeps them, the solver's does not
 * - `optimizer failure`: no plan that keeps them was found, and none was proved not to exist
 * - `infeasible`: proved that no controls within bounds and budgets keep them
 * - `outside training range`: refused, or a mismatch on a problem unlike those of training
 */
export type ControlVerdict =
  | 'success'
  | 'surrogate mismatch'
  | 'optimizer failure'
  | 'infeasible'
  | 'outside training range';

/** The setting of one control. */
export interface ControlValue {
  readonly name: string;
  readonly quantity: ControlBlock['quantity'];
  readonly unit: string;
  readonly bounds: readonly [number, number];
  /** By name, "left 2 of 4": values of groups, amplitudes of modes */
  readonly parameters: Readonly<Record<string, number>>;
  /** Least, mean (by area) and largest value on its faces */
  readonly least: number;
  readonly mean: number;
  readonly largest: number;
  /** Σ |S| v: watts of a flux, W/K of a coefficient; per metre of depth in 2D */
  readonly integral: number;
}

/** One load case before and after. */
export interface PlannedCase {
  readonly name: string;
  /** q, `[cell]` */
  readonly source: Float64Array;
  /** u without control, by the solver, `[cell]` */
  readonly before: Float64Array;
  /** u as the method foresaw it with its first plan, `[cell]` */
  readonly predicted: Float64Array | null;
  /** u with the controls, by the solver, `[cell]` */
  readonly after: Float64Array;
  readonly peakBefore: number;
  readonly peakAfter: number;
}

export interface HistoryStep {
  /** Where its fields come from */
  readonly stage: 'before' | 'surrogate' | 'adjoint' | 'adam' | 'exact' | 'refinement';
  readonly parameters: readonly number[];
  readonly objective: number;
  readonly peak: number;
  /** Over the limits, K; −∞ without limits */
  readonly excess: number;
  /** Whether the fields are certified */
  readonly certified: boolean;
}

export interface ControlPlan {
  readonly verdict: ControlVerdict;
  /** The verdict for people, with its figures */
  readonly sentence: string;
  readonly method: Exclude<ControlMethod, 'auto'>;
  /** Why this method */
  readonly reason: string;
  readonly controls: readonly ControlValue[];
  /** p, as `parameterNames` */
  readonly parameters: Float64Array;
  readonly parameterNames: readonly string[];
  /** For `solve({ ...problem, boundaryConditions })` */
  readonly boundaryConditions: BoundaryConditions;
  readonly cases: readonly PlannedCase[];
  /** Largest temperature over all cases, where the limit holds; `predicted` is of the method's first plan */
  readonly peak: { readonly before: number; readonly predicted: number | null; readonly verified: number };
  readonly objective: {
    readonly before: number;
    readonly predicted: number | null;
    readonly verified: number;
  };
  /** Σ cost · mean (v − reference)², whatever the objective */
  readonly cost: number;
  /** Of the verified fields over the limits, error bound included; −∞ without limits */
  readonly excess: number;
  readonly infeasible?: Infeasibility;
  readonly history: readonly HistoryStep[];
  /** Of the gradient of a smooth peak by the surrogate and by the solver's adjoint, at the first plan; null without a surrogate */
  readonly gradientCosine: number | null;
  /** Steps of refinement taken, and whether the solver's own columns or adjoint were needed in them */
  readonly refinement: { readonly steps: number; readonly solverSlopes: boolean };
  readonly certificate: {
    /** Largest over the cases */
    readonly relativeResidual: number;
    /** |u − u*| in every cell, of the discrete system */
    readonly errorBound: number;
    readonly nonOrthogonalCorrection: boolean;
  };
  readonly trainedRange?: { readonly outside: boolean; readonly reasons: readonly string[] };
  /** Right-hand sides solved for, adjoint ones left out */
  readonly solves: number;
  readonly seconds: {
    /** Fields without control */
    readonly before: number;
    /** The plan: columns or encoding, where they were not at hand, and the optimisation */
    readonly plan: number;
    /** Certified solves of it, and refinement */
    readonly verify: number;
    readonly total: number;
  };
}
