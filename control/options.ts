import type { Progress } from '../common/progress.js';
import type { SampledValue } from '../solvers/sampled-values.js';
import type { ControlSurrogate } from './surrogate-model.js';

/** How a controlled quantity varies over the faces of its patches. */
export type ControlShape =
  /** One value for all of them */
  | { readonly kind: 'uniform' }
  /** Contiguous groups of faces of equal number, a value each; counted as by `patchGroups` */
  | { readonly kind: 'pieces'; readonly count: number }
  /**
   * Σ_k p_k ψ_k(s) along each patch, s ∈ [0, 1]: cos πks, k = 0 … count − 1; 1, cos 2πs, sin 2πs, … where the patch is closed.
   * Bounds hold on every face.
   */
  | { readonly kind: 'modes'; readonly count: number }
  /** The group of each face by its centroid; faces of a negative group keep the problem's own value. */
  | { readonly kind: 'groups'; readonly groupOf: (position: readonly number[]) => number };

/** What may be changed on a part of the boundary. */
export interface BoundaryControl {
  /** For reports; the patches joined by + by default */
  readonly name?: string;
  /** A trailing `*` stands for any rest of a name. */
  readonly patches: string | readonly string[];
  /**
   * - `temperature`, K: u of a Dirichlet patch, u_ambient (the coolant's) of a Robin patch
   * - `flux`, W/m² into the domain, of a Neumann patch
   * - `coefficient`, h in W/(m² K), of a Robin patch; the field is not affine in it
   */
  readonly quantity: 'temperature' | 'flux' | 'coefficient';
  /** Least and largest value on every face, in the unit of the quantity; both finite */
  readonly bounds: readonly [low: number, high: number];
  /** `uniform` by default */
  readonly shape?: ControlShape;
  /** Of pieces and modes: equal values on all patches, piece by piece or mode by mode; by default each patch has its own. */
  readonly shared?: boolean;
  /** Value without control: where cost is zero. The mean of the problem's own datum by default. */
  readonly reference?: number;
  /** Weight in the cost of control, in 1/unit²; 1 by default */
  readonly cost?: number;
}

/** Σ |S| v over the faces of some controls, or its mean, kept within limits: watts of flux, W/K of coolant. */
export interface Budget {
  /** Names of controls; all by default */
  readonly controls?: readonly string[];
  readonly of: 'integral' | 'mean';
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Cells that count: one function of the centroid, one value per cell (not 0: in), or the name of a region of the mesh. */
export type Region = ((position: readonly number[]) => boolean) | Uint8Array | string;

/** Temperatures that must be kept, in every load case. */
export interface TemperatureLimit {
  /** K (or °C) */
  readonly maximum?: number;
  readonly minimum?: number;
  /** All cells by default */
  readonly region?: Region;
  /**
   * A constraint by default; as a `penalty` weight · (excess in K) is added to the objective instead, so that a weak one is
   * traded against cost.
   */
  readonly form?: 'constraint' | { readonly penalty: number };
}

/** A part of the objective; each is multiplied by its weight, 1 by default, and added to the others. */
export type ObjectiveTerm = { readonly weight?: number } & (
  | {
      /** max u over the region in K; with `smoothing` τ in K its upper bound τ ln Σ e^{u/τ}, less τ ln of the cells' number */
      readonly kind: 'peak';
      readonly region?: Region;
      readonly smoothing?: number;
    }
  /** ∫u/∫1 over the region, K */
  | { readonly kind: 'mean'; readonly region?: Region }
  /** Variance of u over the region by volume, K² */
  | { readonly kind: 'uniformity'; readonly region?: Region }
  /** ∫(u − field)²/∫1 over the region, K² */
  | { readonly kind: 'target'; readonly field: SampledValue; readonly region?: Region }
  /**
   * Σ_controls cost · mean over its faces of (value − reference)², or of |value − reference|.
   */
  | { readonly kind: 'cost'; readonly measure?: 'square' | 'absolute' }
);

/** One of several sources that the same controls have to serve. */
export interface LoadCase {
  readonly name?: string;
  /** q, W/m³; as that of a problem */
  readonly source: SampledValue;
  /** Share in the expectation; equal by default. Normalised to a sum of 1. */
  readonly probability?: number;
}

/**
 * - `exact`: the fields of all controls by PDE solves, then a convex program (not for coefficients)
 * - `surrogate`: the same with a surrogate's fields, then solver-corrected steps until verified
 * - `adjoint`: quasi-Newton steps with gradients of the solver's discrete adjoint
 * - `adam`: the loop of NPSolver's control script, as a baseline
 * - `auto`: whichever is expected to be fastest; says which and why
 */
export type ControlMethod = 'auto' | 'exact' | 'surrogate' | 'adjoint' | 'adam';

export interface ControlGoal {
  readonly limit?: TemperatureLimit;
  /** The cost of control alone by default */
  readonly objective?: readonly ObjectiveTerm[];
  readonly budgets?: readonly Budget[];
  /** The problem's own source by default */
  readonly loadCases?: readonly LoadCase[];
  /** Objective over the load cases: the largest, or the mean by probability. Limits hold in every one. */
  readonly robust?: 'worst' | 'expectation';
}

export interface ControlSettings {
  readonly method?: ControlMethod;
  readonly surrogate?: ControlSurrogate;
  /** What becomes of problems outside of the surrogate's trained range: they are tried, and verified as all, or refused */
  readonly outOfRange?: 'try' | 'refuse';
  /** Solver-corrected steps that may follow a plan of the surrogate; 0 for none */
  readonly refinementSteps?: number;
  /** Starts of the methods that know no global optimum */
  readonly starts?: number;
  readonly seed?: number;
  /** Bound on the true relative residual of every field that a verdict rests on */
  readonly relativeTolerance?: number;
  /** As of `solve` */
  readonly nonOrthogonalCorrection?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export interface ControlOptions extends ControlGoal, ControlSettings {
  readonly controls: readonly BoundaryControl[];
}

export const CONTROL_DEFAULTS = {
  method: 'auto',
  outOfRange: 'try',
  refinementSteps: 12,
  starts: 4,
  seed: 1,
  relativeTolerance: 1e-10,
  nonOrthogonalCorrection: true,
  robust: 'worst',
} as const satisfies Partial<ControlOptions>;
