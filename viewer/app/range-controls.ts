import { create } from './elements.js';
import { groupTitles } from './panel-fields.js';
import type { ColourRange } from './ranges.js';

/**
 * Range of one group of fields: automatic (follows what is shown) or locked to two typed ends; a diverging group has
 * one end and its negative.
 */
export class RangeControl {
  readonly root: HTMLElement;
  private readonly automatic = create('input', { type: 'checkbox', checked: true });
  private readonly minimum = numberInput();
  private readonly maximum = numberInput();
  private current: ColourRange = { minimum: 0, maximum: 1 };

  constructor(
    readonly group: string,
    private readonly diverging: boolean,
    onChange: () => void,
  ) {
    const title = groupTitles[group] ?? group;
    this.automatic.dataset.range = group;
    this.minimum.setAttribute('aria-label', `${title}: lower end of the colours`);
    this.maximum.setAttribute(
      'aria-label',
      `${title}: ${diverging ? 'largest magnitude' : 'upper end'} of the colours`,
    );
    this.root = create(
      'fieldset',
      {},
      create('legend', { textContent: title }),
      create('label', { className: 'check' }, this.automatic, ' Auto range'),
      ...(diverging ? ['±', this.maximum] : [this.minimum, '–', this.maximum]),
    );
    this.automatic.addEventListener('change', onChange);
    for (const input of [this.minimum, this.maximum]) {
      input.addEventListener('change', () => {
        this.automatic.checked = false;
        onChange();
      });
    }
  }

  /** The range to draw with, given the automatic one; an entry that is no range is refused and replaced. */
  resolve(automatic: ColourRange): ColourRange {
    if (this.automatic.checked) this.current = automatic;
    else {
      const maximum = this.maximum.valueAsNumber;
      const minimum = this.diverging ? -maximum : this.minimum.valueAsNumber;
      if (minimum < maximum) this.current = { minimum, maximum };
    }
    this.minimum.value = shortened(this.current.minimum);
    this.maximum.value = shortened(this.current.maximum);
    return this.current;
  }
}

function numberInput(): HTMLInputElement {
  return create('input', { type: 'number', step: 'any' });
}

function shortened(value: number): string {
  return String(Number(value.toPrecision(5)));
}
