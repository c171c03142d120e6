import type { Mesh } from '../../geometry/index.js';

/** Colours from cold to hot, even in lightness: stops of a blue–white–red map. */
const STOPS = [
  '#313695',
  '#4575b4',
  '#74add1',
  '#abd9e9',
  '#e0f3f8',
  '#fee090',
  '#fdae61',
  '#f46d43',
  '#d73027',
  '#a50026',
];
const LEVELS = 40;
const WIDTH = 520;
const LEGEND = 44;

export interface PictureOptions {
  /** Range of the colours, shared by pictures that are compared */
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly caption: string;
}

/** A field on a mesh of the plane as SVG: one path per colour, so that thousands of cells stay small. */
export function fieldPicture(
  mesh: Mesh,
  field: Float64Array,
  { low, high, unit, caption }: PictureOptions,
): string {
  const { points, cellOffsets, cellPoints, cellCount } = mesh;
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 2) {
    left = Math.min(left, points[at]);
    right = Math.max(right, points[at]);
    bottom = Math.min(bottom, points[at + 1]);
    top = Math.max(top, points[at + 1]);
  }
  const scale = WIDTH / (right - left);
  const height = Math.ceil((top - bottom) * scale);
  const place = (point: number) =>
    `${((points[2 * point] - left) * scale).toFixed(1)} ${((top - points[2 * point + 1]) * scale).toFixed(1)}`;
  const paths = Array.from({ length: LEVELS }, () => '');
  for (let cell = 0; cell < cellCount; cell++) {
    const share = high > low ? (field[cell] - low) / (high - low) : 0;
    const level = Math.min(LEVELS - 1, Math.max(0, Math.floor(share * LEVELS)));
    const corners = Array.from(cellPoints.subarray(cellOffsets[cell], cellOffsets[cell + 1]), place);
    paths[level] += `M${corners.join('L')}Z`;
  }
  const drawn = paths.flatMap((path, level) => {
    if (path === '') return [];
    const colour = colourAt((level + 0.5) / LEVELS);
    return [`<path d="${path}" fill="${colour}" stroke="${colour}" stroke-width="0.6"/>`];
  });
  const bars = Array.from({ length: LEVELS }, (_, level) => {
    const x = (level / LEVELS) * WIDTH;
    return `<rect x="${x.toFixed(1)}" y="${height + 10}" width="${(WIDTH / LEVELS + 0.5).toFixed(1)}" height="12" fill="${colourAt((level + 0.5) / LEVELS)}"/>`;
  });
  const label = (x: number, value: number, anchor: string) =>
    `<text x="${x}" y="${height + 38}" text-anchor="${anchor}" fill="currentColor" font-size="13">${Number(value.toPrecision(4))} ${unit}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${height + LEGEND}" role="img" aria-label="${caption}">
${drawn.join('\n')}
${bars.join('')}
${label(0, low, 'start')}${label(WIDTH / 2, (low + high) / 2, 'middle')}${label(WIDTH, high, 'end')}
</svg>`;
}

function colourAt(share: number): string {
  const place = share * (STOPS.length - 1);
  const first = Math.min(STOPS.length - 2, Math.floor(place));
  const channel = (hex: string, k: number) => Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mixed = [0, 1, 2].map((k) => {
    const [a, b] = [channel(STOPS[first], k), channel(STOPS[first + 1], k)];
    return Math.round(a + (b - a) * (place - first));
  });
  return `rgb(${mixed.join(',')})`;
}
