import type { RunIndex } from '../run-index.js';

/** One panel: a cell array of the sample's file and how it is shown. */
export interface PanelField {
  readonly key: string;
  readonly title: string;
  readonly array: string;
  readonly label: string;
  /** '' for a dimensionless field */
  readonly unit: string;
  /** Fields of one group share their range. */
  readonly group: string;
  /** A signed difference: drawn on a diverging map centred on zero. */
  readonly diverging: boolean;
  /** Hidden until asked for. */
  readonly optional: boolean;
}

export const groupTitles: Readonly<Record<string, string>> = {
  solution: 'Prediction and reference',
  error: 'Error',
  source: 'Source',
};

/** Prediction, reference, error and, where the run has one, the source term. */
export function panelFieldsOfRun(fields: RunIndex['fields']): PanelField[] {
  const panel = (key: string, title: string, group: string) => (field: RunIndex['fields']['error']) => ({
    ...field,
    key,
    title,
    group,
    diverging: group === 'error',
    optional: group === 'source',
  });
  return [
    panel('prediction', 'Prediction', 'solution')(fields.prediction),
    panel('reference', 'Reference', 'solution')(fields.reference),
    panel('error', 'Error', 'error')(fields.error),
    ...(fields.source ? [panel('source', 'Source', 'source')(fields.source)] : []),
  ];
}

const panelsOfOneFile = 3;

/** One panel and one range per cell array of a lone file; those after the third start hidden. */
export function panelFieldsOfArrays(arrays: readonly { name: string; unit: string }[]): PanelField[] {
  return arrays.map(({ name, unit }, index) => ({
    key: `array-${index}`,
    title: name,
    array: name,
    label: name,
    unit,
    group: name,
    diverging: false,
    optional: index >= panelsOfOneFile,
  }));
}

/** "temperature (K)", or the label alone. */
export function withUnit(label: string, unit: string): string {
  return unit === '' ? label : `${label} (${unit})`;
}
