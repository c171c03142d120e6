// node scripts/npsolver-pretrained.mjs NAME RUN: makes the model of a finished run (of `fieldsmith train`, `fieldsmith demo` or an
// example of examples/npsolver) the package's pretrained model NAME: model, card and learning curve into pretrained/NAME.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit } from 'node:process';

const LARGEST = 8 * 2 ** 20;

const [name, run] = argv.slice(2);
if (!/^[a-z0-9-]+$/.test(name ?? '') || !run) fail('usage: node scripts/npsolver-pretrained.mjs NAME RUN');
if (!existsSync('dist/.built')) fail('the package is not built; npm run build');
const { openSurrogate, readModel } = await import('fieldsmith/training');

const files = ['model/model.onnx', 'model/card.json', 'metrics.jsonl'];
for (const file of files)
  if (!existsSync(join(run, file))) fail(`${run} has no ${file}: it is no finished run`);
const size = files.reduce((sum, file) => sum + statSync(join(run, file)).size, 0);
if (size > LARGEST) fail(`${(size / 2 ** 20).toFixed(1)} MB are more than ${LARGEST / 2 ** 20} MB`);

// opens it, which checks its probe
const surrogate = await openSurrogate(readModel(run));
const { errors, training } = surrogate.card;
await surrogate.dispose();
if (Object.keys(errors).length === 0) fail(`the card of ${run} holds no errors: evaluate it first`);

const folder = join('pretrained', name);
mkdirSync(folder, { recursive: true });
for (const file of files) copyFileSync(join(run, file), join(folder, file.replace('model/', '')));
console.log(
  `${folder}: ${(size / 2 ** 20).toFixed(2)} MB, ${training.parameters} parameters, ${training.steps} steps`,
);
for (const [set, categories] of Object.entries(errors)) {
  const means = Object.values(categories).map(({ meanRelativeL2 }) => meanRelativeL2);
  console.log(`  ${set}: ${((100 * means.reduce((a, b) => a + b, 0)) / means.length).toFixed(2)} %`);
}

function fail(message) {
  console.error(message);
  exit(1);
}
