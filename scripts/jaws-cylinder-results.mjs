// node scripts/jaws-cylinder-results.mjs [JSON [FOLDER]]: writes jaws-cylinder.md, jaws-cylinder.svg (curves) and
// jaws-cylinder-vorticity.svg to docs/results (or FOLDER) from docs/results/jaws-cylinder.json, the rows of
// examples/jaws/cylinder.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { lineCharts } from './line-charts.mjs';

const [source = 'docs/results/jaws-cylinder.json', folder = 'docs/results'] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(source, 'utf8'));

const STROUHAL_BOUND = 0.05;
const cycles = rows.filter(({ trainingSteps }) => trainingSteps === 0);
const steppers = rows.filter(({ trainingSteps }) => trainingSteps > 0);
const [repeated] = cycles;
const isKnown = (value) => value !== null && value !== undefined;
const number = (value, digits) => (!isKnown(value) ? '–' : value >= 100 ? '> 100' : value.toFixed(digits));
const percent = (value) =>
  !isKnown(value) ? '–' : value >= 10 ? '> 1000 %' : `${(100 * value).toFixed(1)} %`;
const { steps, starts, solverStrouhal, solverDivergence } = repeated;

const columns = [
  ['method', ({ method }) => method],
  ['scaled by', ({ scaling }) => scaling ?? '–'],
  ['steps trained', ({ trainingSteps }) => trainingSteps || '–'],
  ['minutes', ({ minutes }) => (minutes ? minutes.toFixed(1) : '–')],
  ['lost', (row) => `${row.blowUps} of ${row.starts}`],
  ['St', ({ strouhal }) => number(strouhal, 4)],
  ['largest error of St', ({ strouhalError }) => percent(strouhalError)],
  ['late, cycles', (row) => number(phaseOf(row), 3)],
  ...['1', '10', '50', '100', String(steps)].map((n) => [
    `e, ${n}`,
    ({ fieldError }) => number(fieldError[n], 3),
  ]),
  ['mean e', ({ meanFieldError }) => number(meanFieldError, 3)],
  ['divergence', ({ divergence }) => number(divergence, 3)],
  ['energy', (row) => percent(largestEnergyError(row))],
  ['MB', ({ peakMemoryMB }) => number(peakMemoryMB, 0)],
  ['ms', ({ processorMsPerStep }) => number(processorMsPerStep, 0)],
];

/** A flow that is lost has no phase. */
function phaseOf({ phaseError, strouhal, blowUps }) {
  return strouhal === null || blowUps > 0 ? null : phaseError;
}

function largestEnergyError({ curves: { energy, solverEnergy } }) {
  // what is no number in JSON was infinite
  return Math.max(...energy.map((value, k) => Math.abs((value ?? Infinity) / solverEnergy[k] - 1)));
}

function verdict(row) {
  const marks = [
    [row.blowUps === 0, `${steps} steps without a loss`],
    [row.strouhalError !== null && row.strouhalError <= STROUHAL_BOUND, 'St within 5 % from every start'],
    [phaseOf(row) !== null && phaseOf(row) < repeated.phaseError, `phase closer than the ${repeated.method}`],
    [row.meanFieldError < repeated.meanFieldError, `mean error below the ${repeated.method}`],
    [row.fieldError[steps] < repeated.fieldError[steps], `error at step ${steps} below it`],
  ];
  return `| ${row.method}, ${row.scaling}, seed ${row.seed}, ${row.minutes.toFixed(1)} min | ${marks.map(([holds]) => (holds ? 'yes' : '**no**')).join(' | ')} |`;
}
const asked = [
  `${steps} steps without a loss`,
  'St within 5 % from every start',
  `phase closer than the ${repeated.method}`,
  'mean error lower',
  `error at step ${steps} lower`,
];

const lines = [
  '# Steppers of the cylinder wake',
  '',
  'Written by `node scripts/jaws-cylinder-results.mjs` from `docs/results/jaws-cylinder.json`; the rows come from `node',
  'scripts/run-example.mjs jaws/cylinder` (resumable, a row as soon as its run is done). What it is, and what it says:',
  '[docs/cylinder-wake.md](../cylinder-wake.md). **All figures are ours: the paper’s own tables were not available to us.**',
  '',
  `Forecasts of ${steps} steps from ${starts} moments of the flow; the solver’s own Strouhal number there is ${solverStrouhal.toFixed(4)}, the divergence of`,
  `its frames ${solverDivergence.toFixed(3)}. Errors e by step are in units of the fluctuation (1: no better than the mean flow, √2: independent phases), medians over`,
  'the starts; *lost*: an error above 2; *energy*: largest deviation of the kinetic energy from the first start; *minutes*: processor',
  'time of the training on one thread; MB: most bytes of tensors a training step holds; ms: processor time of a training step.',
  '',
  `| asked: | ${asked.join(' | ')} |`,
  `|---|${asked.map(() => '---').join('|')}|`,
  ...steppers.map(verdict),
  '',
  `| ${columns.map(([name]) => name).join(' | ')} |`,
  `|${columns.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${columns.map(([, cell]) => cell(row)).join(' | ')} |`),
  '',
  '![Errors and energy](jaws-cylinder.svg)',
  '',
  `Vorticity after ${steps} steps from the first moment:`,
  '',
  '![Vorticity](jaws-cylinder-vorticity.svg)',
];
writeFileSync(join(folder, 'jaws-cylinder.md'), `${lines.join('\n')}\n`);

// of several budgets, the largest; the default scaling
const longest = Math.max(...rows.map(({ budget }) => budget));
const shown = rows.filter(
  ({ seed, budget, scaling }) =>
    seed === 0 && (scaling === null || (budget === longest && scaling === 'fluid')),
);
const nameOf = ({ method, scaling }) => (scaling ? `${method}, ${scaling}` : method);
// the same in both panels
const COLOURS = ['#777777', '#a6761d', '#1b6ca8', '#e07a1f', '#2a8f5b', '#b0356b', '#6a51a3', '#17a2b8'];
const look = (row) => ({
  label: nameOf(row),
  colour: COLOURS[shown.indexOf(row) % COLOURS.length],
  dashed: row.trainingSteps === 0,
});
const points = (row, values) => row.curves.step.map((step, k) => [step, values[k]]);
writeFileSync(
  join(folder, 'jaws-cylinder.svg'),
  lineCharts([
    {
      title: 'Error in units of the fluctuation, median over the starts',
      x: { label: 'step', scale: 'linear' },
      y: { label: 'e', scale: 'logarithmic' },
      lines: shown.map((row) => ({
        ...look(row),
        points: points(row, row.curves.error).filter(([, error]) => error < 10),
      })),
    },
    {
      title: 'Kinetic energy, first start',
      x: { label: 'step', scale: 'linear' },
      y: { label: 'mean ½|u|²', scale: 'linear' },
      lines: [
        {
          label: 'solver',
          points: points(repeated, repeated.curves.solverEnergy),
          colour: '#000000',
          width: 2,
        },
        ...shown.map((row) => ({
          ...look(row),
          points: points(row, row.curves.energy).filter(
            ([, energy], k) => energy !== null && Math.abs(energy / row.curves.solverEnergy[k] - 1) < 0.1,
          ),
        })),
      ],
    },
  ]),
);
writeFileSync(join(folder, 'jaws-cylinder-vorticity.svg'), vorticityPanels(shown));
console.error(`${rows.length} rows`);

/** The solver's field and one of each row, two panels abreast. */
function vorticityPanels(list) {
  const { window, solverVorticity } = list[0];
  const panels = [['solver', solverVorticity], ...list.map((row) => [nameOf(row), row.vorticity])];
  const [height, width] = window.sides;
  const scale = 26;
  const [across, down] = [width * scale + 12, height * scale + 26];
  const bodies = panels.map(([name, field], k) => {
    const [x, y] = [(k % 2) * across, Math.floor(k / 2) * down];
    const [cx, cy] = [-window.origin[0] * scale, (height + window.origin[1]) * scale];
    return `<g transform="translate(${x + 6} ${y + 20})">
<text x="0" y="-5">${name}</text>
<image width="${width * scale}" height="${height * scale}" preserveAspectRatio="none" href="data:image/png;base64,${png(field, window.points).toString('base64')}"/>
<circle cx="${cx}" cy="${cy}" r="${scale / 2}" fill="#888888"/>
<rect width="${width * scale}" height="${height * scale}" fill="none" stroke="#cccccc"/>
</g>`;
  });
  const total = [2 * across, Math.ceil(panels.length / 2) * down];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.join(' ')}" font-family="sans-serif" font-size="14">
<rect width="${total[0]}" height="${total[1]}" fill="white"/>
${bodies.join('\n')}
</svg>
`;
}

/** Blue for clockwise, red for anticlockwise; rows from the top, fields from the bottom. */
function png(field, [rowCount, columnCount]) {
  const values = new Int8Array(Buffer.from(field, 'base64'));
  // steps of 0.05: full colour at ±2 U/d
  const full = 40;
  const scanlines = Buffer.alloc(rowCount * (1 + 3 * columnCount));
  for (let y = 0; y < rowCount; y++) {
    for (let x = 0; x < columnCount; x++) {
      const value = Math.max(-1, Math.min(1, values[(rowCount - 1 - y) * columnCount + x] / full));
      const strength = Math.sqrt(Math.abs(value));
      const mix = (colour) => Math.round(255 + (colour - 255) * strength);
      const colour = value > 0 ? [178, 24, 43] : [33, 102, 172];
      scanlines.set(colour.map(mix), y * (1 + 3 * columnCount) + 1 + 3 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columnCount, 0);
  header.writeUInt32BE(rowCount, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanlines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
