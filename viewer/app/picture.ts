import { formatNumber, niceTicks } from '../numbers.js';
import { type ColourMapName, colourAt } from './colour-maps.js';
import type { FieldScene } from './field-scene.js';
import { type PanelField, withUnit } from './panel-fields.js';
import type { ColourRange } from './ranges.js';

export interface PicturePanel {
  readonly field: PanelField;
  readonly viewport: HTMLElement;
  readonly map: ColourMapName;
  readonly range: ColourRange;
}

const scale = 2;
const heading = 56;
const footer = 76;
const margin = 24;

/** The panels as drawn, with caption, titles and colour bars, as a PNG of twice the size on screen. */
export async function pictureOf(
  scene: FieldScene,
  canvas: HTMLCanvasElement,
  panels: readonly PicturePanel[],
  caption: string,
): Promise<Blob> {
  const area = canvas.getBoundingClientRect();
  const boxes = panels.map(({ viewport }) => viewport.getBoundingClientRect());
  const picture = document.createElement('canvas');
  const gap = 16;
  picture.width = scale * (boxes.reduce((sum, box) => sum + box.width + gap, 2 * margin) - gap);
  picture.height = scale * (Math.max(...boxes.map((box) => box.height)) + heading + footer + margin);
  const context = picture.getContext('2d')!;
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  context.scale(scale, scale);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = color;
  context.font = `12px ${fontFamily}`;
  context.fillText(caption, margin, 22);
  const left = boxes.map((_, i) => margin + boxes.slice(0, i).reduce((sum, box) => sum + box.width + gap, 0));

  scene.capture(scale, (drawn) => {
    boxes.forEach((box, i) => {
      const source = [scale * (box.left - area.left), scale * (box.top - area.top)] as const;
      context.drawImage(
        drawn,
        ...source,
        scale * box.width,
        scale * box.height,
        left[i],
        heading,
        box.width,
        box.height,
      );
    });
  });
  panels.forEach(({ field, map, range }, i) => {
    const { width, height } = boxes[i];
    context.font = `600 14px ${fontFamily}`;
    context.fillText(field.title, left[i], heading - 8);
    const bar = { x: left[i] + 12, y: heading + height + 22, width: width - 24, height: 12 };
    context.font = `12px ${fontFamily}`;
    context.fillText(withUnit(field.label, field.unit), bar.x, bar.y - 6);
    const gradient = context.createLinearGradient(bar.x, 0, bar.x + bar.width, 0);
    for (let stop = 0; stop <= 64; stop++) {
      gradient.addColorStop(
        stop / 64,
        `rgb(${colourAt(map, stop / 64)
          .map(Math.round)
          .join(' ')})`,
      );
    }
    context.fillStyle = gradient;
    context.fillRect(bar.x, bar.y, bar.width, bar.height);
    context.fillStyle = color;
    context.textAlign = 'center';
    for (const tick of niceTicks(range.minimum, range.maximum)) {
      const x = bar.x + (bar.width * (tick - range.minimum)) / (range.maximum - range.minimum);
      context.fillRect(x - 0.5, bar.y + bar.height, 1, 4);
      context.fillText(formatNumber(tick), x, bar.y + bar.height + 18);
    }
    context.textAlign = 'start';
  });
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large to save'))),
      'image/png',
    );
  });
}
