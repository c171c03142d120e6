import { FieldsmithError } from '../../common/errors.js';
import { isFailure, type SolveDiagnostics, type SolveStatus } from './diagnostics.js';

/** A solve has no answer and the policy is to stop. */
export class UnsolvedConstraintError extends FieldsmithError {
  constructor(
    message: string,
    /** Of every sample's solves. */
    readonly diagnostics: readonly (readonly SolveDiagnostics[])[],
  ) {
    super(message);
  }
}

/** @throws UnsolvedConstraintError where the policy is to stop and a solve has no answer */
export function requireAnswers(
  diagnostics: readonly (readonly SolveDiagnostics[])[],
  policy: 'continue' | 'stop',
): void {
  if (policy === 'continue') return;
  const failed = diagnostics.flatMap((solves, sample) =>
    solves.filter(({ status }) => isFailure(status)).map((solve) => ({ ...solve, sample })),
  );
  if (failed.length === 0) return;
  const [{ sample, experts, status, sentence }] = failed;
  throw new UnsolvedConstraintError(
    `solveConstraint: ${failed.length} of ${diagnostics.flat().length} solves have no answer; sample ${sample}, ` +
      `experts ${experts.join(', ')}: ${status}, ${sentence}`,
    diagnostics,
  );
}

/** What a batch of solves came to, for a log. */
export interface SolveSummary {
  /** Solves by how they ended. */
  readonly statuses: Readonly<Partial<Record<SolveStatus, number>>>;
  readonly meanIterations: number;
  readonly maximumIterations: number;
  readonly maximumGradientNorm: number;
  readonly maximumConditionEstimate: number;
  /** Adjoints that had to leave out second derivatives since the Hessian was singular and indefinite. */
  readonly fallbacks: number;
  /** What happens to solves without an answer. */
  readonly policy: 'continue' | 'stop';
  /** One sentence for each status other than converged, with the first solve that had it. */
  readonly sentences: readonly string[];
}

export function summariseSolves(
  diagnostics: readonly (readonly SolveDiagnostics[])[],
  policy: 'continue' | 'stop',
  fallbacks = 0,
): SolveSummary {
  const all = diagnostics.flat();
  const statuses: Partial<Record<SolveStatus, number>> = {};
  const sentences: string[] = [];
  diagnostics.forEach((solves, sample) => {
    for (const { status, sentence, experts } of solves) {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 'converged' || statuses[status] > 1) continue;
      const consequence = isFailure(status) ? `; it adds nothing to the answer (policy: ${policy})` : '';
      sentences.push(`sample ${sample}, experts ${experts.join(', ')}: ${status}, ${sentence}${consequence}`);
    }
  });
  // a solve that failed has no figures
  const most = (values: readonly number[]): number => Math.max(0, ...values.filter(Number.isFinite));
  return {
    statuses,
    meanIterations: all.reduce((sum, { iterations }) => sum + iterations, 0) / Math.max(1, all.length),
    maximumIterations: most(all.map(({ iterations }) => iterations)),
    maximumGradientNorm: most(all.map(({ gradientNorm }) => gradientNorm)),
    maximumConditionEstimate: most(all.map(({ conditionEstimate }) => conditionEstimate)),
    fallbacks,
    policy,
    sentences,
  };
}
