// node scripts/run-example.mjs NAME [ARGUMENT …] [--OPTION VALUE …]: calls run() of examples/NAME.ts on the built package and
// prints what it returns. Options become one object, the last argument; ctrl-C aborts its signal.
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const names = ['', ...folders()].flatMap((folder) =>
  readdirSync(`examples/${folder}`).flatMap((file) =>
    file.endsWith('.ts') ? [folder + file.slice(0, -3)] : [],
  ),
);
const [name, ...words] = process.argv.slice(2);
if (!names.includes(name))
  fail(
    `usage: node scripts/run-example.mjs NAME [ARGUMENT …] [--OPTION VALUE …], NAME one of ${names.join(', ')}`,
  );
if (!existsSync('dist/.built')) fail('the package is not built; npm run build');

// inside the package, where Node resolves the package's own name through its "exports"
const script = `dist/examples/${name}.js`;
await build({
  entryPoints: [`examples/${name}.ts`],
  outfile: script,
  bundle: true,
  packages: 'external',
  // not the sources, which the type checker takes for the package
  tsconfigRaw: {},
  format: 'esm',
  platform: 'node',
  sourcemap: 'inline',
  logLevel: 'error',
});
const { run } = await import(pathToFileURL(script).href);
console.log(await run(...parse(words)));

/** Folders of runnable examples; what these share lies in a folder deeper. */
function folders() {
  return readdirSync('examples', { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== 'train-in-browser' ? [`${entry.name}/`] : [],
  );
}

function parse(words) {
  const args = [];
  const options = {};
  for (let k = 0; k < words.length; k++) {
    if (!words[k].startsWith('--')) args.push(parsed(words[k]));
    else if (k + 1 < words.length) options[camelCase(words[k].slice(2))] = parsed(words[++k]);
    else fail(`${words[k]} needs a value`);
  }
  if (!name.includes('/')) return Object.keys(options).length > 0 ? [...args, options] : args;
  return [...args, { ...options, signal: interruptSignal(), progress: lines() }];
}

function parsed(word) {
  return word.trim() === '' || Number.isNaN(Number(word)) ? word : Number(word);
}

function camelCase(word) {
  return word.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** Long examples save what they have on the first ctrl-C; the second one ends the process. */
function interruptSignal() {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

/** A line every 30 seconds. */
function lines() {
  let last = 0;
  return {
    update(phase, done, total, figures = {}) {
      if (performance.now() - last < 30_000) return;
      last = performance.now();
      console.error(JSON.stringify({ phase, done, total, ...figures }));
    },
    message: (text) => console.error(text),
  };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
