import { openStepper } from '../../training/index.js';
import type { WorkWatch } from '../run-work.js';
import { readTrajectories } from './read-trajectories.js';
import { type RunRolloutOptions, requirePage, stepperBytes } from './run-rollout.js';

/** What `fieldsmith rollout --dry-run --json` prints. */
export interface RolloutPlan {
  readonly operator: string;
  /** s, of a learned step */
  readonly interval: number;
  readonly trainedPoints: readonly number[];
  readonly trajectories: number;
  readonly steps: number;
  readonly points: readonly number[];
  readonly viscosity: number;
  readonly report: string;
}

/** What would be rolled out, stepper and data read. @throws as runRollout, for all that it finds before it rolls out */
export async function rolloutPlan(
  path: string,
  { data: file, out, threads, ...request }: RunRolloutOptions,
  { signal }: WorkWatch,
): Promise<RolloutPlan> {
  requirePage(out);
  const model = await openStepper(stepperBytes(path), { threads });
  try {
    const { card } = model;
    const { trajectories, frames, points, viscosity } = await readTrajectories(file, card, request);
    signal.throwIfAborted();
    return {
      operator: card.operator.name,
      interval: card.interval,
      trainedPoints: card.trained.points,
      trajectories,
      steps: frames - 1,
      points,
      viscosity: viscosity[0],
      report: out,
    };
  } finally {
    await model.dispose();
  }
}

/** The same for people. */
export function describeRolloutPlan(plan: RolloutPlan): string {
  const { operator, interval, trainedPoints, trajectories, steps, points, viscosity, report } = plan;
  return `${operator}: a step of ${interval}, trained on ${trainedPoints.join(' × ')} points
data      ${trajectories} trajectories of ${steps} steps on ${points.join(' × ')} points, ν = ${viscosity}
report    ${report}
nothing was rolled out or written`;
}
