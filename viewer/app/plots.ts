import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { formatNumber } from '../numbers.js';
import { seriesColour } from '../palette.js';
import { byId } from './elements.js';

/** A curve per field over distance or time. */
export interface PlotData {
  readonly id: string;
  readonly title: string;
  readonly across: string;
  readonly x: readonly number[];
  readonly curves: readonly { readonly label: string; readonly values: readonly number[] }[];
}

const HEIGHT = 190;

/** The plots under the view, and what they show as a table. */
export class Plots {
  private readonly frame = byId('plot');
  private readonly area = byId('plot-area');
  private charts: uPlot[] = [];
  private shown: readonly PlotData[] = [];

  constructor(save: (name: string, text: string) => void) {
    byId('save-plot').addEventListener('click', () => {
      for (const plot of this.shown) save(`${plot.id}.csv`, csvOf(plot));
    });
    new ResizeObserver(() => this.resize()).observe(this.frame);
    // axes take their colour from the page
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const chart of this.charts) chart.redraw(false, true);
    });
  }

  show(plots: readonly PlotData[]): void {
    this.shown = plots;
    for (const chart of this.charts) chart.destroy();
    this.frame.hidden = plots.length === 0;
    this.area.replaceChildren();
    this.charts = plots.map((plot) => {
      const holder = document.createElement('div');
      holder.className = 'chart';
      holder.setAttribute('role', 'img');
      holder.setAttribute('aria-label', descriptionOf(plot));
      this.area.append(holder);
      return new uPlot(
        options(plot),
        [[...plot.x], ...plot.curves.map(({ values }) => gapped(values))],
        holder,
      );
    });
    this.resize();
  }

  private resize(): void {
    for (const chart of this.charts) {
      const width = Math.floor(chart.root.parentElement!.clientWidth);
      if (width > 0 && width !== chart.width) chart.setSize({ width, height: HEIGHT });
    }
  }
}

function options({ title, across, curves }: PlotData): uPlot.Options {
  const stroke = () => getComputedStyle(document.body).color;
  const grid = { stroke: 'rgba(128, 128, 128, 0.22)', width: 1 };
  const font = '11px system-ui, sans-serif';
  return {
    title,
    width: 320,
    height: HEIGHT,
    scales: { x: { time: false } },
    series: [
      { label: across, value: (_, value) => (value == null ? '' : formatNumber(value)) },
      ...curves.map(
        ({ label }, i): uPlot.Series => ({
          label,
          stroke: seriesColour(i),
          width: 2,
          points: { show: false },
          value: (_, value) => (value == null ? '' : formatNumber(value, 6)),
        }),
      ),
    ],
    axes: [
      { stroke, grid, ticks: grid, font, label: across, labelFont: font, labelSize: 16, size: 28 },
      {
        stroke,
        grid,
        ticks: grid,
        font,
        size: 58,
        values: (_, splits) => splits.map((value) => formatNumber(value, digitsOf(splits))),
      },
    ],
  };
}

/** Digits that tell neighbouring ticks apart. */
function digitsOf(ticks: readonly number[]): number {
  const largest = Math.max(...ticks.map(Math.abs));
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : largest;
  return step > 0 ? Math.max(3, Math.ceil(Math.log10(largest / step)) + 1) : 3;
}

/** uPlot leaves a gap at null. */
function gapped(values: readonly number[]): (number | null)[] {
  return values.map((value) => (Number.isFinite(value) ? value : null));
}

function descriptionOf({ title, across, x, curves }: PlotData): string {
  const parts = curves.map(({ label, values }) => {
    const finite = values.filter(Number.isFinite);
    if (finite.length === 0) return `${label}: no values`;
    const [low, high] = [Math.min(...finite), Math.max(...finite)].map((value) => formatNumber(value));
    return `${label} from ${low} to ${high}`;
  });
  return `${title} over ${across}, ${x.length} values. ${parts.join('. ')}`;
}

export function csvOf({ across, x, curves }: PlotData): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const head = [across, ...curves.map(({ label }) => label)].map(quoted).join(',');
  return `${head}\n${x.map((value, i) => [value, ...curves.map(({ values }) => values[i])].join(',')).join('\n')}\n`;
}
