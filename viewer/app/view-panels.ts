import type { DataService, DataSummary } from '../data/data-service.js';
import { type Normalisation, normalisationOf, type ShownScalar } from '../data/field-reference.js';
import type { DrawnScalar } from '../data/layers.js';
import type { Remote } from '../data/remote.js';
import type { FieldStatistics } from '../filters/statistics.js';
import type { RunIndex } from '../run-index.js';
import { withUnit } from './colour-bar.js';
import type { ColourMapName } from './colour-maps.js';
import { automaticRange, type ColourRange, colourRange } from './colour-range.js';
import { nameOf } from './field-names.js';
import type { PanelText } from './field-panel.js';
import type { Colouring } from './layer-material.js';
import { blendedScalar, shownScalars } from './layer-plan.js';
import type { ViewState } from './view-state.js';

/** One panel as it is to be: what it colours, how, and what it says. */
export interface PlannedPanel {
  readonly text: PanelText;
  readonly unit: string;
  readonly scalar: DrawnScalar;
  readonly colouring: Colouring;
  readonly figures: FieldStatistics;
}

export interface PanelPlan {
  readonly panels: readonly PlannedPanel[];
  /** What the first panel is blended with */
  readonly other?: DrawnScalar;
  readonly blend: number;
  /** Of the field and its reference, in common */
  readonly range: ColourRange;
  /** Why there is no comparison though one is asked for */
  readonly notCompared?: string;
}

/** Plans the panels: field; or field, reference and difference, the first two over one range, the last centred on zero. */
export async function planPanels(
  state: ViewState,
  data: DataSummary,
  service: Remote<DataService>,
  statistics: (scalar: ShownScalar) => Promise<FieldStatistics>,
  run?: RunIndex['fields'],
): Promise<PanelPlan> {
  const { field } = state;
  if (!field) return { panels: [], blend: 0, range: { minimum: 0, maximum: 1 } };
  const notCompared = whyNotCompared(state, data, run);
  const compared = notCompared ? { ...state, compare: { ...state.compare, shown: false } } : state;
  let scalars = shownScalars(compared);
  // a run's own error is what its figures are of: without the constant that its boundary conditions leave free
  if (scalars.length === 3 && run?.error && field.name === run.prediction.array)
    scalars = scalars.with(2, {
      field: { name: run.error.array, association: 'cell', component: 'magnitude' },
    });
  const other = blendedScalar(compared);
  const figures = await Promise.all(scalars.map(statistics));
  const solution = [...figures.slice(0, 2), ...(other ? [await statistics(other)] : [])];
  const { percent } = state.colours;
  const percentiles =
    state.colours.range === 'percentile'
      ? await service.percentiles({ field }, percent / 100, 1 - percent / 100)
      : undefined;
  const range = colourRange(state.colours, solution, percentiles);
  const { minimum, maximum } = automaticRange(solution, false);
  const common = normalisationOf(minimum, maximum);
  const plain: Colouring = {
    ...state.colours,
    map: state.colours.map as ColourMapName,
    logarithmic: state.colours.scale === 'log',
    range,
  };
  const panels = scalars.map((scalar, i): PlannedPanel => {
    const name = nameOf(i === 1 ? scalar.field : i === 2 && !scalar.minus ? scalar.field : field, data, run);
    const error = i === 2;
    const limit = state.compare.lockedError;
    const errorRange = limit ? { minimum: -limit, maximum: limit } : automaticRange([figures[i]], true);
    const normalisation: Normalisation = error
      ? normalisationOf(figures[i].minimum, figures[i].maximum)
      : common;
    return {
      text: {
        key: ['field', 'reference', 'difference'][i],
        title: error && scalar.minus ? 'Difference' : name.title,
        quantity: withUnit(error && scalar.minus ? 'difference' : name.label, name.unit),
      },
      unit: name.unit,
      scalar: { ...scalar, ...normalisation },
      colouring: error
        ? { ...plain, map: 'cool-warm', reversed: false, logarithmic: false, range: errorRange }
        : plain,
      figures: figures[i],
    };
  });
  return {
    panels,
    ...(other && { other: { ...other, ...common } }),
    blend: other ? state.compare.blend : 0,
    range,
    ...(notCompared && { notCompared }),
  };
}

function whyNotCompared(
  { field, compare }: ViewState,
  data: DataSummary,
  run?: RunIndex['fields'],
): string | undefined {
  const { reference } = compare;
  if (!compare.shown || !field) return undefined;
  if (!reference) return 'Choose what to compare with.';
  if (reference.association !== field.association)
    return 'One field is on cells and the other on points; they cannot be compared.';
  const [a, b] = [nameOf(field, data, run), nameOf(reference, data, run)];
  if (a.unit !== b.unit) return `${a.title} and ${b.title} have different units; they cannot be compared.`;
  return undefined;
}
