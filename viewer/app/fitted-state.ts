import type { DataSummary } from '../data/data-service.js';
import { firstField } from './field-names.js';
import type { ViewState } from './view-state.js';

/** A state with the fields, step and cell that the data do not have replaced by what they have. */
export function fittedState(state: ViewState, data: DataSummary): ViewState {
  const present = <T extends { name: string; association: string }>(reference: T | null): T | null =>
    reference &&
    data.fields.some(
      ({ name, association }) => name === reference.name && association === reference.association,
    )
      ? reference
      : null;
  const { cell } = state.probe;
  return {
    ...state,
    data: { ...state.data, step: data.step },
    field: present(state.field) ?? firstField(data),
    compare: { ...state.compare, reference: present(state.compare.reference) },
    warp: { ...state.warp, vector: present(state.warp.vector) },
    glyphs: { ...state.glyphs, vector: present(state.glyphs.vector) },
    streamlines: { ...state.streamlines, vector: present(state.streamlines.vector) },
    probe: { ...state.probe, cell: cell !== null && cell < data.cellCount ? cell : null },
  };
}
