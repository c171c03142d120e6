import { type ChartLine, lineChart } from '../../common/line-chart.js';
import { formatNumber, formatPercent, formatSeconds } from '../../viewer/numbers.js';
import { seriesColour } from '../../viewer/palette.js';
import { escapeHtml, headline, note, pairs, reportDocument, tableOf } from '../../viewer/report-parts.js';
import { conditions, METHOD_COLUMNS, methodRows } from './describe-bench.js';
import { isLearned } from './figures.js';
import type { BenchResult } from './run-bench.js';
import { shownPoint, totalSeconds } from './totals.js';

const style = `
.verdict { padding: 14px 18px; background: var(--surface); border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 10px; font-size: 17px; max-width: none; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 12px; }
.charts figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; color: var(--text); }
`;

/** A bench as one HTML page that needs neither network nor script. */
export function renderBenchReport(result: BenchResult): string {
  const { title, verdict, mesh, queriesPerMesh, meshes, wantedError, model } = result;
  return reportDocument({
    title: `${title ?? 'This part'}: is a surrogate worth it?`,
    summary: `${queriesPerMesh} ${queriesPerMesh === 1 ? 'query' : 'queries'} on ${meshes === 1 ? 'one mesh' : `each of ${meshes} meshes`} of ${mesh.cells} cells, wanted to ${formatPercent(wantedError)}.`,
    style,
    body: [
      `<p class="verdict"><strong>${escapeHtml(verdict.words.split(':')[0])}</strong>${escapeHtml(verdict.words.slice(verdict.words.indexOf(':')))}</p>`,
      headline(figuresOf(result)),
      '<h2>What it costs</h2>',
      note(
        'Each method at its cheapest setting that is accurate enough; one that never is, at its most accurate.',
      ),
      tableOf(METHOD_COLUMNS, methodRows(result)),
      `<div class="charts">${errorChart(result)}${totalChart(result)}</div>`,
      '<h2>All that was measured</h2>',
      tableOf(
        ['method', 'setting', 'error', 'largest error', 'iterations', 'a query'],
        result.methods.flatMap(({ title: name, points }) =>
          points.map((point) => [
            name,
            point.setting,
            formatPercent(point.error),
            formatPercent(point.largestError),
            point.iterations === null ? '' : point.iterations.toFixed(1),
            formatSeconds(point.secondsPerQuery),
          ]),
        ),
      ),
      '<h2>What is done once a mesh</h2>',
      tableOf(
        ['method', 'in all', 'of it'],
        result.methods
          .filter(({ setupSeconds }) => setupSeconds !== null)
          .map(({ title: name, setupSeconds, setupParts }) => [
            name,
            formatSeconds(setupSeconds!),
            Object.entries(setupParts)
              .map(([part, seconds]) => `${part} ${formatSeconds(seconds)}`)
              .join(', '),
          ]),
      ),
      '<h2>How it was measured</h2>',
      ...conditions(result).map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
      pairs({
        machine: result.hardware,
        ...(model && {
          model: `${model.name}: ${model.operator}, ${formatNumber(model.parameters)} parameters`,
          training: `${formatSeconds(model.training.seconds)}, ${model.training.source === 'measured' ? 'by this bench' : 'by its card, on the machine it was trained on'}`,
          'trained range': trainedRange(model),
        }),
        device:
          result.device.missing === null
            ? result.device.asked
            : `${result.device.asked}: ${result.device.missing}`,
        patches: mesh.patches.join(', '),
      }),
    ].join('\n'),
  });
}

function trainedRange({ refusal, outside, rangeScore }: NonNullable<BenchResult['model']>): string {
  if (refusal) return `not applicable: ${refusal}`;
  if (outside.length > 0) return `outside: ${outside.join('; ')}`;
  return rangeScore === null
    ? 'not recorded'
    : `inside, score ${formatNumber(rangeScore, 2)} (its edge is 1)`;
}

function figuresOf({ verdict, meshError, twoPointError }: BenchResult) {
  const { recommended, breakEven } = verdict;
  const range = breakEven
    ? `${breakEven.from.toLocaleString('en')}${breakEven.until === null ? '' : `–${breakEven.until.toLocaleString('en')}`}`
    : 'never';
  return [
    { label: 'worth it', value: verdict.worthIt ? 'yes' : 'no' },
    {
      label: 'in all',
      value: recommended ? formatSeconds(recommended.totalSeconds) : '–',
      note: 'with the cheapest method',
    },
    { label: 'the model pays from', value: range, note: breakEven ? 'queries a mesh' : 'at this accuracy' },
    {
      label: 'error of the mesh',
      value: meshError.error === null ? 'not known' : formatPercent(meshError.error),
      note: twoPointError > 0 ? `two-point fluxes: ${formatPercent(twoPointError)}` : undefined,
    },
  ];
}

/** Colour by place, the same in both charts; what the model is part of is drawn thicker. */
function lineOf(result: BenchResult, index: number, points: ChartLine['points']): ChartLine {
  const method = result.methods[index];
  return {
    label: method.title,
    points,
    colour: seriesColour(index),
    width: isLearned(method) ? 2.5 : 1.5,
    dashed: index >= 6,
    dots: true,
  };
}

function errorChart(result: BenchResult): string {
  const lines = result.methods.flatMap(({ points }, index) => {
    const ordered = points.toSorted((a, b) => a.secondsPerQuery - b.secondsPerQuery);
    return points.length === 0
      ? []
      : [
          lineOf(
            result,
            index,
            ordered.map(({ secondsPerQuery, error }) => [1000 * secondsPerQuery, error]),
          ),
        ];
  });
  const all = result.methods.flatMap(({ points }) => points.map((point) => 1000 * point.secondsPerQuery));
  const wanted: ChartLine = {
    label: 'wanted',
    points: [
      [Math.min(...all), result.wantedError],
      [Math.max(...all), result.wantedError],
    ],
    colour: 'var(--muted)',
    dashed: true,
  };
  return chart(
    'Error over the time of a query',
    'relative L2; ms without set-up: further down and left is better',
    {
      x: { label: 'ms a query', scale: 'logarithmic' },
      y: { label: '', scale: 'logarithmic', format: (value) => formatNumber(value, 2).replace('1×', '') },
      lines: all.length > 0 ? [...lines, wanted] : [],
    },
  );
}

/** Where the totals are drawn: 1, 2, 5, 10, … around the pattern's own number. */
function totalChart(result: BenchResult): string {
  const most = 100 * Math.max(10, result.queriesPerMesh);
  const numbers: number[] = [];
  for (let decade = 1; decade <= most; decade *= 10) numbers.push(decade, 2 * decade, 5 * decade);
  const lines = result.methods.flatMap((method, index) => {
    const point = shownPoint(method, result.wantedError);
    if (!point || point.error > result.wantedError) return [];
    return [
      lineOf(
        result,
        index,
        numbers.map((n) => [n, totalSeconds(result, method, n)!]),
      ),
    ];
  });
  return chart(
    'Total time over the number of queries',
    'methods that are accurate enough, s, set-up included',
    {
      x: { label: 'queries a mesh', scale: 'logarithmic' },
      y: { label: '', scale: 'logarithmic', format: formatSeconds },
      lines: lines.map((line) => ({ ...line, dots: false })),
    },
  );
}

function chart(title: string, remark: string, panel: Omit<Parameters<typeof lineChart>[0], 'title'>): string {
  return `<figure><figcaption>${escapeHtml(title)} <span>${escapeHtml(remark)}</span></figcaption>${lineChart({ ...panel, title: `${title}, ${remark}` })}</figure>`;
}
