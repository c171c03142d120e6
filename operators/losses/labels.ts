import { InvalidInputError } from '../../common/errors.js';
import type { Measure } from './distance.js';
import type { FieldLoss } from './supervision.js';
import { targetLoss } from './target-loss.js';

export interface LabelsOptions {
  readonly measure: Measure;
}

export const LABELS_DEFAULTS: LabelsOptions = { measure: 'relative' };

/** Distance to known solutions: ordinary supervision, for comparison. @throws InvalidInputError where they are missing */
export function labels(options: Partial<LabelsOptions> = {}): FieldLoss {
  const { measure } = { ...LABELS_DEFAULTS, ...options };
  return {
    name: 'labels',
    options: { measure },
    evaluate: (samples, fields) => {
      const targets = samples.map(({ solutions }, b) => {
        if (solutions) return solutions;
        throw new InvalidInputError(
          `labels: sample ${b} of the batch has no solutions; generate them or choose another loss`,
        );
      });
      return targetLoss(samples, fields, targets, measure);
    },
  };
}
