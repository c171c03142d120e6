// node scripts/worth-it.mjs [NAME …]: measures the cases of examples/bench (or those named) with the built command and writes the
// figures to docs/results/worth-it.json and into docs/worth-it.md between its marks. Run it on a quiet machine.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { format } from './worth-it-tables.mjs';
import { writeBetweenMarks } from './write-between-marks.mjs';

const CASES = ['many-sources', 'one-solve', 'browser-gpu'];
const [RESULTS, PAGE] = ['docs/results/worth-it.json', 'docs/worth-it.md'];

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (!existsSync('dist/cli/main.js')) throw new Error('the package is not built; npm run build');
const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
// --tables writes the page anew from figures that are there
const wanted = process.argv.includes('--tables') ? [] : named.length > 0 ? named : CASES;
for (const name of wanted) {
  if (!CASES.includes(name)) throw new Error(`no case is named ${name}; there are ${CASES.join(', ')}`);
  console.error(`fieldsmith bench examples/bench/${name}.yaml`);
  const args = [
    'dist/cli/main.js',
    'bench',
    `examples/bench/${name}.yaml`,
    '--json',
    '--out',
    `runs/bench/${name}.html`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  results[name] = { command: `fieldsmith bench examples/bench/${name}.yaml`, ...JSON.parse(stdout) };
  mkdirSync('docs/results', { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
const shown = CASES.filter((name) => results[name]).map((name) => format(name, results[name]));
writeBetweenMarks(PAGE, 'worth-it.mjs', shown.join('\n'));
