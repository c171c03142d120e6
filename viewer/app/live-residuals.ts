import uPlot from 'uplot';
import { formatNumber } from '../numbers.js';
import { seriesColour } from '../palette.js';

/** A run of the solver. */
export interface ResidualCurve {
  readonly label: string;
  readonly residuals: readonly number[];
}

const HEIGHT = 150;

/** Relative residuals over iterations, on a logarithmic scale. */
export class LiveResiduals {
  private chart?: uPlot;

  constructor(private readonly holder: HTMLElement) {
    new ResizeObserver(() => this.resize()).observe(holder);
  }

  /** @param tolerance where the curves are to end; undefined takes the plot away */
  show(curves: readonly ResidualCurve[] | undefined, tolerance = 0): void {
    this.holder.hidden = curves === undefined;
    if (!curves) {
      this.chart?.destroy();
      this.chart = undefined;
      return;
    }
    const length = Math.max(2, ...curves.map(({ residuals }) => residuals.length));
    const data: uPlot.AlignedData = [
      Array.from({ length }, (_, iteration) => iteration),
      ...curves.map(({ residuals }) =>
        Array.from({ length }, (_, i) => (residuals[i] > 0 ? residuals[i] : null)),
      ),
      Array.from({ length }, () => tolerance),
    ];
    this.holder.setAttribute(
      'aria-label',
      curves
        .map(
          ({ label, residuals }) =>
            `${label}: ${residuals.length - 1} iterations, residual ${formatNumber(residuals.at(-1) ?? Number.NaN, 2)}`,
        )
        .join('; '),
    );
    if (this.chart?.data.length === data.length) {
      this.chart.setData(data);
      return;
    }
    this.chart?.destroy();
    this.chart = new uPlot(options(curves), data, this.holder);
    this.resize();
  }

  private resize(): void {
    const width = this.holder.clientWidth;
    if (this.chart && width > 0 && width !== this.chart.width) this.chart.setSize({ width, height: HEIGHT });
  }
}

function options(curves: readonly ResidualCurve[]): uPlot.Options {
  const stroke = () => getComputedStyle(document.body).color;
  const grid = { stroke: 'rgba(128, 128, 128, 0.22)', width: 1 };
  const font = '11px system-ui, sans-serif';
  return {
    width: 280,
    height: HEIGHT,
    legend: { live: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { distr: 3 } },
    series: [
      {},
      ...curves.map(
        ({ label }, i): uPlot.Series => ({
          label,
          stroke: seriesColour(i),
          width: 2,
          points: { show: false },
        }),
      ),
      { label: 'asked', stroke, dash: [4, 4], width: 1, points: { show: false } },
    ],
    axes: [
      { stroke, grid, ticks: grid, font, size: 24 },
      {
        stroke,
        grid: { ...grid, filter: decades },
        ticks: { ...grid, filter: decades },
        font,
        size: 44,
        filter: decades,
        values: (_, splits) => splits.map((value) => (value === null ? '' : value.toExponential(0))),
      },
    ],
  };
}

const decades: uPlot.Axis.Filter = (_, splits) => splits.map((value) => (isDecade(value) ? value : null));

/** Every second power of ten. */
function isDecade(value: number): boolean {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-6 && Math.round(exponent) % 2 === 0;
}
