import type { DataSummary } from '../data/data-service.js';
import type { RunIndex } from '../run-index.js';
import type { FieldPanel } from './field-panel.js';
import type { PanelPlan } from './view-panels.js';

/** What a run says of the sample that is shown. */
export interface RunContext {
  readonly fields: RunIndex['fields'];
  readonly lengthUnit: string;
  readonly relativeL2: number;
  /** Its discrete problem, where the run stores it */
  readonly problem?: RunIndex['problem'] & {
    readonly types: RunIndex['samples'][number]['boundaryTypes'];
  };
}

/** What is on screen: the data, what a run says of them, and the panels as planned and as elements of the page. */
export interface Shown {
  readonly data: DataSummary;
  readonly run?: RunContext;
  readonly plan: PanelPlan;
  readonly panels: readonly FieldPanel[];
}

/** A place given by its shares of the body, in the drawn frame. */
export function placeAt({ frame }: DataSummary, shares: readonly number[]): number[] {
  return frame.halfExtent.map((half, axis) => half * (2 * shares[axis] - 1));
}
