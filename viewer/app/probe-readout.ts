import { formatNumber } from '../numbers.js';
import { withUnit } from './colour-bar.js';
import { byId, create } from './elements.js';

/** Digits of a probed value: what single precision holds. */
const PROBE_DIGITS = 7;
/** A screen reader hears the cell the pointer rests on, not every cell it crosses. */
const ANNOUNCEMENT_DELAY = 400;

/** A value with its unit, for marker and announcement. */
export function valueText(value: number, unit: string, digits = PROBE_DIGITS): string {
  return unit === '' ? formatNumber(value, digits) : `${formatNumber(value, digits)} ${unit}`;
}

/** What the strip says of a probed cell. */
export interface ProbeText {
  readonly cell: number;
  /** Its number in the file, where cells of lower dimension come before */
  readonly fileCell: number;
  readonly position: readonly number[];
  readonly values: readonly {
    readonly key: string;
    readonly title: string;
    readonly unit: string;
    readonly value: number;
  }[];
}

/** The strip that tells cell number, position and values of the probed cell. */
export class ProbeReadout {
  private readonly input = byId<HTMLInputElement>('cell');
  private readonly list = byId('probe-values');
  private readonly hint = byId('probe-hint');
  private readonly announcement = byId('announcement');
  private timer = 0;

  /** `onPin` receives the number a user typed, or undefined when the entry was emptied or is no cell. */
  constructor(onPin: (cell: number | undefined) => void) {
    this.input.addEventListener('input', () => {
      const cell = this.input.valueAsNumber;
      onPin(Number.isInteger(cell) && cell >= 0 && cell <= Number(this.input.max) ? cell : undefined);
    });
  }

  setCellCount(count: number): void {
    this.input.max = String(count - 1);
  }

  show(probed: ProbeText | undefined, lengthUnit: string): void {
    this.hint.hidden = probed !== undefined;
    this.list.hidden = probed === undefined;
    if (!probed) {
      if (document.activeElement !== this.input) this.input.value = '';
      delete this.list.dataset.cell;
      this.list.replaceChildren();
      this.announce('');
      return;
    }
    this.list.dataset.cell = String(probed.cell);
    if (this.input.valueAsNumber !== probed.cell) this.input.value = String(probed.cell);
    const entries = [
      ...(probed.fileCell === probed.cell
        ? []
        : [{ key: 'file-cell', term: 'In the file', text: String(probed.fileCell) }]),
      {
        key: 'position',
        term: withUnit('At', lengthUnit),
        text: probed.position.map((x) => formatNumber(x)).join(', '),
      },
      ...probed.values.map(({ key, title, unit, value }) => ({
        key,
        term: title,
        text: valueText(value, unit),
      })),
    ];
    this.list.replaceChildren(
      ...entries.map(({ key, term, text }) => {
        const value = create('dd', { textContent: text });
        value.dataset.probe = key;
        return create('div', {}, create('dt', { textContent: term }), value);
      }),
    );
    // what does not fit is scrolled to, by keyboard too
    if (this.list.scrollWidth > this.list.clientWidth) this.list.tabIndex = 0;
    else this.list.removeAttribute('tabindex');
    this.announce(`Cell ${probed.cell}. ${entries.map(({ term, text }) => `${term} ${text}`).join('. ')}`);
  }

  private announce(text: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.announcement.textContent = text;
    }, ANNOUNCEMENT_DELAY);
  }
}
