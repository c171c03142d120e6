import { InvalidInputError } from '../../common/errors.js';
import { barTicks } from './colour-bar.js';
import { colourAt } from './colour-maps.js';
import type { Colouring } from './layer-material.js';
import type { ViewScene } from './view-scene.js';

/** A panel as it goes into a picture. */
export interface PicturePanel {
  readonly title: string;
  readonly quantity: string;
  readonly viewport: HTMLElement;
  readonly colouring: Colouring;
}

const HEADING = 56;
const FOOTER = 76;
const MARGIN = 24;
const GAP = 16;

/**
 * The panels as drawn, with caption, titles and colour bars, as a PNG of `scale` times the size on screen.
 *
 * @throws InvalidInputError if the graphics card cannot draw so many pixels
 */
export async function pictureOf(
  scene: ViewScene,
  canvas: HTMLCanvasElement,
  panels: readonly PicturePanel[],
  caption: string,
  scale: number,
): Promise<Blob> {
  const area = canvas.getBoundingClientRect();
  const largest = scene.maximumSize;
  if (scale * Math.max(area.width, area.height) > largest)
    throw new InvalidInputError(
      `A picture at ${scale}× has more than ${largest} pixels a side, which this graphics card cannot draw; save it at a smaller scale.`,
    );
  const boxes = panels.map(({ viewport }) => viewport.getBoundingClientRect());
  const picture = document.createElement('canvas');
  picture.width = scale * (boxes.reduce((sum, box) => sum + box.width + GAP, 2 * MARGIN) - GAP);
  picture.height = scale * (Math.max(...boxes.map((box) => box.height)) + HEADING + FOOTER + MARGIN);
  const context = picture.getContext('2d')!;
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  context.scale(scale, scale);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = color;
  context.font = `12px ${fontFamily}`;
  context.fillText(caption, MARGIN, 22);
  const left = boxes.map((_, i) => MARGIN + boxes.slice(0, i).reduce((sum, box) => sum + box.width + GAP, 0));

  scene.capture(scale, (drawn) => {
    boxes.forEach((box, i) => {
      const source = [scale * (box.left - area.left), scale * (box.top - area.top)] as const;
      context.drawImage(
        drawn,
        ...source,
        scale * box.width,
        scale * box.height,
        left[i],
        HEADING,
        box.width,
        box.height,
      );
    });
  });
  panels.forEach(({ title, quantity, colouring }, i) => {
    const { width, height } = boxes[i];
    context.font = `600 14px ${fontFamily}`;
    context.fillText(title, left[i], HEADING - 8);
    context.font = `12px ${fontFamily}`;
    const bar = { x: left[i] + 12, y: HEADING + height + 22, width: width - 24, height: 12 };
    context.fillText(quantity, bar.x, bar.y - 6);
    drawBar(context, bar, colouring, color);
  });
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large to save.'))),
      'image/png',
    );
  });
}

function drawBar(
  context: CanvasRenderingContext2D,
  bar: { x: number; y: number; width: number; height: number },
  { map, reversed, range, logarithmic, markOutside, below, above }: Colouring,
  textColour: string,
): void {
  const gradient = context.createLinearGradient(bar.x, 0, bar.x + bar.width, 0);
  for (let stop = 0; stop <= 64; stop++) {
    const colour = colourAt(map, reversed ? 1 - stop / 64 : stop / 64).map(Math.round);
    gradient.addColorStop(stop / 64, `rgb(${colour.join(' ')})`);
  }
  context.fillStyle = gradient;
  context.fillRect(bar.x, bar.y, bar.width, bar.height);
  if (markOutside) {
    context.fillStyle = below;
    context.fillRect(bar.x - 12, bar.y, 10, bar.height);
    context.fillStyle = above;
    context.fillRect(bar.x + bar.width + 2, bar.y, 10, bar.height);
  }
  context.fillStyle = textColour;
  context.textAlign = 'center';
  for (const { share, text } of barTicks(range, logarithmic)) {
    const x = bar.x + bar.width * share;
    context.fillRect(x - 0.5, bar.y + bar.height, 1, 4);
    context.fillText(text, x, bar.y + bar.height + 18);
  }
  context.textAlign = 'start';
}
