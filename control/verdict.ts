import type { Infeasibility } from './affine-plan.js';
import type { ControlTask } from './control-task.js';
import type { ControlPlan, ControlVerdict } from './plan.js';

export interface Findings {
  readonly task: ControlTask;
  readonly method: ControlPlan['method'];
  /** Not tried, since it lies outside of the trained range */
  readonly refused: boolean;
  readonly range?: { readonly outside: boolean; readonly reasons: readonly string[] };
  readonly infeasible?: Infeasibility;
  readonly margin: number;
  /** Excess over the limits without control, as foreseen (null without a plan), and as verified; −∞ without limits */
  readonly before: number;
  readonly predictedExcess: number | null;
  readonly excess: number;
  readonly converged: boolean;
  readonly peak: { readonly before: number; readonly after: number };
  readonly objective: { readonly before: number; readonly after: number };
  readonly refinementSteps: number;
}

/** The verdict and what a person should know of it. */
export function judge(findings: Findings): { verdict: ControlVerdict; sentence: string } {
  const { task, refused, range, infeasible, margin, before, predictedExcess, excess, converged } = findings;
  const { peak, objective, refinementSteps, method } = findings;
  const say = (verdict: ControlVerdict, text: string) => ({ verdict, sentence: `${verdict}: ${text}` });
  const limited = task.limits.length > 0;
  const tried = refinementSteps > 0 ? ` after ${refinementSteps} solver-corrected steps` : '';
  if (refused) {
    return say(
      'outside training range',
      `not tried, since ${range!.reasons.join('; ')}. The fields are those without control.`,
    );
  }
  if (infeasible && infeasible.leastExcess > 0) {
    return say(
      'infeasible',
      `whatever the controls, some limit is exceeded by at least ${degrees(infeasible.leastExcess)} (proved from ` +
        `${infeasible.witnesses.length} temperatures); the plan shown comes closest, within ${degrees(excess)}.`,
    );
  }
  if (excess <= 0 && (converged || limited)) {
    const change = `peak ${shown(peak.before)} before, ${shown(peak.after)} after`;
    if (limited && before <= 0 && Math.abs(objective.after - objective.before) <= 1e-12) {
      return say('success', `no control is needed, the solver confirms it; peak ${shown(peak.after)}.`);
    }
    const best = converged ? '' : '; that it is the best one is not certain';
    return say(
      'success',
      limited
        ? `the solver confirms all limits${tried}; ${change}${best}.`
        : `the solver confirms the objective${tried}, ${shown(objective.before)} before and ${shown(objective.after)} after; ${change}.`,
    );
  }
  if (!limited) {
    return say(
      'optimizer failure',
      `the objective was still falling when the steps ran out${tried}, at ${shown(objective.after)}.`,
    );
  }
  const missed = `the solver finds a limit exceeded by ${degrees(excess)}${tried}`;
  if (method !== 'exact' && method !== 'adjoint' && predictedExcess !== null && predictedExcess <= margin) {
    if (range?.outside) {
      return say(
        'outside training range',
        `${missed}, the surrogate had foreseen none; ${range.reasons.join('; ')}.`,
      );
    }
    return say(
      'surrogate mismatch',
      `${missed}, the surrogate had foreseen none; allow refinement steps, or use method 'exact'.`,
    );
  }
  if (infeasible) {
    return say(
      'optimizer failure',
      `${missed}: no plan is known to keep the limits, and that none exists is not proved within the solver's accuracy.`,
    );
  }
  const advice = task.space.affine
    ? "method 'exact' tells whether there is a plan at all"
    : 'more starts may find another minimum; that none exists is not claimed where coefficients are controlled';
  return say('optimizer failure', `${missed}; ${advice}.`);
}

const shown = (value: number) => String(Number(value.toPrecision(6)));
const degrees = (value: number) => `${Number(value.toPrecision(3))} K`;
