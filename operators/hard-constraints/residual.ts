/**
 * What a constraint is made of. A network proposes N basis fields b, the answer is
 *
 *     u = c + E b ω,
 *
 * and the coefficients ω minimise ½‖ρ(u)‖² over rows ρ = s ⊙ R(u) that say how far u is from solving the equation. A field is
 * a vector of `points` numbers; one of several components counts them one behind the other. Blocks of N fields lie side by side,
 * row-major `[point][column]`, as a network's output does. Everything is float64.
 *
 * A residual comes in one of two forms. `PointwiseResidual`: a nonlinear function, point by point, of linear terms of u, for
 * collocation. `StencilResidual`: four vector routines, for finite volumes and whatever else.
 */

/** A linear map of fields, D: a differential operator, a mollifier, the Biot–Savart law. */
export interface LinearFieldOperator {
  /** D x for fields side by side, `[point][column]` → `[point][column]`. The result may be x itself: neither is written to. */
  apply(x: Float64Array, columns: number): Float64Array;
  /** Dᵀ x, for the same layout. ⟨D x, z⟩ = ⟨x, Dᵀ z⟩ to round-off. */
  applyTransposed(x: Float64Array, columns: number): Float64Array;
}

/** u itself as a term. */
export const IDENTITY: LinearFieldOperator = { apply: (x) => x, applyTransposed: (x) => x };

/** Rows of one kind: the equation, an initial or a boundary condition. */
export interface RowGroup {
  /** Names the rows in diagnostics and options, such as `equation`, `initial`, `left`. */
  readonly name: string;
  /** The point of every row. It says whose row it is; a point may stand for several rows. */
  readonly points: Int32Array;
  /** s of every row, or one for all. A row counts with s² in ‖ρ‖²; quadrature weights enter as their square roots. */
  readonly weights: Float64Array | number;
  /** Rows of an expert's own points, or, as conditions that pin down its null space, given to every independent expert. */
  readonly scope: 'own' | 'every-expert';
  /** Whether a solve may draw a sample of these rows, or takes them all. */
  readonly sampling: 'drawn' | 'all';
}

/**
 * A function of L terms at one point, with its derivatives, evaluated for many rows at once. `v[l][row]` are the terms' values,
 * `points[row]` the points, by which data that are no unknowns are found.
 */
export interface PointwiseFunction {
  /** g, `[row]`, into `out` */
  value(v: readonly Float64Array[], points: Int32Array, out: Float64Array): void;
  /** ∂g/∂v_l, `[l][row]`, into `out` */
  first(v: readonly Float64Array[], points: Int32Array, out: readonly Float64Array[]): void;
  /** Pairs (l, l′), l ≤ l′, whose ∂²g/∂v_l∂v_l′ is not zero everywhere; none where g is linear in v. */
  readonly pairs: readonly (readonly [number, number])[];
  /** ∂²g/∂v_l∂v_l′ of every pair, `[pair][row]`, into `out`; not called without pairs */
  second(v: readonly Float64Array[], points: Int32Array, out: readonly Float64Array[]): void;
}

/** Rows ρ_i = s_i (g(v_0, …, v_{L−1})_i − y_i), v_l = (D_l u) at the point of row i. */
export interface PointwiseRows extends RowGroup {
  /** Names of the terms v_0 … v_{L−1} among those of the residual. */
  readonly terms: readonly string[];
  readonly g: PointwiseFunction;
  /** y of every row, by default 0. */
  readonly target?: Float64Array;
}

/**
 * Interface A, pointwise in terms: every linear operator is applied to the N basis fields once, (D_l u) = (D_l b) ω + D_l c,
 * and the solve sees only numbers at points. J_i· = s_i Σ_l g_l,i (D_l b)_i·.
 */
export interface PointwiseResidual {
  readonly kind: 'pointwise';
  readonly points: number;
  /** D_l by name, such as `u`, `u_t`, `u_xx`. */
  readonly terms: Readonly<Record<string, LinearFieldOperator>>;
  readonly rows: readonly PointwiseRows[];
  /** Every g is linear in its terms: one linear solve answers, without iterations. */
  readonly linear: boolean;
}

/** Rows ρ_i = s_i R(u, y) at `equations[i]`. */
export interface StencilRows extends RowGroup {
  /** Index into R of every row. */
  readonly equations: Int32Array;
}

/**
 * Interface B, a stencil or finite volumes: R(u, y) with y explicit data, such as the state before a time step or a right-hand
 * side. `columns` fields side by side are `[point][column]`, values of R `[equation][column]`.
 */
export interface StencilResidual {
  readonly kind: 'stencil';
  /** Length of u. */
  readonly points: number;
  /** Length of R. */
  readonly equations: number;
  readonly rows: readonly StencilRows[];
  /** R is affine in u: `jvp` and `vjp` do not depend on u, `hvp` is zero and not called, one linear solve answers. */
  readonly linear: boolean;
  /** R is affine in u with a symmetric positive (semi)definite R_u and `points` equations: the Ritz answer exists. */
  readonly symmetric: boolean;
  /** R(u, y), `[equation]` */
  residual(u: Float64Array, y: Float64Array): Float64Array;
  /** R_u du, `[point][column]` → `[equation][column]` */
  jvp(u: Float64Array, y: Float64Array, du: Float64Array, columns: number): Float64Array;
  /** R_uᵀ z, `[equation]` → `[point]` */
  vjp(u: Float64Array, y: Float64Array, z: Float64Array): Float64Array;
  /** d/dε vjp(u + ε du, y, z), `[point][column]` → `[point][column]`; symmetric in du */
  hvp(u: Float64Array, y: Float64Array, z: Float64Array, du: Float64Array, columns: number): Float64Array;
  /** R_yᵀ z, `[equation]` → `[length of y]`; where it is left out y gets no cotangent */
  dataVjp?(u: Float64Array, y: Float64Array, z: Float64Array): Float64Array;
  /** ∂/∂y ⟨z, R_u(u, y) du⟩, `[length of y]`; left out where R_u does not depend on y */
  dataHvp?(u: Float64Array, y: Float64Array, z: Float64Array, du: Float64Array): Float64Array;
}

export type Residual = PointwiseResidual | StencilResidual;

/** One linear law Σ_i coefficients_i u_{points_i} = value: a total mass, a mean, a balance. */
export interface LinearLaw {
  readonly points: Int32Array;
  readonly coefficients: Float64Array;
  readonly value: number;
}

/** The constraint of one sample. */
export interface ConstraintProblem {
  readonly residual: Residual;
  /** y of a stencil residual; none by default. */
  readonly data?: Float64Array;
  /** c: carries initial and boundary data, or the state before; zero by default. */
  readonly lifting?: Float64Array;
  /**
   * E, applied to every basis field: factors that vanish where c is to hold exactly, a mean taken out. The identity by default.
   */
  readonly envelope?: LinearFieldOperator;
  /** Laws C u = d that hold to round-off, in the solve or by projection, as the layer is told; none by default. */
  readonly laws?: readonly LinearLaw[];
  /** W of function-space norms and of projections, one positive weight a point (cell volumes); 1/points by default. */
  readonly measures?: Float64Array;
  /** Coordinates, `[point][dimension]`, by which points are split among experts. */
  readonly coordinates: Float64Array;
  readonly dimension: number;
  /** Points of each axis, slowest first, where the points form a regular grid: experts may then be blocks of it. */
  readonly grid?: readonly number[];
}

/**
 * A family of constraints: an equation with its constants and its discretisation. Name and options are JSON and go into a
 * model's metadata, by which Node, a browser or a worker thread finds the family again; a sample is plain data that can be
 * sent to a thread.
 */
export interface ConstraintFamily<Sample = unknown> {
  readonly name: string;
  readonly options: unknown;
  /**
   * The constraint of one sample. @throws InvalidInputError where the sample does not fit the family
   */
  problem(sample: Sample): ConstraintProblem;
}
