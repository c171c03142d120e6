// node scripts/strangers-path.mjs [--budget 20s] [--tarball FILE] [--write docs/strangers-path.md] [--keep]: goes the way of someone
// who has a part and has never heard of Fieldsmith, in an empty folder with its own npm cache: install, mesh, train, evaluate,
// solve, control, look. Every command has to end with code 0 and to say its main number. --write keeps all outputs as a page.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packCheckout } from './package/pack-checkout.mjs';
import { run } from './package/run.mjs';
import { makePart } from './strangers-path/make-part.mjs';
import { pathPage } from './strangers-path/path-page.mjs';
import { changesToProblem, steps } from './strangers-path/steps.mjs';
import { takePicture } from './strangers-path/take-picture.mjs';

const { values } = parseArgs({
  options: {
    budget: { type: 'string', default: '20s' },
    tarball: { type: 'string' },
    write: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const checkout = fileURLToPath(new URL('..', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'strangers-path-'));
const folder = join(base, 'project');
const outcomes = [];

try {
  await goThePath();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
if (values.keep) console.log(base);
else rmSync(base, { recursive: true, force: true });

async function goThePath() {
  mkdirSync(folder);
  const tarball = values.tarball
    ? resolve(values.tarball)
    : packCheckout(checkout, join(base, 'packed')).tarball;
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // a cache of its own: nothing of this machine helps
  const environment = { ...env, npm_config_cache: join(base, 'cache') };
  keep('install', 'npm install --ignore-scripts fieldsmith', () =>
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
      cwd: folder,
      env: environment,
    }),
  );
  await makePart(checkout, folder);
  for (const { name, args, main } of steps(values.budget)) {
    if (name === 'solve') changeProblem();
    const outcome = keep(name, `npx fieldsmith ${args.join(' ')}`, () =>
      run('npx', ['fieldsmith', ...args], { cwd: folder, env: environment }),
    );
    const [, number] = main.exec(outcome.stdout) ?? [];
    if (number === undefined) throw new Error(`${name}: expected ${main} in\n${outcome.stdout}`);
    outcome.main = number;
    console.log(`${name.padEnd(10)}${number}  (${outcome.seconds.toFixed(0)} s)`);
  }
  const picture = await takePicture(folder, 'field.vtu');
  if (values.write) {
    const image = values.write.replace(/\.md$/, '.jpg');
    if (picture) writeFileSync(image, picture.image);
    const page = pathPage({ outcomes, picture, image, budget: values.budget, problem: problemLines() });
    mkdirSync(dirname(values.write), { recursive: true });
    writeFileSync(values.write, page);
  }
}

function keep(name, command, work) {
  const outcome = { name, command, ...work() };
  outcomes.push(outcome);
  return outcome;
}

/** What the user of the part knows and no program can: where its heat comes from. */
function changeProblem() {
  const path = join(folder, 'bracket.yaml');
  const text = changesToProblem.reduce(
    (before, [from, to]) => {
      if (!before.includes(from))
        throw new Error(`the problem that mesh wrote has no line '${from}':\n${before}`);
      return before.replace(from, to);
    },
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, text);
}

function problemLines() {
  return readFileSync(join(folder, 'bracket.yaml'), 'utf8').trimEnd();
}
