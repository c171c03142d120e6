import { KERNEL_ALTERNATIVES } from '../../../runtime/kernel-alternatives.js';
import { type Entry, INTEGER, PARITY_DEVICES } from './entry.js';
import { type KernelCoverage, kernelCoverage, WITHOUT_SECOND } from './kernel-coverage.js';
import { table } from './table.js';
import { TOLERANCES, TRAINING_TOLERANCES } from './tolerances.js';

/** docs/kernels.md: what can be compiled, into what, and what was checked where. */
export function kernelPage(coverage: ReadonlyMap<string, KernelCoverage> = kernelCoverage()): string {
  const notes = collectNotes(Object.entries(table));
  const kernels = [...coverage].sort(([a], [b]) => (a < b ? -1 : 1));
  const missing = Object.entries(KERNEL_ALTERNATIVES).filter(([name]) => !coverage.has(name));
  return `# Kernels

Written by \`node scripts/kernel-table.mjs\` from the table of ${Object.keys(table).length} functions in \`test/runtime/parity/\`, which the tests run
on every device; a test fails when this page says anything else. Values, gradients and second gradients of a random
scalar function are compared with TensorFlow.js's cpu kernels run in float64, and those derivatives with differences.

* **${kernels.length} kernels** of TensorFlow.js can be compiled. *ONNX* lists the operators that a kernel was seen to become; *none* means
  that nothing is left of it in the graph.
* *Gradient* and *second*: a gradient through the kernel is compared, and differentiated and compared again.
* Devices: all functions that contain the kernel agree there. A number refers to the notes below.

${markdownTable(
  ['kernel', 'ONNX', 'gradient', 'second', ...PARITY_DEVICES],
  kernels.map(([name, { operators, gradient, second }]) => [
    `\`${name}\``,
    [...operators].sort().join(', ') || 'none',
    name in WITHOUT_SECOND ? '–' : yes(gradient.size > 0),
    name in WITHOUT_SECOND ? '–' : yes(second.size > 0),
    ...PARITY_DEVICES.map((device) => notes.cell(name, device)),
  ]),
)}

## Notes

${notes.list.map((text, index) => `${index + 1}. ${text}`).join('\n')}

## No second gradient

${Object.entries(grouped(Object.entries(WITHOUT_SECOND)))
  .map(([because, names]) => `* ${names.map(code).join(', ')}: ${because}.`)
  .join('\n')}

Checked without derivatives, or without differences:

${Object.entries(table)
  .flatMap(([name, { limit, noDifferences }]) => {
    const because = limit && limit !== INTEGER ? limit.because : noDifferences;
    return because ? [`* ${name}: ${because}.`] : [];
  })
  .join('\n')}

## Tolerances

max |difference| ≤ tolerance · max(1, max |expected|), for each array of a function, and for losses, gradient norms and
weights of trainings (Adam, AdamW, SGD, Muon; clipped, accumulated, averaged; with a call of the host).

${markdownTable(
  ['', ...PARITY_DEVICES],
  [
    ['functions', ...PARITY_DEVICES.map((device) => String(TOLERANCES[device]))],
    ['trainings', ...PARITY_DEVICES.map((device) => String(TRAINING_TOLERANCES[device]))],
  ],
)}

## Kernels that cannot be compiled

Compiling a function that calls one of them fails with its name, the line of the call, and this advice.

${markdownTable(
  ['kernel', 'instead'],
  missing.map(([name, instead]) => [code(name), instead]),
)}
`;
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');
const code = (name: string): string => `\`${name}\``;

function grouped(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, because] of entries) groups[because] = [...(groups[because] ?? []), name];
  return groups;
}

/** Notes of what fails or is wrong by more than the tolerance, numbered, with the kernels and devices that they concern. */
function collectNotes(rows: readonly (readonly [string, Entry])[]) {
  const list: string[] = [];
  const cells = new Map<string, number[]>();
  const note = (text: string, kernels: readonly string[], devices: readonly string[]): void => {
    list.push(text);
    for (const kernel of kernels)
      for (const device of devices)
        cells.set(`${kernel} ${device}`, [...(cells.get(`${kernel} ${device}`) ?? []), list.length]);
  };
  for (const [name, { fails }] of rows)
    if (fails) note(`${name} fails on ${fails.on.join(' and ')}: ${fails.because}.`, fails.kernels, fails.on);
  const imprecise = rows.filter(([, { shader }]) => shader);
  for (const because of new Set(imprecise.map(([, { shader }]) => shader!.because))) {
    const kernels = imprecise.flatMap(([, { shader }]) =>
      shader!.because === because ? shader!.kernels : [],
    );
    const error = Math.max(...imprecise.map(([, { shader }]) => shader!.error));
    note(
      `${kernels.map(code).join(', ')} on webgpu: tolerance ${error.toPrecision(1)}. ${because}.`,
      kernels,
      PARITY_DEVICES.filter((device) => device.startsWith('webgpu')),
    );
  }
  return {
    list,
    cell: (kernel: string, device: string) => {
      const numbers = cells.get(`${kernel} ${device}`);
      return numbers ? `(${numbers.join(', ')})` : 'yes';
    },
  };
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
