import { readFileSync } from 'node:fs';
import { median } from '../common/median.js';
import { packageFile } from '../common/package-file.js';
import { formatPercent, formatSeconds } from './numbers.js';
import { seriesColour } from './palette.js';
import type { ChartData, ReportData } from './report-data.js';
import { errorHistograms } from './report-histogram.js';
import { escapeHtml, headline, note, pairs, reportDocument, tableOf, tables } from './report-parts.js';

/**
 * A run's report as one HTML page that needs no network: charts are drawn by a script inside the page from the values
 * inside the page, everything else is static text and tables.
 */
export function renderReport(data: ReportData): string {
  const charts: ChartData = {
    training: data.training,
    errors: data.errors,
    solvers: data.solvers,
    discretisation: data.discretisation,
  };
  return reportDocument({
    title: data.title,
    summary: data.summary,
    style: bundled('report.css'),
    body: [
      headline(data.figures),
      errorSection(data),
      solverSection(data),
      trainingSection(data),
      tables(data.tables),
      pictures(data),
      files(data),
      '<h2>Hardware and configuration</h2>',
      pairs(data.hardware),
      pairs(data.configuration),
    ].join('\n'),
    end: `<noscript><p>The charts need JavaScript; the tables hold the same results.</p></noscript>
<script type="application/json" id="chart-data">${JSON.stringify(charts).replaceAll('<', '\\u003c')}</script>
<script>${bundled('report.js').replaceAll('</script', '<\\/script')}</script>
`,
  });
}

function errorSection({ errors, discretisation }: ReportData): string {
  const { boundaries, categories } = errorHistograms(errors);
  const ofCategory = (category: string) =>
    discretisation?.errors.find((entry) => entry.category === category)?.relativeL2;
  const row = (
    category: string,
    boundary: string,
    values: readonly number[],
    discretisationError?: number,
  ) => {
    const sorted = values.toSorted((a, b) => a - b);
    const figures = [mean(sorted), median(sorted), sorted.at(-1) ?? Number.NaN].map(formatPercent);
    const last = discretisationError === undefined ? '–' : formatPercent(discretisationError);
    return [category, boundary, String(sorted.length), ...figures, ...(discretisation ? [last] : [])];
  };
  const rows = errors.map(({ boundary, category, relativeL2 }) =>
    row(category, boundary, relativeL2, ofCategory(category)),
  );
  const means = boundaries.map((boundary) => {
    const all = errors.filter((entry) => entry.boundary === boundary).flatMap((entry) => entry.relativeL2);
    return row('all categories', boundary, all);
  });
  const columns = ['meshes', 'boundary conditions', 'samples', 'mean', 'median', 'largest'];
  const key = boundaries.map(
    (boundary, index) => `<li style="--colour: ${seriesColour(index)}">${escapeHtml(boundary)}</li>`,
  );
  return `<h2>How wrong it is</h2>
<p>Relative L2 error ‖prediction − reference‖ / ‖reference‖ of the surrogate alone, on meshes it was not trained on.</p>
${discretisation ? note(`Discretisation error, ${discretisation.method}: below it, a smaller surrogate error means nothing.`) : ''}
${tableOf([...columns, ...(discretisation ? ['discretisation error'] : [])], [...rows, ...means])}
<ul class="key">${key.join('')}</ul>
<div class="multiples">${categories
    .map(({ category }, index) => figure(`chart-errors-${index}`, category, 'samples per error'))
    .join('')}</div>`;
}

function solverSection({ solvers }: ReportData): string {
  const rows = solvers.flatMap(({ name, points }) =>
    points.map(({ label, seconds, relativeL2 }) => [
      name,
      label ?? '',
      formatSeconds(seconds),
      formatPercent(relativeL2),
    ]),
  );
  return `<h2>Is it worth it</h2>
<p>Error against time per answer, set-up included. A solver is worth using where nothing else is nearer to the lower left corner.</p>
${figure('chart-solvers', 'Error against time', 'both axes logarithmic; click a name to hide it')}
${tableOf(['solver', 'setting', 'time', 'relative L2 error'], rows)}`;
}

function trainingSection({ training, supervision }: ReportData): string {
  const { steps, seconds, validation } = training;
  return `<h2>How it was trained</h2>
<p>${steps.length > 0 ? `${steps[steps.length - 1]} steps in ${formatSeconds(seconds)}, supervised by ` : 'Supervised by '}<strong>${escapeHtml(supervision.name)}</strong>. ${escapeHtml(supervision.description)}</p>
${figure('chart-training', 'Loss and learning rate', training.lossName)}
${validation ? figure('chart-validation', 'Error on held-out samples during training', '') : ''}
<h3>What supervision cost per training sample</h3>
${tableOf(
  ['part', 'time'],
  supervision.costPerSample.map(({ part, seconds: cost }) => [part, formatSeconds(cost)]),
)}`;
}

function pictures({ pictures: shown = [] }: ReportData): string {
  if (shown.length === 0) return '';
  const figures = shown.map(
    ({ dataUri, caption }) =>
      `<figure><figcaption>${escapeHtml(caption)}</figcaption><img src="${escapeHtml(dataUri)}" alt="${escapeHtml(caption)}"></figure>`,
  );
  return `<h2>Pictures</h2>\n${figures.join('\n')}`;
}

function files({ files: listed }: ReportData): string {
  if (listed.length === 0) return '';
  const items = listed.map(
    ({ path, description }) =>
      `<li><a href="${escapeHtml(path.split('/').map(encodeURIComponent).join('/'))}">${escapeHtml(path)}</a> <span class="note">${escapeHtml(description)}</span></li>`,
  );
  return `<h2>Files</h2>\n${note('VTU files open in ParaView.')}<ul class="files">${items.join('')}</ul>`;
}

function figure(id: string, caption: string, remark: string): string {
  return `<figure><figcaption>${escapeHtml(caption)} <span>${escapeHtml(remark)}</span></figcaption><div id="${id}" role="img" aria-label="${escapeHtml(`${caption}, ${remark}`)}"></div></figure>`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function bundled(file: string): string {
  return readFileSync(packageFile(`dist/viewer/app/${file}`), 'utf8').replace(
    /\n?\/[/*]# sourceMappingURL=.*$/m,
    '',
  );
}
