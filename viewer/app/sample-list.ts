import { formatPercent } from '../numbers.js';
import type { RunSample } from '../run-index.js';
import { byId, create } from './elements.js';

/** The run's samples as radio buttons grouped by category, each with its error and a bar that compares the errors. */
export class SampleList {
  private readonly buttons: HTMLInputElement[] = [];

  constructor(samples: readonly RunSample[], onSelect: (index: number) => void) {
    byId('samples').hidden = false;
    const largest = Math.max(...samples.map((sample) => sample.relativeL2));
    const groups = new Map<string, HTMLElement[]>();
    samples.forEach((sample, index) => {
      const button = create('input', { type: 'radio', name: 'sample', value: String(index) });
      button.addEventListener('change', () => onSelect(index));
      this.buttons.push(button);
      const error = create('span', {
        className: 'sample-error',
        textContent: formatPercent(sample.relativeL2),
      });
      error.style.setProperty('--share', `${(100 * sample.relativeL2) / (largest || 1)}%`);
      const name = create('span', { className: 'sample-name', textContent: sample.name });
      const detail = create('small', { textContent: boundarySummary(sample.boundaryTypes) });
      const label = create('label', {}, button, name, error, detail);
      const group = groups.get(sample.category) ?? [];
      group.push(label);
      groups.set(sample.category, group);
    });
    byId('sample-list').replaceChildren(
      create(
        'p',
        { className: 'list-heading' },
        create('span', { textContent: 'Sample' }),
        'Relative L2 error',
      ),
      ...Array.from(groups, ([category, labels]) =>
        create('fieldset', {}, create('legend', { textContent: category }), ...labels),
      ),
    );
  }

  select(index: number): void {
    this.buttons[index].checked = true;
    this.buttons[index].scrollIntoView({ block: 'nearest' });
  }
}

/** "all Dirichlet", or "5 Dirichlet, 3 Neumann". */
function boundarySummary(types: RunSample['boundaryTypes']): string {
  const all = Object.values(types);
  const neumann = all.filter((type) => type === 'neumann').length;
  if (all.length === 0) return '';
  if (neumann === 0) return 'all Dirichlet';
  if (neumann === all.length) return 'all Neumann';
  return `${all.length - neumann} Dirichlet, ${neumann} Neumann`;
}
