// node scripts/run-example.mjs NAME [ARGUMENT …]: calls run() of examples/NAME.ts on the built package and prints what it returns.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';

const names = readdirSync('examples').flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []));
const [name, ...args] = process.argv.slice(2);
if (!names.includes(name))
  fail(`usage: node scripts/run-example.mjs NAME [ARGUMENT …], NAME one of ${names.join(', ')}`);
if (!existsSync('dist/.built')) fail('the package is not built; npm run build');

const { code } = await transform(readFileSync(`examples/${name}.ts`, 'utf8'), {
  loader: 'ts',
  sourcefile: `examples/${name}.ts`,
  sourcemap: 'inline',
});
// inside the package, where Node resolves the package's own name through its "exports"
mkdirSync('dist/examples', { recursive: true });
const script = `dist/examples/${name}.js`;
writeFileSync(script, code);
const { run } = await import(pathToFileURL(script).href);
console.log(
  await run(
    ...args.map((argument) =>
      argument.trim() === '' || Number.isNaN(Number(argument)) ? argument : Number(argument),
    ),
  ),
);

function fail(message) {
  console.error(message);
  process.exit(1);
}
