import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';
import type { ChartData } from '../report-data.js';
import { histogramCharts, solverChart, trainingChart, validationChart } from './report-charts.js';

const data: ChartData = JSON.parse(document.getElementById('chart-data')!.textContent!);
const charts: uPlot[] = [];

/** Draws a chart as wide as its frame and keeps it so. */
function place(id: string, create: (frame: HTMLElement, width: number) => uPlot): void {
  const frame = document.getElementById(id);
  if (!frame) return;
  const chart = create(frame, frame.clientWidth);
  charts.push(chart);
  new ResizeObserver(() => chart.setSize({ width: frame.clientWidth, height: chart.height })).observe(frame);
}

place('chart-training', (frame, width) => trainingChart(data.training, frame, width));
if (data.training.validation) {
  const { validation } = data.training;
  place('chart-validation', (frame, width) => validationChart(validation, frame, width));
}
place('chart-solvers', (frame, width) => solverChart(data.solvers, frame, width));
histogramCharts(data.errors).forEach((create, index) => {
  place(`chart-errors-${index}`, create);
});

// axes take their colour from the page
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const chart of charts) chart.redraw(false, true);
});
