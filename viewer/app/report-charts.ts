import uPlot from 'uplot';
import { formatNumber, formatPercent, formatSeconds } from '../numbers.js';
import { seriesColour } from '../palette.js';
import type { ChartData } from '../report-data.js';
import { errorHistograms } from '../report-histogram.js';

type Create = (frame: HTMLElement, width: number) => uPlot;

const logarithmic = 3;
const textColour = () => getComputedStyle(document.body).color;
const percent = (fraction: number) => `${formatNumber(100 * fraction, 3)} %`;
const grid = { stroke: 'rgba(128, 128, 128, 0.22)', width: 1 };

function axis(label: string, format: (value: number) => string, more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    label,
    stroke: textColour,
    grid,
    ticks: grid,
    labelSize: 22,
    labelFont: '12px system-ui, sans-serif',
    font: '11px system-ui, sans-serif',
    size: more.side === undefined ? 64 : undefined,
    values: (_, splits) => splits.map((value) => (value == null ? '' : format(value))),
    ...more,
  };
}
const horizontal = { side: 2, size: 36 } as const;

/** Loss (as logged, and smoothed) and learning rate against the step. */
export function trainingChart(training: ChartData['training'], frame: HTMLElement, width: number): uPlot {
  const { steps, loss, learningRate, lossName } = training;
  const distribution = loss.every((value) => value > 0) ? logarithmic : 1;
  return new uPlot(
    {
      width,
      height: 300,
      scales: { x: { time: false }, loss: { distr: distribution }, rate: {} },
      series: [
        { label: 'step' },
        {
          label: `${lossName}, every step`,
          scale: 'loss',
          stroke: `${seriesColour(0)}55`,
          width: 1,
          points: { show: false },
        },
        { label: 'smoothed', scale: 'loss', stroke: seriesColour(0), width: 2.5, points: { show: false } },
        {
          label: 'learning rate',
          scale: 'rate',
          stroke: seriesColour(1),
          dash: [6, 4],
          points: { show: false },
        },
      ],
      axes: [
        axis('step', formatNumber, horizontal),
        axis(lossName, (value) => formatNumber(value, 3), { scale: 'loss' }),
        axis('learning rate', (value) => formatNumber(value, 3), {
          scale: 'rate',
          side: 1,
          size: 64,
          grid: { show: false },
        }),
      ],
    },
    [[...steps], [...loss], smoothed(loss), [...learningRate]],
    frame,
  );
}

/** Error on held-out samples against the step. */
export function validationChart(
  validation: NonNullable<ChartData['training']['validation']>,
  frame: HTMLElement,
  width: number,
): uPlot {
  return new uPlot(
    {
      width,
      height: 240,
      scales: { x: { time: false }, y: { distr: logarithmic } },
      series: [{ label: 'step' }, { label: 'relative L2 error', stroke: seriesColour(2), width: 2 }],
      axes: [axis('step', formatNumber, horizontal), axis('relative L2 error', percent)],
    },
    [[...validation.steps], [...validation.relativeL2]],
    frame,
  );
}

/** Error against time on logarithmic axes: nearer to the lower left corner is better. */
export function solverChart(solvers: ChartData['solvers'], frame: HTMLElement, width: number): uPlot {
  const points = solvers
    .flatMap((solver, index) => solver.points.map((point) => ({ ...point, index })))
    .filter(({ seconds, relativeL2 }) => seconds > 0 && relativeL2 > 0)
    .sort((a, b) => a.seconds - b.seconds);
  const rows = solvers.map((_, index) =>
    points.map((point) => (point.index === index ? point.relativeL2 : null)),
  );
  return new uPlot(
    {
      width,
      height: 380,
      legend: { live: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, distr: logarithmic }, y: { distr: logarithmic } },
      series: [
        { label: 'time' },
        ...solvers.map(({ name, kind }, index): uPlot.Series => {
          const stroke = seriesColour(index);
          return {
            label: name,
            stroke,
            width: 1.5,
            spanGaps: true,
            dash: kind === 'hybrid' ? [4, 4] : undefined,
            points: { show: true, size: kind === 'surrogate' ? 13 : 7, fill: stroke },
          };
        }),
      ],
      axes: [
        axis('time per answer, set-up included', formatSeconds, horizontal),
        axis('relative L2 error', percent, { size: 76 }),
      ],
    },
    [points.map((point) => point.seconds), ...rows],
    frame,
  );
}

/** One small chart per category, all over the same bins. */
export function histogramCharts(errors: ChartData['errors']): Create[] {
  const { edges, boundaries, categories } = errorHistograms(errors);
  const tallest = Math.max(...categories.flatMap(({ counts }) => counts.flat()));
  const labelled = new Set([0, Math.floor((edges.length - 1) / 2), edges.length - 1]);
  return categories.map(
    ({ counts }) =>
      (frame, width) =>
        new uPlot(
          {
            width,
            height: 190,
            legend: { show: false },
            cursor: { show: false },
            scales: {
              x: { time: false, range: [-0.6, edges.length - 1.4] },
              y: { range: [0, tallest + 1] },
            },
            series: [
              { label: 'error' },
              ...boundaries.map(
                (label, index): uPlot.Series => ({
                  label,
                  stroke: seriesColour(index),
                  fill: `${seriesColour(index)}b0`,
                  width: 1,
                  points: { show: false },
                  paths: uPlot.paths.bars!({
                    size: [boundaries.length > 1 ? 0.42 : 0.84],
                    align: boundaries.length > 1 ? (index === 0 ? -1 : 1) : 0,
                  }),
                }),
              ),
            ],
            axes: [
              {
                ...axis('relative L2 error', String, horizontal),
                grid: { show: false },
                // bars stand between the edges of their bins
                splits: () => edges.map((_, edge) => edge - 0.5),
                values: () => edges.map((value, edge) => (labelled.has(edge) ? formatPercent(value) : '')),
              },
              axis('', (value) => (Number.isInteger(value) ? String(value) : ''), { size: 30, labelSize: 0 }),
            ],
          },
          [edges.slice(1).map((_, bin) => bin), ...counts] as uPlot.AlignedData,
          frame,
        ),
  );
}

/** Exponential moving average over about a fiftieth of the run. */
function smoothed(values: readonly number[]): number[] {
  const weight = Math.min(1, 50 / values.length);
  let mean = values[0];
  return values.map((value) => {
    mean += weight * (value - mean);
    return mean;
  });
}
