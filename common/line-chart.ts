/** Line charts as SVG text, for pages of results. */

export interface ChartAxis {
  readonly label: string;
  readonly scale: 'linear' | 'logarithmic';
  /** Text of a tick; by default the number itself. */
  readonly format?: (value: number) => string;
}

export interface ChartLine {
  /** Stands in the legend, unless empty. */
  readonly label: string;
  /** In the order in which they are joined; on a logarithmic axis, values that are not positive are left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour?: string;
  readonly width?: number;
  readonly dashed?: boolean;
  /** A dot at each point; a line of one point always has its dot. */
  readonly dots?: boolean;
}

export interface ChartPanel {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly ChartLine[];
}

const COLOURS = ['#1b6ca8', '#e07a1f', '#2a8f5b', '#b0356b', '#6a51a3', '#777777', '#a6761d', '#17a2b8'];
const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM, LEGEND] = [520, 260, 62, 34, 46, 17];
const RIGHT = 16;
const MOST_TICKS = 12;
const FINE = [1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8];
/** What of the top is left out where no title, and where no label of the axis either, stands. */
const [NO_TITLE, NO_LABEL] = [8, 22];

/** Colours of what is no line. */
interface Ink {
  readonly rows: string;
  readonly columns: string;
  readonly muted: string;
}

const ON_WHITE: Ink = { rows: '#e4e4e4', columns: '#f0f0f0', muted: '#555' };
/** Follows the page that the chart stands in, with its custom properties. */
const ON_PAGE: Ink = {
  rows: 'var(--line, #e4e4e4)',
  columns: 'var(--line, #f0f0f0)',
  muted: 'var(--muted, #555)',
};

/** One panel without its title, to stand inside a page, in the page's colours. */
export function lineChart(panel: ChartPanel): string {
  const top = panel.y.label ? NO_TITLE : NO_LABEL;
  const height = heightOf(panel) - top;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${top} ${WIDTH} ${height}" font-family="inherit" font-size="12" fill="currentColor" role="img" aria-label="${escaped(panel.title)}">
${drawPanel({ ...panel, title: '' }, ON_PAGE)}
</svg>`;
}

/** A page of panels, one below the other, on white. */
export function lineCharts(panels: readonly ChartPanel[]): string {
  let top = 0;
  const drawn = panels.map((panel) => {
    const at = top;
    top += heightOf(panel);
    return `<g transform="translate(0 ${at})">\n${drawPanel(panel, ON_WHITE)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${top}" fill="white"/>
${drawn.join('\n')}
</svg>
`;
}

/** The legend stands below the axes, so that it covers no line; lines without a label are no part of it. */
const heightOf = ({ lines }: ChartPanel) =>
  TOP + HEIGHT + BOTTOM + LEGEND * lines.filter(({ label }) => label).length + 8;

function drawPanel({ title, x, y, lines }: ChartPanel, ink: Ink): string {
  const shown = lines.map(({ points, ...line }, k) => ({
    ...line,
    colour: line.colour ?? COLOURS[k % COLOURS.length],
    points: points.filter(
      ([a, b]) =>
        (x.scale === 'linear' || a > 0) && (y.scale === 'linear' || b > 0) && Number.isFinite(a + b),
    ),
  }));
  const across = scaleOf(
    x,
    shown.flatMap(({ points }) => points.map(([a]) => a)),
  );
  const up = scaleOf(
    y,
    shown.flatMap(({ points }) => points.map(([, b]) => b)),
  );
  const px = (value: number) => (LEFT + (WIDTH - LEFT - RIGHT) * across.place(value)).toFixed(1);
  const py = (value: number) => (TOP + HEIGHT * (1 - up.place(value))).toFixed(1);
  const [floor, end] = [TOP + HEIGHT, WIDTH - RIGHT];
  const parts = title ? [`<text x="${LEFT}" y="${TOP - 14}" font-size="14">${escaped(title)}</text>`] : [];
  for (const tick of up.ticks) {
    parts.push(
      `<path d="M${LEFT} ${py(tick)}H${end}" stroke="${ink.rows}"/>`,
      `<text x="${LEFT - 6}" y="${py(tick)}" text-anchor="end" dominant-baseline="middle">${escaped(textOf(y, tick))}</text>`,
    );
  }
  for (const tick of across.ticks) {
    parts.push(
      `<path d="M${px(tick)} ${TOP}V${floor}" stroke="${ink.columns}"/>`,
      `<text x="${px(tick)}" y="${floor + 16}" text-anchor="middle">${escaped(textOf(x, tick))}</text>`,
    );
  }
  parts.push(
    `<text x="${end}" y="${floor + 34}" text-anchor="end">${escaped(x.label)}</text>`,
    `<text x="${end}" y="${TOP - 14}" text-anchor="end" fill="${ink.muted}">${escaped(y.label)}</text>`,
  );
  let row = 0;
  for (const { points, colour, width = 1.5, dashed, dots, label } of shown) {
    const path = points.map(([a, b]) => `${px(a)},${py(b)}`).join(' ');
    const dash = dashed ? ' stroke-dasharray="5 4"' : '';
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dash}/>`);
    if (dots || points.length === 1) {
      for (const [a, b] of points) parts.push(`<circle cx="${px(a)}" cy="${py(b)}" r="3" fill="${colour}"/>`);
    }
    if (!label) continue;
    const line = floor + BOTTOM + LEGEND * row++;
    parts.push(
      `<path d="M${LEFT} ${line}h18" stroke="${colour}" stroke-width="2"${dash}/>`,
      `<text x="${LEFT + 24}" y="${line}" dominant-baseline="middle">${escaped(label)}</text>`,
    );
  }
  return parts.join('\n');
}

interface Scale {
  /** 0 at the low end of the axis, 1 at the high end */
  place(value: number): number;
  readonly ticks: readonly number[];
}

function scaleOf({ scale }: ChartAxis, values: readonly number[]): Scale {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(least)) return { place: () => 0, ticks: [] };
  if (scale === 'linear') return linearScale(Math.min(0, least), most);
  return logarithmicScale(least, most);
}

function linearScale(low: number, most: number): Scale {
  const raw = (most - low || 1) / 5;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([1, 2, 5, 10].find((factor) => factor * unit >= raw) ?? 10);
  const high = low + step * Math.ceil((most - low || 1) / step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => low + k * step);
  return { place: (value) => (value - low) / (high - low), ticks };
}

function logarithmicScale(least: number, most: number): Scale {
  // powers of ten, and as many numbers between them as those alone would be too few
  const factors = most / least < 3 ? FINE : most / least < 300 ? [1, 2, 5] : [1];
  const marks: number[] = [];
  for (let power = Math.floor(Math.log10(least)) - 1; power <= Math.ceil(Math.log10(most)) + 1; power++) {
    for (const factor of factors) marks.push(factor * 10 ** power);
  }
  const low = marks.filter((mark) => mark <= least * 1.0001).at(-1)!;
  const high = marks.find((mark) => mark >= most * 0.9999 && mark > low)!;
  const span = Math.log(high / low);
  const inside = marks.filter((mark) => mark >= low && mark <= high);
  // where many powers would crowd, every second one, third one, …
  const every = Math.ceil(inside.length / MOST_TICKS);
  return {
    place: (value) => Math.log(value / low) / span,
    ticks: inside.filter((_, k) => k % every === 0),
  };
}

function textOf({ format }: ChartAxis, value: number): string {
  if (format) return format(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(0)
    : String(Number(value.toPrecision(6)));
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
