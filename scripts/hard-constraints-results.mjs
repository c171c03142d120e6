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

const EXPERTS = [
  ['one-expert', 'one projection'],
  ['four-experts-coupled', '4 experts, coupled'],
  ['sixteen-experts-coupled', '16 experts, coupled'],
  ['sixteen-experts-shared', '16 experts, coupled, without modes of their own'],
  ['one-expert-256', 'one projection'],
  ['four-experts-coupled-256', '4 experts, coupled'],
  ['one-expert-512', 'one projection'],
  ['sixteen-experts-coupled-512', '16 experts, coupled'],
  ['four-experts-independent', '4 experts, independent'],
  ['sixteen-experts-independent', '16 experts, independent'],
  ['four-experts-coupled-small', '4 experts, coupled, encoder of width 32, 1 block'],
  ['ba-transolver', 'BA-Transolver, no constraint'],
  ['solver', 'AMG-PCG'],
];

/** A table for every size of mesh: what a network answers before training and after the largest budget of its method. */
function poissonTables(all) {
  const sizes = [...new Set(all.map(({ cells }) => cells))].sort((a, b) => a - b);
  return sizes.flatMap((size) => {
    const members = all.filter(({ cells }) => cells === size);
    const table = EXPERTS.flatMap(([method, name]) => {
      const own = members.filter((row) => row.method === method).sort((a, b) => a.budget - b.budget);
      return own
        .filter(({ budget }) => method === 'solver' || budget === 0 || budget === own.at(-1).budget)
        .map((row) => {
          const cells = [
            method === 'solver' ? `${name}, ${row.variant.split(', ')[1]}` : name,
            row.rank ?? '–',
            method === 'solver' ? '–' : row.steps,
            percentOf(row.meanRelativeL2),
            percentOf(row.uncorrectedRelativeL2),
            percentOf(row.wallRelativeL2),
            ...['encodeSeconds', 'projectSeconds', 'sourceSeconds', 'processorSecondsPerAnswer'].map((key) =>
              row[key] > 0 ? (1000 * row[key]).toPrecision(2).replace(/e\+?(\d+)/, 'e$1') : '–',
            ),
          ];
          return `| ${cells.join(' | ')} |`;
        });
    });
    return [
      '',
      `## Poisson, random boundary types, ${size.toLocaleString('en')} cells`,
      '',
      'Trained on about 1,000 cells; steps 0 is the network as it starts. Error against the discrete solution, in the cells along Dirichlet faces',
      'alone (“wall”), and without the correction. Processor milliseconds on one thread: features and network of a part, what is solved once for',
      'it, each of 16 sources, and all of it for one source.',
      '',
      '| method | rank | steps | error % | uncorrected % | wall % | network ms | set-up ms | source ms | one answer ms |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...table,
    ];
  });
}

const percentOf = (value) =>
  value === undefined ? '–' : value > 10 ? '> 1000' : `${Number((100 * value).toPrecision(2))}`;

const groups = new Map();
for (const row of rows) {
  if (row.problem === 'poisson') continue;
  const key = `${row.problem}, ${row.variant}`;
  groups.set(key, [...(groups.get(key) ?? []), row]);
}

const lines = [
  '# Hard constraints on diffusion with sorption, plane flow and Poisson’s equation',
  '',
  'Written by `node scripts/hard-constraints-results.mjs` from `docs/results/hard-constraints.json`; the rows come from',
  '`node scripts/run-example.mjs hard-constraints/diffusion-sorption`, `hard-constraints/navier-stokes` and `hard-constraints/poisson` (resumable, a row as soon as its run is',
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
lines.push(...poissonTables(rows.filter(({ problem }) => problem === 'poisson')));
writeFileSync('docs/results/hard-constraints.md', `${lines.join('\n')}\n`);
console.error(`${rows.length} rows`);
