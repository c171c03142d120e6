import { lineCharts } from '../../common/line-chart.js';
import type { ControlPlan } from '../../control/index.js';
import type { Mesh } from '../../geometry/index.js';
import { formatNumber, formatSeconds } from '../../viewer/numbers.js';
import { escapeHtml, headline, pairs, reportDocument, tableOf } from '../../viewer/report-parts.js';
import { fieldPicture } from './field-picture.js';

export interface ReportOptions {
  readonly title: string;
  readonly mesh: Mesh;
  /** °C, where there is a limit */
  readonly limit?: number;
  readonly files: readonly { readonly path: string; readonly description: string }[];
  readonly hardware: string;
}

/** Pictures of at most so many load cases; the files hold all. */
const SHOWN_CASES = 4;

/** A plan as one HTML page without scripts: verdict, controls, fields before and after, history, where the time went. */
export function controlReport(
  plan: ControlPlan,
  { title, mesh, limit, files, hardware }: ReportOptions,
): string {
  const { peak, cost, method, reason, certificate, gradientCosine, refinement, seconds, solves } = plan;
  const figures = [
    { label: 'verdict', value: plan.verdict },
    { label: 'peak before', value: `${formatNumber(peak.before)} °C` },
    {
      label: 'peak after',
      value: `${formatNumber(peak.verified)} °C`,
      note: limit === undefined ? 'by the solver' : `limit ${formatNumber(limit)} °C, by the solver`,
    },
    {
      label: 'cost of control',
      value: formatNumber(cost),
      note: 'mean square of the change from the reference, weighted',
    },
    { label: 'time', value: formatSeconds(seconds.total), note: `${solves} right-hand sides solved` },
  ];
  const body = `${headline(figures)}
<h2>Controls</h2>
${controlsTable(plan)}
<h2>Temperatures</h2>
${mesh.dimension === 2 ? pictures(plan, mesh) : '<p class="note">Fields in space are in the VTU files; ParaView opens them.</p>'}
${casesTable(plan)}
<h2>History</h2>
${historyChart(plan, limit)}
${historyTable(plan)}
<h2>How it was found</h2>
<p>Method ${method}: ${escapeHtml(reason)}. ${refinement.steps > 0 ? `${refinement.steps} solver-corrected steps followed${refinement.solverSlopes ? ", with the solver's own slopes at the end" : ''}. ` : ''}${gradientCosine === null ? '' : `Cosine of the surrogate's gradient to the solver's: ${gradientCosine.toFixed(4)}. `}The fields after control have a relative residual of ${certificate.relativeResidual.toExponential(1)}, every temperature within ${certificate.errorBound.toExponential(1)} K of the discrete solution${certificate.nonOrthogonalCorrection ? ', non-orthogonal correction included' : ''}. That says nothing of the mesh: refine it and compare.</p>
${plan.trainedRange?.outside ? `<p>Outside of the surrogate's trained range: ${escapeHtml(plan.trainedRange.reasons.join('; '))}.</p>` : ''}
${plan.infeasible ? witnesses(plan) : ''}
${pairs({ 'fields without control': formatSeconds(seconds.before), plan: formatSeconds(seconds.plan), 'verification and refinement': formatSeconds(seconds.verify), machine: hardware })}
<h2>Files</h2>
<ul class="files">${files.map(({ path, description }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a> <span class="note">${escapeHtml(description)}</span></li>`).join('')}</ul>`;
  return reportDocument({ title, summary: plan.sentence, body });
}

function controlsTable({ controls }: ControlPlan): string {
  const rows = controls.flatMap(({ name, quantity, unit, bounds, parameters, least, largest, integral }) => [
    [
      name,
      quantity,
      `${least === largest ? shown(least) : `${shown(least)} … ${shown(largest)}`} ${unit}`,
      `${shown(bounds[0])} … ${shown(bounds[1])}`,
      shown(integral),
    ],
    ...(Object.keys(parameters).length > 1
      ? Object.entries(parameters).map(([label, value]) => [
          `– ${label}`,
          '',
          `${shown(value)} ${unit}`,
          '',
          '',
        ])
      : []),
  ]);
  return tableOf(
    ['control', 'quantity', 'value', 'bounds', 'value × area (of a metre of depth in 2D)'],
    rows,
  );
}

function casesTable({ cases }: ControlPlan): string {
  const rows = cases.map(({ name, peakBefore, peakAfter }) => [
    name,
    `${shown(peakBefore)} °C`,
    `${shown(peakAfter)} °C`,
  ]);
  return tableOf(['load case', 'peak before', 'peak after'], rows);
}

function pictures({ cases }: ControlPlan, mesh: Mesh): string {
  const shownCases = cases.slice(0, SHOWN_CASES);
  // after control the field is often too cool for the colours of the field before
  const column = (pick: 'before' | 'after') => {
    const fields = shownCases.map((each) => each[pick]);
    const low = Math.min(...fields.map((field) => field.reduce((a, b) => Math.min(a, b))));
    const high = Math.max(...fields.map((field) => field.reduce((a, b) => Math.max(a, b))));
    return (each: ControlPlan['cases'][number]) => {
      const caption = escapeHtml(`${each.name}, ${pick}`);
      const picture = fieldPicture(mesh, each[pick], { low, high, unit: '°C', caption });
      return `<figure><figcaption>${caption}</figcaption>${picture}</figure>`;
    };
  };
  const [before, after] = [column('before'), column('after')];
  return shownCases.map((each) => `<div class="multiples">${before(each)}${after(each)}</div>`).join('\n');
}

function historyChart({ history }: ControlPlan, limit: number | undefined): string {
  const points = history.map(({ peak }, step): [number, number] => [step, peak]);
  const certified = points.filter((_, step) => history[step].certified);
  return `<figure>${lineCharts([
    {
      title: 'Peak temperature by step',
      x: { label: 'step', scale: 'linear' },
      y: { label: '°C', scale: 'linear' },
      lines: [
        { label: 'as the method has it', points, dots: true },
        { label: 'by a certified solve', points: certified, dots: true },
        ...(limit === undefined
          ? []
          : [
              {
                label: 'limit',
                points: [
                  [0, limit],
                  [points.length - 1, limit],
                ] as [number, number][],
                dashed: true,
                colour: '#777777',
              },
            ]),
      ],
    },
  ])}</figure>`;
}

function historyTable({ history }: ControlPlan): string {
  const rows = history.map(({ stage, objective, peak, excess, certified }, step) => [
    `${step} ${stage}`,
    shown(objective),
    `${shown(peak)} °C`,
    Number.isFinite(excess) ? `${shown(excess)} K` : '–',
    certified ? 'yes' : 'no',
  ]);
  return tableOf(['step', 'objective', 'peak', 'over the limits', 'certified'], rows);
}

function witnesses({ infeasible, cases }: ControlPlan): string {
  const rows = infeasible!.witnesses.map(({ cell, loadCase, weight }) => [
    cases[loadCase].name,
    String(cell),
    shown(weight),
  ]);
  return `<p>Proof: whatever the controls, this weighted mean of temperatures lies above its limit by ${shown(infeasible!.leastExcess)} K.</p>${tableOf(['load case', 'cell', 'weight'], rows)}`;
}

const shown = (value: number) => formatNumber(value, 5);
