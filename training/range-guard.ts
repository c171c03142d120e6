import { InvalidInputError } from '../common/errors.js';
import type { PoissonOperator } from '../solvers/index.js';
import { type Load, problemDescriptors } from './problem-descriptors.js';
import {
  judgeRange,
  OutsideTrainedRangeError,
  type RangeStatistics,
  type RangeVerdict,
} from './trained-range.js';

/** Takes one sentence that a person should read. */
export type OnWarning = (text: string) => void;

export interface RangeOptions {
  /** What an answer outside of the trained range comes with: a warning, an OutsideTrainedRangeError instead, or nothing. */
  readonly outOfRange?: 'warn' | 'refuse' | 'ignore';
  /** Where warnings go. `solve` takes those about its guess into its report all the same. */
  readonly onWarning?: OnWarning;
}

export const RANGE_DEFAULTS = { outOfRange: 'warn' } as const;

export interface RangeGuard {
  judge(operator: PoissonOperator, load?: Load): RangeVerdict;
  /**
   * Judges, and acts as the options say; `onWarning` is the call's own, beside that of the options.
   * @throws OutsideTrainedRangeError
   */
  check(caller: string, operator: PoissonOperator, load?: Load, onWarning?: OnWarning): void;
}

/** Watches over the problems that a model with such statistics is asked. A model without any warns that nothing is known. */
export function rangeGuard(statistics: RangeStatistics | undefined, options: RangeOptions = {}): RangeGuard {
  const { outOfRange, onWarning } = { ...RANGE_DEFAULTS, ...options };
  const judge: RangeGuard['judge'] = (operator, load) => {
    const { dimension } = operator.mesh;
    if (statistics && statistics.dimension !== dimension) {
      throw new InvalidInputError(
        `surrogate: the model is of ${statistics.dimension}D meshes, the problem's mesh is ${dimension}D; use another model`,
      );
    }
    return judgeRange(statistics, problemDescriptors(operator, load));
  };
  return {
    judge,
    check(caller, operator, load, onWarningOfCall) {
      if (outOfRange === 'ignore') return;
      if (outOfRange === 'warn' && !onWarning && !onWarningOfCall) return;
      const verdict = judge(operator, load);
      const text = `${caller}: ${describeVerdict(verdict)}`;
      if (verdict.outside && outOfRange === 'refuse') throw new OutsideTrainedRangeError(text, verdict);
      if (!verdict.outside && verdict.score !== null) return;
      onWarning?.(text);
      onWarningOfCall?.(text);
    },
  };
}

/** A verdict as one sentence for people. */
export function describeVerdict({ score, outside, reasons }: RangeVerdict): string {
  if (score === null) return `trained range ${reasons.join('; ')}`;
  const place = `the trained range (score ${score.toPrecision(2)}, its edge is 1)`;
  if (!outside) return `inside ${place}`;
  return (
    `outside ${place}: ${reasons.join('; ')}. The model's error figures say nothing here; ` +
    'certify the answer with solve, or train on such problems'
  );
}
