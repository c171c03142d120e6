/**
 * How a solve ended. Without an answer: `not-finite` rows, `infeasible` laws, `empty`, no rows or no points. With an answer under
 * a reservation: `maximum-iterations`; `stalled`, Φ falls no further though its gradient has not vanished; `underdetermined`, more
 * unknowns than rows; `rank-deficient`, some basis fields are combinations of others on the rows.
 */
export type SolveStatus =
  | 'converged'
  | 'maximum-iterations'
  | 'stalled'
  | 'underdetermined'
  | 'rank-deficient'
  | 'not-finite'
  | 'infeasible'
  | 'empty';

/** A status under which a solve has no answer: its experts add nothing to u and pass no gradient on. */
export const isFailure = (status: SolveStatus): boolean =>
  status === 'not-finite' || status === 'infeasible' || status === 'empty';

/** What is known of one solve. */
export interface SolveDiagnostics {
  /** Experts whose coefficients it found: one, or all. */
  readonly experts: readonly number[];
  readonly status: SolveStatus;
  /** What the status means here, with its numbers. */
  readonly sentence: string;
  readonly unknowns: number;
  readonly rows: number;
  /** Unknowns that the rows and the ridge determine. */
  readonly rank: number;
  /** Linear systems solved for steps, accepted or not. */
  readonly iterations: number;
  /** Φ at the answer, the ridge included. */
  readonly objective: number;
  /** Largest |G_j|/‖J_j‖ over ‖ρ‖ at the start (of a Ritz system over the largest at the start): no units. */
  readonly gradientNorm: number;
  /** A lower bound of the condition of J after column scaling. */
  readonly conditionEstimate: number;
}

/** The sentence of a status. */
export function describeSolve(
  status: SolveStatus,
  {
    unknowns,
    rows,
    rank,
    iterations,
    gradientNorm,
  }: Omit<SolveDiagnostics, 'sentence' | 'status' | 'experts'>,
): string {
  switch (status) {
    case 'converged':
      return `converged in ${iterations} iterations`;
    case 'maximum-iterations':
      return `the limit of ${iterations} iterations was met at a gradient of ${gradientNorm.toExponential(1)}; allow more, or scale the rows`;
    case 'stalled':
      return `the residual falls no further at a gradient of ${gradientNorm.toExponential(1)}: rows may have a kink there, or the tolerance is below round-off`;
    case 'underdetermined':
      return `${unknowns} unknowns have but ${rows} rows; draw more samples or use fewer basis fields`;
    case 'rank-deficient':
      return `${unknowns - rank} of ${unknowns} basis fields are combinations of others on the rows and were left out`;
    case 'not-finite':
      return 'rows are not finite: the basis, the lifting or the data hold NaN or infinities, or an iterate left the domain of the equation';
    case 'infeasible':
      return 'no combination of the basis fields obeys the laws; project onto them instead, or drop laws that contradict one another';
    case 'empty':
      return 'there are no rows for its points; use fewer experts';
  }
}
