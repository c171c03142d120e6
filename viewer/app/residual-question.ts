import type { FieldReference } from '../data/field-reference.js';
import type { ShownProblem } from '../data/residual-service.js';
import { LIVE_FIELD, POLISHED_FIELD } from '../live/live-fields.js';
import type { RunContext } from './shown.js';
import type { ViewState } from './view-state.js';

const SOURCE_UNIT = 'W/m³';

/** Fields that are compared and the discrete problem that both of them answer. */
export interface ResidualQuestion {
  readonly problem: ShownProblem;
  readonly fields: readonly [FieldReference, FieldReference];
  /** Of the source, and of residuals per volume */
  readonly unit: string;
}

/**
 * What is asked where two answers of a known problem are compared: prediction and reference of a run that stores its right-hand
 * sides, or what the live panel shows. undefined elsewhere.
 */
export function residualQuestion(
  { field, compare, live }: Pick<ViewState, 'field' | 'compare' | 'live'>,
  run: RunContext | undefined,
): ResidualQuestion | undefined {
  const { reference, shown } = compare;
  if (!shown || field?.association !== 'cell' || reference?.association !== 'cell') return undefined;
  const both = (...names: string[]) => names.includes(field.name) && names.includes(reference.name);
  if (run?.problem && both(run.fields.prediction.array, run.fields.reference.array)) {
    const unit = run.fields.source?.unit ?? '';
    return { problem: { kind: 'sample', ...run.problem }, fields: [field, reference], unit };
  }
  if (!run && live.shown && both(LIVE_FIELD, POLISHED_FIELD)) {
    const { conductivity, patches, source } = live;
    const loads = { conductivity, patches, source };
    return { problem: { kind: 'live', loads }, fields: [field, reference], unit: SOURCE_UNIT };
  }
  return undefined;
}
