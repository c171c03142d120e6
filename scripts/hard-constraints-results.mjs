// node scripts/hard-constraints-results.mjs: writes docs/results/hard-constraints.md from docs/results/hard-constraints.json, the rows of
// examples/hard-constraints.
import { readFileSync, writeFileSync } from 'node:fs';

const { rows } = JSON.parse(readFileSync('docs/results/hard-constraints.json', 'utf8'));

const METHODS = ['soft', 'one-expert', 'four-experts', 'coupled', 'solver'];
const NAMES = {
  soft: 'soft constraint',
  'one-expert': 'one expert',
  'four-experts': 'four experts, independent',
  coupled: 'four experts, coupled',
  solver: 'classical solver, same grid',
};
/** Words for variants of `diffusion-sorption`, see docs/diffusion-sorption.md. */
const readable = (title) =>
  title
    .replace('diffusion-sorption, paper', 'Diffusion–sorption, rows as published')
    .replace('diffusion-sorption, balances', 'Diffusion–sorption, balances')
    .replace('navier-stokes', 'Navier–Stokes');
/** Percent in Chalapathi et al. (2024): mean ± deviation. */
const PAPER = {
  'diffusion-sorption': { soft: '85.93 ± 5.07', 'one-expert': '7.55 ± 8.10', 'four-experts': '3.60 ± 2.93' },
  'diffusion-sorption, trained to 400 s': {
    soft: '805.58 ± 19.06',
    'one-expert': '48.05 ± 1.23',
    'four-experts': '14.79 ± 3.00',
  },
  'navier-stokes': { soft: '18.08 ± 3.74', 'one-expert': '11.75 ± 2.95', 'four-experts': '8.30 ± 2.35' },
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const known = (group, key) => group.map((row) => row[key]).filter((value) => typeof value === 'number');
const number = (group, key, text) => (known(group, key).length > 0 ? text(mean(known(group, key))) : '–');
const percent = (value) => (100 * value).toPrecision(3);

function errorOf(group) {
  const errors = known(group, 'meanRelativeL2');
  // between seeds where there are several, otherwise between test samples
  const spread =
    errors.length > 1
      ? Math.sqrt(errors.reduce((sum, e) => sum + (e - mean(errors)) ** 2, 0) / (errors.length - 1))
      : group[0].deviation;
  return `${percent(mean(errors))} ± ${(100 * spread).toPrecision(2)}`;
}

const groups = new Map();
for (const row of rows) {
  const key = `${row.problem}, ${row.variant}`;
  groups.set(key, [...(groups.get(key) ?? []), row]);
}

const lines = [
  '# Hard constraints on diffusion with sorption and plane flow',
  '',
  'Written by `node scripts/hard-constraints-results.mjs` from `docs/results/hard-constraints.json`; the rows come from',
  '`node scripts/run-example.mjs hard-constraints/diffusion-sorption` and `hard-constraints/navier-stokes` (resumable, a row as soon as its run is',
  'done). Methods of a table had the same processor time. Error: mean over test samples of ‖û − u‖/‖u‖ against the reference solver on a finer',
  'grid, ± over seeds, or over samples where there is one seed. Residual: ‖ρ‖ over all rows, drawn by the solve or not. Jump: root mean square of',
  'the error’s jump across faces between experts, over that of u. “Published” is what Chalapathi, Du & Krishnapriyan (ICLR 2024) print, at full size',
  'and on an A100. Seconds an answer are processor time.',
];
for (const [title, members] of [...groups].sort()) {
  const largest = Math.max(...members.map(({ budget }) => budget));
  const used = members.filter(({ budget, method }) => budget === largest || method === 'solver');
  const [{ problem, variant }] = used;
  const paper =
    (variant.includes('trained to') ? PAPER[`${problem}, trained to 400 s`] : PAPER[problem]) ?? {};
  lines.push('', `## ${readable(title)}`, '');
  lines.push(
    `At most ${largest} processor minutes a training. ${[...new Set(used.map(({ hardware }) => hardware))].join('; ')}.`,
    '',
  );
  lines.push(
    '| method | seeds | error % | untrained % | published % | residual | jump | converged | iterations | steps | s an answer |',
  );
  lines.push('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const method of METHODS) {
    const group = used.filter((row) => row.method === method);
    if (group.length === 0) continue;
    const cells = [
      NAMES[method],
      group.length,
      errorOf(group),
      number(group, 'untrainedRelativeL2', percent),
      paper[method] ?? '–',
      number(group, 'residual', (value) => value.toPrecision(3)),
      number(group, 'interfaceJump', (value) => value.toExponential(1)),
      number(group, 'convergedShare', (value) => `${(100 * value).toFixed(0)} %`),
      number(group, 'meanIterations', (value) => value.toFixed(1)),
      method === 'solver' ? '–' : number(group, 'steps', (value) => value.toFixed(0)),
      number(group, 'processorSecondsPerAnswer', (value) => value.toPrecision(2)),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
}
writeFileSync('docs/results/hard-constraints.md', `${lines.join('\n')}\n`);
console.error(`${rows.length} rows`);
