import { cpus, totalmem } from 'node:os';
import { basename } from 'node:path';
import { versions } from 'node:process';

/** What is said before each command. */
const WORDS = {
  install: `## Install

\`--ignore-scripts\` passes over the install script of ONNX Runtime, which downloads CUDA libraries of 300 MB on Linux and fails on a
closed network; nothing else needs a script. Here the tarball of \`npm pack\` was installed.`,
  mesh: `## Cells for the part

\`bracket.stl\` is what a CAD program exports: millimetres, one solid for each surface that has a name.`,
  train: `## Train a surrogate

For the one part: problems with heat produced inside and heat through \`heated\`, with \`base\` at a temperature. A folder of parts
in place of the file makes a model of the family, with every fourth part held out.`,
  evaluate: `## Is it worth it?`,
  solve: `## Solve one's own problem

\`mesh\` wrote \`bracket.yaml\` with placeholders. Three lines were changed: 2 W inside, 4 kW/m² through the
heated side, and no cell above 42 °C.`,
  control: `## How cool must the base be?

The problem file says what may be set and what must hold.`,
};

/** The path as a page, with every command's output. */
export function pathPage({ outcomes, picture, image, budget, problem }) {
  const sections = outcomes.map((outcome) => {
    const { name, command, stdout, stderr, seconds } = outcome;
    const output = name === 'install' ? stdout.trim() : [...progressOf(stderr), stdout.trim()].join('\n');
    const file = name === 'solve' ? `\n\n\`\`\`yaml\n${problem}\n\`\`\`` : '';
    return `${WORDS[name]}${file}\n\n\`\`\`console\n$ ${command}\n${output}\n\`\`\`\n\n${seconds.toFixed(0)} s.`;
  });
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  const [date] = new Date().toISOString().split('T');
  return `# From nothing to an answer

What someone sees who has a part and has never heard of Fieldsmith: an empty folder, an empty npm cache, and the commands in their order
with all that they print. Written by \`node scripts/strangers-path.mjs --budget ${budget} --write docs/strangers-path.md\`, which fails where a
command ends with another code than 0 or does not say its main number. ${date}, ${cpus()[0].model.trim()}, ${cpus().length} cores,
${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${versions.node}; ${(total / 60).toFixed(0)} minutes in all.

${sections.join('\n\n')}

## Look at it

${picture ? `\`\`\`console\n$ npx fieldsmith view field.vtu\n${picture.output}\n\`\`\`\n\n![The bracket's temperatures in the viewer](${basename(image)})` : 'No browser was at hand.'}
`;
}

/** JSON lines of progress: the last one of each phase, in the order of the phases, and all else that was said. */
function progressOf(stderr) {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => line && !line.startsWith('npm warn'));
  return lines.filter((line, i) => {
    const phase = phaseOf(line);
    return phase === undefined || !lines.slice(i + 1).some((later) => phaseOf(later) === phase);
  });
}

function phaseOf(line) {
  return line.startsWith('{"phase"') ? JSON.parse(line).phase : undefined;
}
