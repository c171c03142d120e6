import { type ColourMapName, colourTable } from './app/colour-maps.js';
import { formatNumber, niceTicks } from './numbers.js';
import { encodePng } from './png.js';
import { escapeHtml } from './report-parts.js';

export interface SpaceTimePlot {
  readonly caption: string;
  /** `[frame][point]` */
  readonly values: ArrayLike<number>;
  readonly points: number;
  readonly frames: number;
  readonly length: number;
  readonly interval: number;
  readonly range: readonly [least: number, most: number];
  readonly colours: ColourMapName;
  /** Time from which on nothing was in the training data: a line. */
  readonly mark?: number;
}

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT] = [320, 330, 44, 8, 12];
const [BAR_TOP, BAR_HEIGHT] = [TOP + HEIGHT + 44, 10];
const TOTAL = [LEFT + WIDTH + RIGHT, BAR_TOP + BAR_HEIGHT + 20] as const;
/** Colours of a picture. */
const ENTRIES = 256;
/** What no number is drawn as, and where the range ends short of a value. */
const MISSING = [120, 120, 120] as const;

/** A field over space (to the right) and time (upwards) with its colour bar, as an SVG that holds its picture. */
export function spaceTimePlot(plot: SpaceTimePlot): string {
  const { caption, length, interval, frames, range, colours, mark } = plot;
  const duration = interval * (frames - 1);
  const px = (x: number) => (LEFT + (WIDTH * x) / length).toFixed(1);
  const py = (t: number) => (TOP + HEIGHT * (1 - t / duration)).toFixed(1);
  const ink = 'fill="currentColor" font-size="11"';
  const parts = [
    `<image href="${pictureOf(plot)}" x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" preserveAspectRatio="none" style="image-rendering: auto"/>`,
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="var(--line, #ccc)"/>`,
  ];
  for (const x of niceTicks(0, length, 4)) {
    const anchor = x === 0 ? 'start' : x === length ? 'end' : 'middle';
    parts.push(
      `<text x="${px(x)}" y="${TOP + HEIGHT + 15}" text-anchor="${anchor}" ${ink}>${formatNumber(x)}</text>`,
    );
  }
  for (const t of niceTicks(0, duration, 6)) {
    parts.push(
      `<path d="M${LEFT - 4} ${py(t)}h4" stroke="currentColor"/>`,
      `<text x="${LEFT - 8}" y="${py(t)}" text-anchor="end" dominant-baseline="middle" ${ink}>${formatNumber(t)}</text>`,
    );
  }
  if (mark !== undefined && mark < duration) {
    parts.push(
      `<path d="M${LEFT} ${py(mark)}h${WIDTH}" stroke="white" stroke-width="2.5" opacity="0.7"/>`,
      `<path d="M${LEFT} ${py(mark)}h${WIDTH}" stroke="black" stroke-dasharray="5 4"/>`,
    );
  }
  parts.push(
    `<text x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 31}" text-anchor="middle" fill="var(--muted, #555)" font-size="11">x</text>`,
    `<text x="10" y="${TOP + HEIGHT / 2}" text-anchor="middle" fill="var(--muted, #555)" font-size="11" transform="rotate(-90 10 ${TOP + HEIGHT / 2})">time</text>`,
    colourBar(range, colours, ink),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${TOTAL[0]} ${TOTAL[1]}" font-family="inherit" role="img" aria-label="${escapeHtml(caption)}">${parts.join('\n')}</svg>`;
}

function colourBar([least, most]: SpaceTimePlot['range'], colours: ColourMapName, ink: string): string {
  const table = colourTable(colours, ENTRIES);
  const pixels = table.filter((_, i) => i % 4 < 3);
  const bar = `<image href="${pngUri(ENTRIES, 1, pixels)}" x="${LEFT}" y="${BAR_TOP}" width="${WIDTH}" height="${BAR_HEIGHT}" preserveAspectRatio="none"/>`;
  const ticks = niceTicks(least, most, 5).map((value) => {
    const x = LEFT + (WIDTH * (value - least)) / (most - least || 1);
    return `<text x="${x.toFixed(1)}" y="${BAR_TOP + BAR_HEIGHT + 14}" text-anchor="middle" ${ink}>${formatNumber(value, 3)}</text>`;
  });
  return [bar, ...ticks].join('');
}

function pictureOf({ values, points, frames, range: [least, most], colours }: SpaceTimePlot): string {
  const table = colourTable(colours, ENTRIES);
  const pixels = new Uint8Array(3 * points * frames);
  for (let frame = 0; frame < frames; frame++) {
    // time runs upwards
    const row = frames - 1 - frame;
    for (let point = 0; point < points; point++) {
      const value = values[frame * points + point];
      const place = Math.round(((ENTRIES - 1) * (value - least)) / (most - least || 1));
      const at = 4 * Math.min(ENTRIES - 1, Math.max(0, place));
      const colour = Number.isFinite(value) ? table.subarray(at, at + 3) : MISSING;
      pixels.set(colour, 3 * (row * points + point));
    }
  }
  return pngUri(points, frames, pixels);
}

function pngUri(width: number, height: number, pixels: Uint8Array): string {
  let text = '';
  for (const byte of encodePng(width, height, pixels)) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}
