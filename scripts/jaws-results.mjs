// node scripts/jaws-results.mjs: writes docs/results/jaws.md and jaws.svg from docs/results/jaws.json, the rows of examples/jaws.
import { readFileSync, writeFileSync } from 'node:fs';
import { lineCharts } from './line-charts.mjs';

const rows = JSON.parse(readFileSync('docs/results/jaws.json', 'utf8'));

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
const at = (row, path) => path.split('.').reduce((value, key) => value?.[key], row);
const short = (value, digits) =>
  value === undefined || value === null || Number.isNaN(value)
    ? '–'
    : value >= 100
      ? value.toFixed(0)
      : value.toFixed(digits);

/** Mean and, of several seeds, standard deviation. */
function cell(group, path, digits) {
  const values = group.map((row) => at(row, path)).filter((value) => typeof value === 'number');
  if (values.length === 0) return '–';
  const text = short(mean(values), digits);
  return values.length > 1 && group.spread !== false ? `${text} ± ${short(deviation(values), digits)}` : text;
}

const COLUMNS = [
  ['e₁', 'rolloutRelativeL2.1', 4],
  ['e₁₀', 'rolloutRelativeL2.10', 4],
  ['e₅₀', 'rolloutRelativeL2.50', 4],
  ['e₂₀₀', 'rolloutRelativeL2.200', 3],
  ['ood e₁₀', 'ood.10', 3],
  ['ood e₅₀', 'ood.50', 3],
  ['blow-up', 'blowUpRate.test', 2],
  ['ood', 'blowUpRate.ood', 2],
  ['hf', 'hfDecades', 2],
  ['γ₅', 'noiseGain.5', 2],
  ['noisy start', 'noisyStart', 4],
  ['horizon', 'horizon', 0],
];
const MORE = [
  ['shock strength', 'shockStrength.test', 3],
  ['ood', 'shockStrength.ood', 3],
  ['shock zone', 'shockZoneError', 4],
  ['elsewhere', 'smoothZoneError', 4],
  ['q smooth', 'jacobian.smooth', 3],
  ['q shock', 'jacobian.shock', 3],
  ['s smooth', 'jacobian.tolerance.smooth', 2],
  ['s shock', 'jacobian.tolerance.shock', 2],
  ['defect', 'defect', 4],
  ['mass drift', 'massDrift', 6],
  ['MB', 'peakMemoryMB', 1],
  ['ms', 'processorMsPerStep', 1],
  ['s', 'processorSecondsTaken', 0],
];
const EQUAL_TIME = [['steps', 'trainingSteps', 0], ...COLUMNS, ['MB', 'peakMemoryMB', 1]];

function table(groups, columns) {
  const head = `| method | seeds | ${columns.map(([name]) => name).join(' | ')} |`;
  const rule = `|---|---|${columns.map(() => '---').join('|')}|`;
  const lines = [...groups].map(
    ([method, group]) =>
      `| ${method} | ${group.length} | ${columns.map(([, path, digits]) => cell(group, path, digits)).join(' | ')} |`,
  );
  return [head, rule, ...lines];
}

for (const row of rows) {
  if (row.processorMsPerStep !== null) {
    row.processorSecondsTaken = (row.trainingSteps * row.processorMsPerStep) / 1e3;
  }
}

/** Rows that compare: of one viscosity, noise on the data, and time where that was given. */
const settings = [];
for (const row of rows) {
  const same = (other) =>
    ['viscosity', 'dataNoise', 'processorSeconds'].every((name) => other[name] === row[name]);
  if (!settings.some(same)) {
    const { viscosity, dataNoise, processorSeconds } = row;
    const groups = new Map();
    for (const entry of rows.filter(same)) {
      groups.set(entry.method, [...(groups.get(entry.method) ?? []), entry]);
    }
    settings.push({ viscosity, dataNoise, processorSeconds, groups });
  }
}
settings.sort(
  (a, b) => (a.processorSeconds ?? 0) - (b.processorSeconds ?? 0) || (a.dataNoise ?? 0) - (b.dataNoise ?? 0),
);

/** The claims that can be judged from means over seeds; a line each, with its figures. */
function claims(groups) {
  const of = (method, path, seeds) => {
    const group = groups.get(method)?.filter((row) => seeds === undefined || seeds.has(row.seed));
    return group?.length ? mean(group.map((row) => at(row, path))) : Number.NaN;
  };
  const lines = [];
  const claim = (name, holds, text) =>
    lines.push(
      `| ${name} | ${Number.isNaN(holds) ? 'no rows yet' : holds ? 'holds' : '**does not hold**'} | ${text} |`,
    );
  const known = (...methods) => methods.every((method) => groups.has(method));
  const judge = (name, methods, test) =>
    known(...methods) ? claim(name, ...test()) : claim(name, Number.NaN, `needs ${methods.join(', ')}`);
  const [one, eight] = ['one-step', 'unrolled-8'];
  const [jaws, global, hybrid] = ['jaws 1e-2', 'global 3e-2', 'jaws 1e-2, unrolled-2'];
  judge('C1: a penalty removes noise above the kept wavenumbers, by a decade', [one, jaws, global], () => {
    const [a, b, c] = [jaws, global, one].map((method) => of(method, 'hfDecades'));
    return [
      a < c - 1 && b < c - 1,
      `hf: one-step ${c.toFixed(2)}, global ${b.toFixed(2)}, jaws ${a.toFixed(2)}`,
    ];
  });
  judge('C2: noise is forgotten as by the solver', [one, jaws, 'solver'], () => {
    const [a, b, c] = [jaws, one, 'solver'].map((method) => of(method, 'noiseGain.5'));
    return [
      a <= 0.45 && b >= 0.65 && a > c - 0.05,
      `γ₅: one-step ${b.toFixed(2)}, jaws ${a.toFixed(2)}, solver ${c.toFixed(2)}`,
    ];
  });
  judge('C3: rows of the Jacobian come down to the solver’s', [one, jaws, global, 'solver'], () => {
    const [a, b, c, d] = [jaws, global, one, 'solver'].map((method) => of(method, 'jacobian.smooth'));
    return [
      a <= 0.65 && c >= 0.78 && b / d > 0.7 && b / d < 1.5,
      `q in smooth parts: one-step ${c.toFixed(2)}, global ${b.toFixed(3)}, jaws ${a.toFixed(3)}, solver ${d.toFixed(3)}`,
    ];
  });
  judge('C4: tolerances are larger at shocks, untold', [jaws], () => {
    const [smooth, shock, r] = ['smooth', 'shock', 'correlation'].map((key) =>
      of(jaws, `jacobian.tolerance.${key}`),
    );
    return [
      shock - smooth >= 0.2 && r >= 0.2,
      `s: ${smooth.toFixed(2)} in smooth parts, ${shock.toFixed(2)} at shocks; correlation with log |u_x| ${r.toFixed(2)}`,
    ];
  });
  for (const weight of ['1e-2', '2e-2', '3e-2']) {
    const short = `jaws ${weight}, unrolled-2`;
    judge(
      `C5 at λ = ${weight}: with 2 unrolled steps against 8: memory ≤ 0.6, e₅₀ ≤ 1.15, ood e₅₀ ≤ 1.1, noisy start ≤ 0.7`,
      [short, eight],
      () => {
        const seeds = new Set(groups.get(short).map(({ seed }) => seed));
        const ratio = (path) => of(short, path) / of(eight, path, seeds);
        const [memory, e50, ood, noisy] = [
          'peakMemoryMB',
          'rolloutRelativeL2.50',
          'ood.50',
          'noisyStart',
        ].map(ratio);
        return [
          memory <= 0.6 && e50 <= 1.15 && ood <= 1.1 && noisy <= 0.7,
          `memory ${memory.toFixed(2)}, e₅₀ ${e50.toFixed(2)}, ood ${ood.toFixed(2)}, noisy start ${noisy.toFixed(2)} (ratios, ${seeds.size} seeds)`,
        ];
      },
    );
  }
  judge(
    'C6: ten times the weight contracts too much: e₁₀ × 1.3',
    [jaws, global, 'jaws 1e-1', 'global 3e-1'],
    () => {
      const a = of('jaws 1e-1', 'rolloutRelativeL2.10') / of(jaws, 'rolloutRelativeL2.10');
      const b = of('global 3e-1', 'rolloutRelativeL2.10') / of(global, 'rolloutRelativeL2.10');
      return [a >= 1.3 && b >= 1.3, `jaws × ${a.toFixed(2)}, global × ${b.toFixed(2)}`];
    },
  );
  judge(
    'C7: no blow-up with a penalty: none inside, ≤ 5 % outside the training distribution',
    [jaws, global, hybrid],
    () => {
      const worst = (path) =>
        Math.max(
          ...[jaws, global, hybrid].flatMap((method) => groups.get(method).map((row) => at(row, path))),
        );
      const plain = groups.get(one)?.map((row) => row.blowUpRate.ood) ?? [];
      return [
        worst('blowUpRate.test') === 0 && worst('blowUpRate.ood') <= 0.05,
        `worst seed: ${worst('blowUpRate.test')} and ${worst('blowUpRate.ood')}; one-step outside, by seed: ${plain.map((rate) => rate.toFixed(2)).join(', ')}`,
      ];
    },
  );
  judge(
    'C8: the conservative switch keeps mass to rounding and lowers e₂₀₀',
    [
      jaws,
      global,
      one,
      `${jaws}, not conservative`,
      `${one}, not conservative`,
      `${global}, not conservative`,
    ],
    () => {
      const pairs = [one, global, jaws].map((method) => [
        of(`${method}, not conservative`, 'rolloutRelativeL2.200'),
        of(method, 'rolloutRelativeL2.200'),
      ]);
      const drift = Math.max(...[one, global, jaws].map((method) => of(method, 'massDrift')));
      return [
        drift < 1e-5 && pairs.every(([without, with_]) => with_ < without),
        `drift ${drift.toExponential(0)}; e₂₀₀ without → with: ${pairs.map(([a, b]) => `${a.toFixed(3)} → ${b.toFixed(3)}`).join(', ')} (one-step, global, jaws)`,
      ];
    },
  );
  judge(
    'Solver’s Jacobian as target, and with 2 unrolled steps, against jaws: rollout error and noise gain',
    [jaws, 'reference 1e-1', 'reference 1e-1, unrolled-2', 'solver'],
    () => {
      const truth = of('solver', 'noiseGain.5');
      const figures = ['reference 1e-1', 'reference 1e-1, unrolled-2', jaws].map((method) => [
        of(method, 'rolloutRelativeL2.50'),
        Math.abs(of(method, 'noiseGain.5') - truth),
      ]);
      return [
        figures[0][0] < figures[2][0] &&
          figures[1][0] < figures[2][0] &&
          figures[0][1] <= figures[2][1] + 0.01,
        `e₅₀ ${figures.map(([e]) => e.toFixed(4)).join(', ')}; |γ₅ − solver’s| ${figures.map(([, g]) => g.toFixed(3)).join(', ')} (reference, with two steps, jaws)`,
      ];
    },
  );
  const best = (kind) => {
    const members = [...groups].filter(([method]) => new RegExp(`^${kind} [0-9.e-]+$`).test(method));
    const seeds = Math.max(0, ...members.map(([, group]) => group.length));
    // a weight that was not run with all seeds is no candidate
    return members
      .filter(([, group]) => group.length === seeds)
      .sort(([a], [b]) => of(a, 'rolloutRelativeL2.50') - of(b, 'rolloutRelativeL2.50'))[0]?.[0];
  };
  const [adaptive, uniform] = [best('jaws'), best('global')];
  if (adaptive && uniform) {
    const ratio = (path) => of(adaptive, path) / of(uniform, path);
    const [e50, ood, zone, noisy] = ['rolloutRelativeL2.50', 'ood.50', 'shockZoneError', 'noisyStart'].map(
      ratio,
    );
    claim(
      'The adaptive weight pays: less error at step 50 and at shocks than with a uniform one, each at its best λ',
      e50 < 1 && zone < 1,
      `${adaptive} over ${uniform}: e₅₀ ${e50.toFixed(2)}, ood e₅₀ ${ood.toFixed(2)}, shock zone ${zone.toFixed(2)}, noisy start ${noisy.toFixed(2)}`,
    );
  }
  return ['| claim | | figures (means over seeds) |', '|---|---|---|', ...lines];
}

const lines = [
  '# JAWS and its rivals on Burgers’ equation',
  '',
  'Written by `node scripts/jaws-results.mjs` from `docs/results/jaws.json`; the rows come from `node scripts/run-example.mjs',
  'jaws/burgers` (resumable, a row as soon as its run is done). What the columns mean, and what they say: [docs/jaws.md](../jaws.md).',
  '**All figures are ours: the paper’s own tables were not available to us, and nothing here is quoted from it.**',
  '',
  'FNO of 20 channels, 3 layers, 16 wavenumbers, with neighbours; 128 points, batches of 16, Adam, cosine from 0.01; weights λ are in the',
  'names. Means ± standard deviations over seeds of medians over 32 test trajectories. MB: most bytes of tensors a training step holds at',
  'once, counted on its graph; ms: processor time of a training step on one thread, s: of all of them. Where the heading says noise,',
  'the training data carry white noise of this share of the states’ standard deviation, and the tests do not.',
];
const panels = [];
for (const { viscosity, dataNoise, processorSeconds, groups } of settings) {
  const noise = dataNoise ? `, ${100 * dataNoise} % noise on the training data` : '';
  if (processorSeconds !== undefined) {
    lines.push(
      '',
      `## Equal time: ν = ${viscosity}${noise}, ${processorSeconds} s of one processor a run`,
      '',
      'Every method takes as many steps as fit, with its schedule stretched to them.',
      '',
      ...table(groups, EQUAL_TIME),
    );
    continue;
  }
  const steps = Math.max(...[...groups.values()].flat().map((row) => row.trainingSteps));
  lines.push('', `## ν = ${viscosity}${noise}, ${steps} steps`, '');
  lines.push(...claims(groups), '', ...table(groups, COLUMNS), '', ...table(groups, MORE));
  const front = (kind) => {
    const members = [...groups]
      .filter(([method]) => new RegExp(`^${kind} [0-9.e-]+$`).test(method))
      .map(([method, group]) => [Number(method.split(' ')[1]), group])
      .sort(([a], [b]) => a - b);
    return members.map(([, group]) => [
      mean(group.map((row) => row.noiseGain[5])),
      mean(group.map((row) => row.shockZoneError)),
    ]);
  };
  const fronts = ['jaws', 'global', 'reference', 'noise']
    .map((kind) => ({ label: kind, points: front(kind), dots: true }))
    .filter(({ points }) => points.length > 0);
  // one weight each is no front
  if (!fronts.some(({ points }) => points.length > 1)) continue;
  panels.push({
    title: `Along λ: ν = ${viscosity}${dataNoise ? `, ${100 * dataNoise} % noise` : ''}`,
    x: { label: 'γ₅', scale: 'linear' },
    y: { label: 'error in the shock zone, step 25', scale: 'logarithmic' },
    lines: fronts,
  });
}
lines.push('', '![Pareto fronts](jaws.svg)');
writeFileSync('docs/results/jaws.md', `${lines.join('\n')}\n`);
writeFileSync('docs/results/jaws.svg', lineCharts(panels));
console.error(`${rows.length} rows`);
