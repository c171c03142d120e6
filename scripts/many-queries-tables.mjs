// npm run bench -- many-sources --json > FILE; node scripts/many-queries-tables.mjs FILE: the tables of docs/many-queries.md between its marks.
import { readFileSync } from 'node:fs';
import { writeBetweenMarks } from './write-between-marks.mjs';

const RIVALS = {
  trained: 'trained',
  untrained: 'untrained',
  aggregation: 'aggregation',
  cosine: 'cosine modes',
  pod: 'POD, same sources',
  pod_fourier: 'POD, Fourier sources',
};

const [file] = process.argv.slice(2);
if (!file) throw new Error('many-queries-tables: name the JSON that the bench printed');
const { cases, hardware, loadAverage } = JSON.parse(readFileSync(file, 'utf8'));
const number = (value, digits = 3) =>
  value === null || value === undefined
    ? '–'
    : value >= 1000
      ? Math.round(value).toLocaleString('en')
      : String(Number(value.toPrecision(digits)));
const percent = (error) => (error === null || error === undefined ? '–' : `${number(100 * error, 2)} %`);

/** The three counts of sources on one mesh as one table. */
function meshTable(mesh) {
  const of = (count) => cases.find(({ name }) => name === `${mesh}-${count}`);
  const [one, some, many] = [of(1), of(16), of(256)];
  const methods = Object.keys(many).flatMap((key) => key.match(/^(.+)_setup_ms$/)?.[1] ?? []);
  const pays = (prefix, key) => {
    const from = many[`${prefix}pays_from_${key}`];
    const until = many[`${prefix}pays_until_${key}`];
    if (from === null || from === undefined) return 'never';
    return typeof until === 'number' ? `${number(from)} to ${number(until)}` : number(from);
  };
  const rows = methods.map((key) => {
    const own = key.startsWith('reduced_basis');
    const bytes = many[`${key}_bytes`];
    return `| ${[
      `\`${key}\``,
      number(many[`${key}_setup_ms`]),
      ...[one, some, many].map((found) => number(found[`${key}_ms`])),
      percent(many[`${key}_error`]),
      number(bytes === null ? null : bytes / 1e6),
      own ? '' : pays('', key),
      own ? '' : pays('uncorrected_', key),
    ].join(' | ')} |`;
  });
  return `**${mesh.slice(0, 2).toUpperCase()}, ${many.cells.toLocaleString('en')} cells**, encoder ${many.reduced_basis_encoder}:

| | set-up | 1 | 16 | 256 | error | MB | pays from | uncorrected pays from |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** Spans of equal rank; `suffix` chooses with or without the correction. */
function qualityTable(suffix) {
  const found = cases.filter(({ name }) => name.startsWith('quality-'));
  const keys = Object.keys(RIVALS).filter((key) =>
    found.some((row) => typeof row[key + suffix] === 'number'),
  );
  return `| mesh, sources | ${keys.map((key) => RIVALS[key]).join(' | ')} |
|${'---|'.repeat(keys.length + 1)}
${found.map((row) => `| ${row.name.slice('quality-'.length)} | ${keys.map((key) => percent(row[key + suffix])).join(' | ')} |`).join('\n')}
`;
}

const meshes = [
  ...new Set(cases.flatMap(({ name }) => (name.startsWith('quality-') ? [] : [name.replace(/-\d+$/, '')]))),
];
const tables = [
  `${hardware}; load average ${number(loadAverage, 2)}.`,
  ...meshes.map(meshTable),
  'Mean relative L² errors at equal rank, **all without a correction**:',
  qualityTable('_error'),
  'and **all with the same one**:',
  qualityTable('_corrected_error'),
];
writeBetweenMarks(
  'docs/many-queries.md',
  'many-queries-tables.mjs',
  tables.join('\n\n').replace(/\n{3,}/g, '\n\n'),
);
