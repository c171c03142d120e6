import type { Mesh } from '../../geometry/mesh.js';
import { formatNumber } from '../numbers.js';
import { byId, create } from './elements.js';
import { type PanelField, withUnit } from './panel-fields.js';

/** Digits of a probed value: what single precision holds. */
const probeDigits = 7;
/** A screen reader hears the cell the pointer rests on, not every cell it crosses. */
const announcementDelay = 400;

/** A value with its unit, for marker and announcement. */
export function valueText(value: number, unit: string, digits = probeDigits): string {
  return unit === '' ? formatNumber(value, digits) : `${formatNumber(value, digits)} ${unit}`;
}

/** The strip that tells cell number, position and all values of the probed cell. */
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

  show(
    cell: number | undefined,
    mesh: Mesh | undefined,
    fields: readonly { field: PanelField; values: Float64Array }[],
    lengthUnit: string,
  ): void {
    this.hint.hidden = cell !== undefined;
    this.list.hidden = cell === undefined;
    if (cell === undefined || !mesh) {
      if (document.activeElement !== this.input) this.input.value = '';
      this.list.replaceChildren();
      this.announce('');
      return;
    }
    if (this.input.valueAsNumber !== cell) this.input.value = String(cell);
    const position = Array.from(
      mesh.cellCentroids.subarray(mesh.dimension * cell, mesh.dimension * (cell + 1)),
    );
    const entries = [
      {
        key: 'position',
        term: withUnit('Centre', lengthUnit),
        text: position.map((x) => formatNumber(x)).join(', '),
      },
      ...fields.map(({ field, values }) => ({
        key: field.key,
        term: field.title,
        text: valueText(values[cell], field.unit),
      })),
    ];
    this.list.replaceChildren(
      ...entries.map(({ key, term, text }) => {
        const value = create('dd', { textContent: text });
        value.dataset.probe = key;
        return create('div', {}, create('dt', { textContent: term }), value);
      }),
    );
    this.announce(`Cell ${cell}. ${entries.map(({ term, text }) => `${term} ${text}`).join('. ')}`);
  }

  private announce(text: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.announcement.textContent = text;
    }, announcementDelay);
  }
}
