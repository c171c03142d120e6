import type { DataSummary } from '../data/data-service.js';
import type { FieldReference, VectorReference } from '../data/field-reference.js';
import type { RunIndex } from '../run-index.js';
import { create } from './elements.js';

/** What a field is called, and in which unit. */
export interface FieldName {
  readonly title: string;
  readonly label: string;
  readonly unit: string;
}

const componentNames = ['x', 'y', 'z'];

function componentName(component: number, components: number): string {
  return components <= 3 ? componentNames[component] : String(component);
}

/** The name of a field: as a run's index calls it, or as its file does. */
export function nameOf(reference: FieldReference, data: DataSummary, run?: RunIndex['fields']): FieldName {
  const { name, association, component } = reference;
  const field = data.fields.find((each) => each.name === name && each.association === association);
  for (const [title, known] of Object.entries(run ?? {}))
    if (known?.array === name && association === 'cell')
      return { title: capitalised(title), label: known.label, unit: known.unit };
  const part =
    !field || field.components === 1
      ? ''
      : component === 'magnitude'
        ? ', magnitude'
        : ` ${componentName(component, field.components)}`;
  return { title: name + part, label: name + part, unit: field?.unit ?? '' };
}

/** Options for every field and component. */
export function scalarOptions(data: DataSummary, run?: RunIndex['fields']): HTMLElement[] {
  return (['cell', 'point'] as const).flatMap((association) => {
    const options = data.fields
      .filter((field) => field.association === association)
      .flatMap(({ name, components }) => {
        const parts: FieldReference['component'][] =
          components === 1
            ? ['magnitude']
            : ['magnitude', ...Array.from({ length: components }, (_, k) => k)];
        return parts.map((component) => option({ name, association, component }));
      });
    return options.length > 0
      ? [create('optgroup', { label: association === 'cell' ? 'On cells' : 'On points' }, ...options)]
      : [];
  });

  function option(reference: FieldReference): HTMLOptionElement {
    const { title } = nameOf(reference, data, run);
    return create('option', { value: JSON.stringify(reference), textContent: title });
  }
}

/** Options for every vector field, and for −∇ of every scalar one; the first leaves the choice to the viewer. */
export function vectorOptions(data: DataSummary): HTMLElement[] {
  const option = (reference: VectorReference | null, text: string) =>
    create('option', { value: JSON.stringify(reference), textContent: text });
  return [
    option(null, 'automatic'),
    ...data.fields.flatMap(({ name, association, components }) => {
      if (components === 2 || components === 3)
        return [option({ name, association, negativeGradient: false }, name)];
      return components === 1 ? [option({ name, association, negativeGradient: true }, `−∇ ${name}`)] : [];
    }),
  ];
}

/** The field to begin with: the first with one number, or the first. */
export function firstField(data: DataSummary): FieldReference | null {
  const field = data.fields.find(({ components }) => components === 1) ?? data.fields[0];
  return field ? { name: field.name, association: field.association, component: 'magnitude' } : null;
}

function capitalised(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}
