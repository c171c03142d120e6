import { type ChartLine, type ChartPanel, lineChart } from '../common/line-chart.js';
import type { Curve, RolloutReportData } from '../common/rollout-report-data.js';
import { formatNumber } from './numbers.js';
import { seriesColour } from './palette.js';
import { escapeHtml, headline, pairs, reportDocument, tables } from './report-parts.js';
import { spaceTimePlot } from './space-time-plot.js';

const style = `
:root { --model: light-dark(#0072b2, #56b4e9); --limit: light-dark(#d55e00, #e69f00); }
.figures { grid-template-columns: repeat(auto-fit, minmax(225px, 1fr)); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 12px; margin: 8px 0 22px; }
.plots figure, .charts figure { margin: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 12px; margin: 8px 0 18px; }
@media (max-width: 600px) { .figures { grid-template-columns: 1fr 1fr; } }
figure svg { display: block; width: 100%; height: auto; color: var(--text); }
`;

/** Colours of what is compared, everywhere on the page. */
const REFERENCE = 'color-mix(in srgb, var(--muted) 60%, transparent)';
const MODEL = 'var(--model)';
const LIMIT = 'var(--limit)';
/** Of the sets whose errors are drawn; the first two are read on dark pages too. */
const setColour = (index: number) => [MODEL, LIMIT][index] ?? seriesColour(index);

/** The report of a roll-out as one HTML page that needs neither network nor script. */
export function renderRolloutReport(data: RolloutReportData): string {
  return reportDocument({
    title: data.title,
    summary: data.summary,
    style,
    body: [
      headline(data.figures),
      fields(data),
      errors(data),
      laws(data),
      contraction(data),
      tables(data.tables ?? []),
      '<h2>Configuration</h2>',
      pairs(data.configuration),
    ].join('\n'),
  });
}

function fields(data: RolloutReportData): string {
  const { samples, points, frames, length, interval, trainedFrames } = data;
  const mark = trainedFrames === undefined ? undefined : interval * (trainedFrames - 1);
  const shared = { points, frames, length, interval, mark };
  const parts = samples.map(({ title, reference, predicted }) => {
    const [least, most] = extremes(reference);
    const error = Float64Array.from(predicted, (value, i) => value - reference[i]);
    const bound = Math.max(Math.abs(extremes(error)[0]), Math.abs(extremes(error)[1])) || 1;
    const plots = [
      { caption: 'reference', values: reference, range: [least, most], colours: 'viridis' },
      { caption: 'prediction', values: predicted, range: [least, most], colours: 'viridis' },
      { caption: 'prediction − reference', values: error, range: [-bound, bound], colours: 'cool-warm' },
    ] as const;
    const figures = plots.map(
      (plot) =>
        `<figure><figcaption>${plot.caption}</figcaption>${spaceTimePlot({ ...shared, ...plot })}</figure>`,
    );
    return `<h3>${escapeHtml(title)}</h3><div class="plots">${figures.join('')}</div>`;
  });
  const remark =
    mark === undefined
      ? ''
      : ` Above the dashed line, t = ${formatNumber(mark)}, there were no training data.`;
  return `<h2>Fields</h2>
<p>Space to the right, time upwards. Reference and prediction share their colours.${remark}</p>
${parts.join('\n')}`;
}

function errors(data: RolloutReportData): string {
  const { errors: sets, horizon, spectra, interval, points, noiseGain } = data;
  const time = (frame: number) => frame * interval;
  const lines = sets.flatMap(({ label, lower, median, upper }, k): ChartLine[] => {
    const colour = setColour(k);
    const faint = { colour, width: 0.8, dashed: true };
    return [
      { label: `${label}: median`, points: curve(median, time, 1), colour, width: 2 },
      { label: `${label}: quartiles`, points: curve(lower, time, 1), ...faint },
      { label: '', points: curve(upper, time, 1), ...faint },
    ];
  });
  const last = Math.max(...sets.map(({ median }) => median.length)) - 1;
  const bound: ChartLine = {
    label: `error ${horizon.error}: of no use beyond`,
    points: [
      [0, horizon.error],
      [time(last), horizon.error],
    ],
    colour: REFERENCE,
    dashed: true,
  };
  const charts = [
    chart('Error over time', 'relative L² error, logarithmic', {
      x: { label: 'time', scale: 'linear' },
      y: logarithmic,
      lines: [...lines, bound],
    }),
    ...spectra.map(({ frame, reference, predicted }) =>
      chart(`Energy spectrum at t = ${formatNumber(time(frame))}`, `frame ${frame}, median`, {
        x: { label: 'wave number', scale: 'linear' },
        y: logarithmic,
        lines: [
          { label: 'reference', points: curve(reference, identity, 1), colour: REFERENCE, width: 4 },
          { label: 'prediction', points: curve(predicted, identity, 1), colour: MODEL, width: 1.5 },
        ],
      }),
    ),
    noiseChart(data),
  ];
  return `<h2>Errors, spectra and noise</h2>
<p>The median roll-out stays below an error of ${horizon.error} for ${horizon.frame} frames, t = ${formatNumber(time(horizon.frame))}. Energy above a quarter of the ${points} points, k &gt; ${points / 4}, is where steppers pile up noise. The noise gain is what is left of white noise of ${formatNumber(100 * noiseGain.level)} % of the states’ standard deviation after n steps: less than the solver leaves is damping that the equation does not have, more is where roll-outs blow up.</p>
<div class="charts">${charts.join('')}</div>`;
}

function noiseChart({ noiseGain: { model, solver } }: RolloutReportData): string {
  const lines: ChartLine[] = [
    ...(solver ? [{ label: 'solver', points: curve(solver, identity), colour: REFERENCE, width: 4 }] : []),
    { label: 'model', points: curve(model, identity), colour: MODEL, dots: true },
  ];
  return chart('Noise gain', '‖Fⁿ(u + η) − Fⁿ(u)‖ / ‖η‖', {
    x: { label: 'steps', scale: 'linear' },
    y: { label: '', scale: 'linear' },
    lines,
  });
}

function laws({ energy, variation, energyResidual, defect, interval }: RolloutReportData): string {
  const time = (frame: number) => frame * interval;
  const both = ({ reference, predicted }: { reference: Curve; predicted: Curve }, start = 0): ChartLine[] => [
    { label: 'reference', points: curve(reference, time, start), colour: REFERENCE, width: 4 },
    { label: 'prediction', points: curve(predicted, time, start), colour: MODEL, width: 1.5 },
  ];
  const axes = (scale: 'linear' | 'logarithmic') => ({
    x: { label: 'time', scale: 'linear' as const },
    y: scale === 'logarithmic' ? logarithmic : { label: '', scale },
  });
  return `<h2>Laws</h2>
<p>Without forcing, energy and total variation only fall, and energy does so by what viscosity takes: the residual is what a step gains or loses beside that. The defect is the error that the model makes in a step, on its own states.</p>
<div class="charts">${[
    chart('Energy', '½⟨u²⟩, mean over the trajectories', { ...axes('linear'), lines: both(energy) }),
    chart('Total variation', 'Σ |u(x + Δx) − u(x)|, mean over the trajectories', {
      ...axes('linear'),
      lines: both(variation),
    }),
    chart('Residual of the energy law', 'a step, over the energy', {
      ...axes('logarithmic'),
      lines: both(energyResidual, 1),
    }),
    chart('Defect of a step', '‖û − Φ(u)‖/‖u‖ with the solver’s Φ', {
      ...axes('logarithmic'),
      lines: [{ label: 'model', points: curve(defect, time, 1), colour: MODEL }],
    }),
  ].join('')}</div>`;
}

function contraction({ contraction: given, interval }: RolloutReportData): string {
  if (!given) return '';
  const { neighbourhood, firstFrame, lower, upper, solver, growth, admissible } = given;
  const time = (frame: number) => (firstFrame + frame) * interval;
  const axes = {
    x: { label: 'time', scale: 'linear' as const },
    y: logarithmic,
  };
  const charts = [
    chart('Stretch of one step', '‖J‖₂, logarithmic', {
      ...axes,
      lines: [
        { label: 'no state nearby exceeds', points: curve(upper, time), colour: LIMIT, width: 2 },
        { label: 'model, at the state', points: curve(lower, time), colour: MODEL, width: 2 },
        ...(solver
          ? [{ label: 'solver, at the state', points: curve(solver, time), colour: REFERENCE, dashed: true }]
          : []),
      ],
    }),
    chart('Growth of a perturbation', 'since the first state, logarithmic', {
      ...axes,
      lines: [
        { label: 'proved bound', points: curve(growth.upper, time), colour: LIMIT, width: 2 },
        { label: 'of infinitesimal ones', points: curve(growth.lower, time), colour: MODEL, width: 2 },
      ],
    }),
  ];
  return `<h2>Contraction</h2>
<p>How much one step can stretch the difference of two states: at the state itself, and as a proved bound ${escapeHtml(neighbourhood)}. Above 1, errors can grow. The equation itself stretches differences at shocks. ${escapeHtml(admissible)}</p>
<div class="charts">${charts.join('')}</div>`;
}

function chart(title: string, remark: string, panel: Omit<ChartPanel, 'title'>): string {
  return `<figure><figcaption>${escapeHtml(title)} <span>${escapeHtml(remark)}</span></figcaption>${lineChart({ ...panel, title: `${title}, ${remark}` })}</figure>`;
}

/** 10⁻³ where powers of ten stand at an axis, 0.2 or 5 between them. */
const logarithmic = {
  label: '',
  scale: 'logarithmic' as const,
  format: (value: number) => {
    const power = Math.round(Math.log10(value));
    const whole = Math.abs(value / 10 ** power - 1) < 1e-9;
    return whole && power < -2 ? formatNumber(value, 2).replace('1×', '') : formatNumber(value, 2);
  },
};

const identity = (index: number) => index;

/** The points of a curve from place `start` on. */
const curve = (values: Curve, x: (index: number) => number, start = 0): [number, number][] =>
  Array.from({ length: Math.max(0, values.length - start) }, (_, i) => [x(i + start), values[i + start]]);

function extremes(values: Curve): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return least <= most ? [least, most] : [0, 1];
}
