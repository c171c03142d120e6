import { formatNumber, niceTicks } from '../numbers.js';
import { type ColourMapName, cssGradient } from './colour-maps.js';
import { create } from './elements.js';
import { type PanelField, withUnit } from './panel-fields.js';
import { type ColourRange, extremes } from './ranges.js';

/** The page elements of one field: heading, drawing area with probe marker, colour bar. */
export class Panel {
  readonly root: HTMLElement;
  /** The area the scene draws behind; takes the pointer and the keyboard. */
  readonly viewport = create('div', { className: 'viewport', tabIndex: 0 });
  private readonly marker = create('span', { className: 'marker', hidden: true });
  private readonly tag = create('output', { className: 'tag' });
  private readonly gradient = create('div', { className: 'gradient' });
  private readonly ticks = create('div', { className: 'ticks' });
  private readonly shown = create('p', { className: 'shown' });
  private readonly quantity: string;

  constructor(readonly field: PanelField) {
    this.quantity = withUnit(field.label, field.unit);
    this.marker.append(this.tag);
    this.viewport.append(this.marker);
    this.viewport.setAttribute('role', 'img');
    this.root = create(
      'section',
      { className: 'panel' },
      create('h2', { textContent: field.title }),
      this.viewport,
      create(
        'div',
        { className: 'colour-bar' },
        create('p', { className: 'quantity', textContent: this.quantity }),
        this.gradient,
        this.ticks,
        this.shown,
      ),
    );
    this.root.dataset.field = field.key;
  }

  /** Redraws the colour bar. */
  setColours(map: ColourMapName, range: ColourRange, values: Float64Array): void {
    this.gradient.style.background = cssGradient(map);
    const span = range.maximum - range.minimum;
    this.ticks.replaceChildren(
      ...niceTicks(range.minimum, range.maximum).map((tick) => {
        const label = create('span', { textContent: formatNumber(tick) });
        label.style.left = `${(100 * (tick - range.minimum)) / span}%`;
        return label;
      }),
    );
    const found = extremes(values);
    this.shown.textContent = found
      ? `min ${formatNumber(found.minimum)}   max ${formatNumber(found.maximum)}`
      : 'no values';
    this.viewport.setAttribute(
      'aria-label',
      `${this.field.title}: ${this.quantity}, ${this.shown.textContent}. Arrow keys pan, + and − zoom, R resets.`,
    );
  }

  /** Puts the marker on a point of the drawing area, or takes it away. */
  setMarker(position: { x: number; y: number } | undefined, text = ''): void {
    const inside =
      position !== undefined &&
      position.x >= 0 &&
      position.y >= 0 &&
      position.x <= this.viewport.clientWidth &&
      position.y <= this.viewport.clientHeight;
    this.marker.hidden = !inside;
    if (!inside) return;
    this.marker.style.transform = `translate(${position.x}px, ${position.y}px)`;
    this.tag.value = text;
    // the value stays inside the panel
    this.tag.classList.toggle('left', position.x > this.viewport.clientWidth / 2);
  }
}
