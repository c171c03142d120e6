import type { FieldStatistics } from '../filters/statistics.js';
import { formatNumber } from '../numbers.js';
import { AxesTriad } from './axes-triad.js';
import { barTicks } from './colour-bar.js';
import { cssGradient } from './colour-maps.js';
import { create } from './elements.js';
import type { Colouring } from './layer-material.js';

/** What a panel shows, in words. */
export interface PanelText {
  readonly key: string;
  readonly title: string;
  /** Name and unit on the colour bar */
  readonly quantity: string;
}

/** The page elements of one field: heading, drawing area with probe marker, colour bar with histogram. */
export class FieldPanel {
  readonly root: HTMLElement;
  /** The area the scene draws behind; takes the pointer and the keyboard. */
  readonly viewport = create('div', { className: 'viewport', tabIndex: 0 });
  readonly triad = new AxesTriad();
  private readonly marker = create('span', { className: 'marker', hidden: true });
  private readonly tag = create('output', { className: 'tag' });
  private readonly bars = create('div', { className: 'bars' });
  private readonly gradient = create('div', { className: 'gradient' });
  private readonly ticks = create('div', { className: 'ticks' });
  private readonly heading = create('h2');
  private readonly quantity = create('span');
  private readonly shown = create('p', { className: 'shown' });

  constructor(
    private text: PanelText,
    flat: boolean,
  ) {
    this.marker.append(this.tag);
    this.viewport.append(this.marker, this.triad.root);
    this.viewport.setAttribute('role', 'application');
    this.viewport.setAttribute('aria-roledescription', 'view');
    this.root = create(
      'section',
      { className: 'panel' },
      this.heading,
      this.viewport,
      create(
        'div',
        { className: 'colour-bar' },
        create('p', { className: 'quantity' }, this.quantity, this.shown),
        this.bars,
        this.gradient,
        this.ticks,
      ),
    );
    this.setText(text, flat);
  }

  /** Other words for what is drawn; the drawing area stays. */
  setText(text: PanelText, flat: boolean): void {
    this.text = text;
    this.viewport.classList.toggle('flat', flat);
    this.root.dataset.field = text.key;
    this.heading.textContent = text.title;
    this.quantity.textContent = text.quantity;
  }

  /** Redraws the colour bar; counts of the histogram run over the range. */
  setColours(colouring: Colouring, figures: FieldStatistics, counts: readonly number[]): void {
    const { map, reversed, range, logarithmic } = colouring;
    this.gradient.style.background = cssGradient(map, reversed);
    this.gradient.style.setProperty('--below', colouring.markOutside ? colouring.below : 'transparent');
    this.gradient.style.setProperty('--above', colouring.markOutside ? colouring.above : 'transparent');
    this.gradient.classList.toggle('marked', colouring.markOutside);
    this.ticks.replaceChildren(
      ...barTicks(range, logarithmic, this.root.clientWidth < 300 ? 3 : 5).map(({ share, text }) => {
        const label = create('span', { textContent: text });
        label.style.left = `${100 * share}%`;
        return label;
      }),
    );
    const tallest = Math.max(1, ...counts);
    this.bars.replaceChildren(
      ...counts.map((count) => {
        const bar = create('i');
        bar.style.height = `${count === 0 ? 0 : Math.max(4, (100 * count) / tallest)}%`;
        return bar;
      }),
    );
    const missing = figures.missing > 0 ? `   no value ${figures.missing}` : '';
    this.shown.textContent =
      figures.count > 0
        ? `min ${formatNumber(figures.minimum)}   max ${formatNumber(figures.maximum)}${missing}`
        : 'no values';
    this.viewport.setAttribute(
      'aria-label',
      `${this.text.title}: ${this.text.quantity}, ${this.shown.textContent}. Arrow keys turn, + and − zoom, R resets.`,
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
