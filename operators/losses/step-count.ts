import { InvalidInputError } from '../../common/errors.js';
import type { TrainingMoment } from './supervision.js';

/** K that moves linearly from `from` to `to` over the first part `over` ∈ (0, 1] of the run, by default all of it. */
export interface StepSchedule {
  readonly from: number;
  readonly to: number;
  readonly over?: number;
}

/** K of a target: one number, or a schedule over the run. */
export type StepCount = number | StepSchedule;

/** K at a moment of the run; at its end where no moment is given. */
export function stepCountAt(count: StepCount, moment?: TrainingMoment): number {
  if (typeof count === 'number') return count;
  const { from, to, over = 1 } = count;
  const passed = moment ? moment.step / (over * moment.steps) : 1;
  return Math.round(from + (to - from) * Math.min(1, passed));
}

/** @throws InvalidInputError unless K is a positive integer throughout */
export function requireStepCount(caller: string, count: StepCount): void {
  const numbers = typeof count === 'number' ? [count] : [count.from, count.to];
  if (!numbers.every((k) => Number.isInteger(k) && k >= 1)) {
    throw new InvalidInputError(
      `${caller}: steps must be a positive integer or { from, to, over } of positive integers, ` +
        `got ${JSON.stringify(count)}`,
    );
  }
  const over = typeof count === 'number' ? 1 : (count.over ?? 1);
  if (!(over > 0 && over <= 1)) {
    throw new InvalidInputError(
      `${caller}: steps.over is a part of the run and must lie in (0, 1], got ${over}`,
    );
  }
}
