// node scripts/npsolver-results.mjs [FOLDER]: writes npsolver.md, npsolver-curves.svg and npsolver-time.svg from the npsolver*.json
// of docs/results (or FOLDER), which the scripts of examples/npsolver fill.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { lineCharts } from './line-charts.mjs';

const [folder = 'docs/results'] = argv.slice(2);

const ABLATION = 'random-bc-ablation';
const { rows } = read('npsolver.json') ?? { rows: [] };
const { curves } = read('npsolver-curves.json') ?? { curves: [] };
const calibration = read('npsolver-steps.json');
const rates = read('npsolver-rates.json') ?? {};
const transfer = read('npsolver-transfer.json');
const times = read('npsolver-time.json');

const sections = [
  `# NPSolver's tasks: results

Written by \`node scripts/npsolver-results.mjs\` from the \`npsolver*.json\` beside it; [docs/npsolver.md](../npsolver.md) says how each figure
is made. Errors are means of ‖û − u‖₂/‖u‖₂ against the discrete solution, over the test categories' means; no training saw a solution
unless its name says labels.`,
  taskSection(),
  ablationSection(),
  transferSection(),
  timeSection(),
];
writeFileSync(join(folder, 'npsolver.md'), `${sections.filter(Boolean).join('\n\n')}\n`);

function read(file) {
  const path = join(folder, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function taskSection() {
  const shown = rows.filter(({ task }) => task !== ABLATION);
  if (shown.length === 0) return '';
  const lines = shown
    .sort((a, b) => a.task.localeCompare(b.task) || a.cells - b.cells || a.seed - b.seed)
    .map((row) => [
      row.task,
      row.method,
      String(row.cells),
      percent(row.meanRelativeL2),
      row.untrainedRelativeL2 === undefined ? '–' : percent(row.untrainedRelativeL2),
      Object.entries(row.categories)
        .map(([name, error]) => `${percent(error)} (${name.replace(/ removed$/, '')})`)
        .join(', '),
      String(row.steps),
      row.processorMinutes.toFixed(1),
      String(row.seed),
      `\`${row.command}\``,
    ]);
  const chart = taskCurves();
  return `## Tasks

100 held-out samples a category. Trained at the first mesh size of a task; the same model answers the others. Minutes are processor time
of all threads.

${table(['task', 'method', 'cells', 'error', 'before training', 'categories', 'steps', 'minutes', 'seed', 'command'], lines)}

${chart}${hardwareOf(shown)}`;
}

function taskCurves() {
  if (curves.length === 0) return '';
  const percentAxis = {
    label: 'relative L2 error, 4 corners removed or the task’s only category',
    scale: 'logarithmic',
    format: percentTick,
  };
  const svg = lineCharts([
    {
      title: 'Error on held-out parts during training',
      x: { label: 'processor minutes', scale: 'linear' },
      y: percentAxis,
      lines: curves.map(({ task, arm, seed, points }) => ({
        label: `${task}, ${arm}, seed ${seed}`,
        points: points.map(([, minutes, error]) => [minutes, error]),
      })),
    },
  ]);
  writeFileSync(join(folder, 'npsolver-curves.svg'), svg);
  return '![Error during training](npsolver-curves.svg)\n\n';
}

function ablationSection() {
  const shown = rows.filter(({ task }) => task === ABLATION);
  if (shown.length === 0) return '';
  const arms = [...new Set(shown.map(({ arm }) => arm))].map((arm) => {
    const runs = shown.filter((row) => row.arm === arm).sort((a, b) => a.seed - b.seed);
    return { arm, runs, mean: mean(runs.map((row) => row.meanRelativeL2)) };
  });
  const lines = arms
    .sort((a, b) => a.mean - b.mean)
    .map(({ arm, runs, mean: error }) => [
      runs[0].method,
      percent(error),
      runs.map((row) => `${percent(row.meanRelativeL2)} (${row.seed})`).join(', '),
      String(runs[0].steps),
      runs[0].trainingMinutes.toFixed(1),
      runs[0].learningRate.toExponential(0),
      `\`${arm}\``,
    ]);
  const { processorMinutes } = shown[0];
  return `## Ablation at equal processor time

Random boundary types, about 1,100 cells, ${processorMinutes.toFixed(0)} minutes of processor time each (15 minutes of two cores), counted as steps; one
learning rate an arm, chosen on another seed from short runs${
    Object.keys(rates).length > 0 ? ' (`npsolver-rates.json`)' : ''
  }. Minutes are steps × the undisturbed wall time of one.

${table(['arm', 'error', 'by seed', 'steps', 'minutes', 'learning rate', 'name'], lines)}

${claims(arms)}

${basisSupervision(arms)}${calibration ? `Step costs measured on ${calibration.hardware} (\`npsolver-steps.json\`).` : ''}`;
}

/** The reduced basis under each supervision. */
function basisSupervision(arms) {
  const basis = arms.filter(({ arm }) => arm.startsWith('basis-'));
  if (basis.length < 2) return '';
  const lines = basis.map(({ runs, mean: error }) => [
    runs[0].method.replace('reduced basis, ', ''),
    percent(error),
    ...Object.keys(runs[0].categories).map((name) => percent(mean(runs.map((row) => row.categories[name])))),
  ]);
  const names = Object.keys(basis[0].runs[0].categories);
  return `Supervision of the reduced basis, means over the seeds:\n\n${table(['supervision', 'error', ...names], lines)}\n\n`;
}

/** What the ablation was made to decide, with the numbers of the seeds that both sides have. */
function claims(arms) {
  const known = new Map(arms.map((arm) => [arm.arm, arm]));
  const statements = [
    ['K-step supervision beats the residual', 'pcg-jacobi-40', 'residual', 1],
    ['stop-gradient beats following the steps', 'pcg-jacobi-40', 'pcg-through-steps', 1],
    ['boundary tokens beat none', 'pcg-jacobi-40', 'no-boundary-tokens', 1],
    ['AMG, K = 3, beats Jacobi, K = 40', 'pcg-amg-3', 'pcg-jacobi-40', 1],
    ['AMG, K = 5, beats Jacobi, K = 40', 'pcg-amg-5', 'pcg-jacobi-40', 1],
    ['label-free AMG is at least as good as 7,000 labels', 'pcg-amg-3', 'labels-7000', 1],
    ['the reduced basis beats NPSolver’s network and recipe 5 times', 'basis-ritz', 'pcg-jacobi-40', 5],
    ['linear response beats them 2 times', 'linear-response', 'pcg-jacobi-40', 2],
  ];
  const lines = statements.flatMap(([statement, better, worse, factor]) => {
    const [a, b] = [known.get(better), known.get(worse)];
    if (!a || !b) return [];
    const ratios = a.runs.flatMap((run) => {
      const other = b.runs.find(({ seed }) => seed === run.seed);
      return other ? [other.meanRelativeL2 / run.meanRelativeL2] : [];
    });
    if (ratios.length === 0) return [];
    const holds = ratios.filter((ratio) => ratio >= factor).length;
    return [
      [
        statement,
        `${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} ×`,
        holds === ratios.length ? 'yes' : holds === 0 ? 'no' : `${holds} of ${ratios.length} seeds`,
      ],
    ];
  });
  return lines.length > 0 ? table(['claim', 'error over error, by seed', 'holds'], lines) : '';
}

function transferSection() {
  if (!transfer) return '';
  const [first] = transfer.rows;
  const lines = transfer.rows.map(({ cells, samples, meanRelativeL2, iterations }) => [
    String(cells),
    String(samples),
    percent(meanRelativeL2),
    `${(meanRelativeL2 / first.meanRelativeL2).toFixed(2)} ×`,
    iterations.zero.toFixed(1),
    iterations.guess.toFixed(1),
    iterations.deflated.toFixed(1),
  ]);
  return `## Resolution transfer

The model \`${transfer.model}\`, trained on ${transfer.trainedOn.join(' to ')} cells for ${transfer.steps} steps, asked on other sizes without retraining; iterations
of IC(0)-PCG to ${transfer.tolerance} from zero, from its answer, and with its basis as a deflation space
(\`node scripts/run-example.mjs npsolver/transfer\`).

${table(['cells', 'samples', 'error', 'growth', 'from zero', 'from the answer', 'deflated by the basis'], lines)}`;
}

function timeSection() {
  if (!times) return '';
  const svg = lineCharts(
    times.sizes.map(({ cells, methods }) => ({
      title: `One problem, ${cells} cells`,
      x: { label: 'seconds, set-up included', scale: 'logarithmic' },
      y: { label: 'relative L2 error', scale: 'logarithmic', format: percentTick },
      lines: methods.map(({ name, points }) => ({
        label: name,
        dots: true,
        points: points.map(({ seconds, relativeL2 }) => [seconds, relativeL2]),
      })),
    })),
  );
  writeFileSync(join(folder, 'npsolver-time.svg'), svg);
  return `## Error against time

One source on one mesh, assembly not counted: classical solvers stopped at several tolerances, the surrogate alone (its first point), polished
by IC(0)-PCG steps, and answering a further source on a mesh that it has encoded before (\`node scripts/run-example.mjs npsolver/error-versus-time\`).

![Error against time](npsolver-time.svg)

${equalErrorTable()}

${times.hardware}.`;
}

/** What each classical solver needs to be as accurate as the surrogate. */
function equalErrorTable() {
  const lines = times.sizes.map(({ cells, samples, methods }) => {
    const of = (start) => methods.find(({ name }) => name.startsWith(start)).points;
    const [first] = of('surrogate, then');
    const [next] = of('surrogate, each');
    const classical = methods.filter(({ name }) => name.endsWith('-PCG'));
    return [
      String(cells),
      String(samples),
      percent(first.relativeL2),
      milliseconds(first.seconds),
      milliseconds(next.seconds),
      ...classical.map(({ points }) => {
        const reached = points.find(({ relativeL2 }) => relativeL2 <= first.relativeL2);
        return reached ? milliseconds(reached.seconds) : '–';
      }),
    ];
  });
  const names = times.sizes[0].methods.map(({ name }) => name).filter((name) => name.endsWith('-PCG'));
  const columns = ['cells', 'samples', 'surrogate’s error', 'surrogate', 'further source'];
  return table([...columns, ...names.map((name) => `${name}, first tolerance that reaches it`)], lines);
}

function milliseconds(seconds) {
  return `${(1000 * seconds).toPrecision(3)} ms`;
}

function table(columns, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(columns), row(columns.map(() => '---')), ...lines.map(row)].join('\n');
}

function hardwareOf(shown) {
  return `${[...new Set(shown.map(({ hardware }) => hardware))].join('; ')}.`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(value) {
  // three digits of small errors, two decimals of others
  return `${100 * value < 1 ? (100 * value).toPrecision(3) : (100 * value).toFixed(2)} %`;
}

function percentTick(value) {
  return `${Number((100 * value).toPrecision(3))} %`;
}
