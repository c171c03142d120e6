import type { ModelDescription } from '../data/model-description.js';
import { formatNumber, formatPercent } from '../numbers.js';
import { create } from './elements.js';

/**
 * The card of a model as an article: what it is and answers, how wrong it was measured to be, what it was trained on, and what
 * its graph takes and gives.
 */
export function modelCard(model: ModelDescription): HTMLElement {
  const { file, size, kind, name, task, facts, errors, range, inputs, outputs, conduction } = model;
  const [first, ...others] = facts;
  const summary: ModelDescription['facts'][number]['entries'] = [
    ['Kind', kind],
    ['File', `${file}, ${sizeText(size)}`],
  ];
  const use = conduction
    ? [
        create('p', {
          className: 'hint',
          textContent: 'It can be used in the Live panel, on parts like those of its training.',
        }),
      ]
    : [];
  return create(
    'article',
    { className: 'model-card' },
    create('h2', { textContent: name }),
    create('p', { textContent: task }),
    ...use,
    definitions([...summary, ...first.entries]),
    ...(errors.length > 0 ? [errorTable(errors)] : []),
    ...others.flatMap(({ heading, entries }) => [
      create('h3', { textContent: heading }),
      definitions(entries),
    ]),
    ...(range.length > 0 ? [rangeTable(range)] : []),
    tensorTable('Inputs', inputs),
    tensorTable('Outputs', outputs),
  );
}

function definitions(entries: ModelDescription['facts'][number]['entries']): HTMLElement {
  return create(
    'dl',
    {},
    ...entries.map(([term, text]) =>
      create('div', {}, create('dt', { textContent: term }), create('dd', { textContent: text })),
    ),
  );
}

function errorTable(errors: ModelDescription['errors']): HTMLElement {
  return table(
    'Relative L2 error',
    ['Test set', 'Samples', 'Mean', 'Median', 'Largest'],
    errors.map(({ set, samples, mean, median, maximum }) => [
      set,
      String(samples),
      formatPercent(mean),
      formatPercent(median),
      formatPercent(maximum),
    ]),
  );
}

function rangeTable(range: ModelDescription['range']): HTMLElement {
  return create(
    'details',
    {},
    create('summary', { textContent: `Trained range: ${range.length} figures` }),
    table(
      'Least and largest of the training problems',
      ['Figure', 'from', 'to'],
      range.map(({ name, low, high }) => [name, formatNumber(low), formatNumber(high)]),
    ),
  );
}

function tensorTable(caption: string, tensors: ModelDescription['inputs']): HTMLElement {
  return table(
    caption,
    ['Name', 'Shape', 'Type'],
    tensors.map(({ name, shape, type }) => [name, shape.join(' × ') || 'scalar', type]),
  );
}

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return create(
    'table',
    {},
    create('caption', { textContent: caption }),
    create(
      'thead',
      {},
      create('tr', {}, ...head.map((text) => create('th', { scope: 'col', textContent: text }))),
    ),
    create(
      'tbody',
      {},
      ...rows.map(([first, ...rest]) =>
        create(
          'tr',
          {},
          create('th', { scope: 'row', textContent: first }),
          ...rest.map((text) => create('td', { textContent: text })),
        ),
      ),
    ),
  );
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${formatNumber(bytes / 1e3, 3)} kB` : `${formatNumber(bytes / 1e6, 3)} MB`;
}
