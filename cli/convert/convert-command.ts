import { type Command, Option } from 'commander';
import { finite, positiveNumber } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { ConvertOptions, ConvertResult } from './run-convert.js';

/** Adds `fieldsmith convert`. */
export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description('a mesh with its fields, a series or a surface in another format')
    .argument('<input>', 'mesh (.vtu, .vtk, .msh), series (.pvd) or surface (.stl, .obj, .ply, .glb)')
    .argument('<output>', 'mesh, series, or surface (.stl): of a mesh its boundary')
    .option('--scale <factor>', 'lengths times this: 0.001 makes metres of millimetres', positiveNumber, 1)
    .addOption(new Option('--encoding <kind>', 'of the numbers').choices(['ascii', 'binary']))
    .option('--time <t>', 'step of a series, the nearest; by default the last', finite)
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      `
Examples: fieldsmith convert part.msh part.vtu --scale 0.001
          fieldsmith convert part.obj part.stl
          fieldsmith convert heat.pvd heat.vtk --time 300`,
    )
    .action(async (input: string, out: string, { json, ...options }: ConvertOptions & { json?: boolean }) => {
      const { runConvert } = await import('./run-convert.js');
      await runWork((watch) => runConvert(input, out, options, watch), { json, describe });
    });
}

function describe({
  file,
  cells,
  triangles,
  steps,
  patches,
  fields,
  linearisedCells,
}: ConvertResult): string {
  const what = triangles === undefined ? `${cells} cells` : `${triangles} triangles`;
  return [
    `${file}: ${what}${steps === undefined ? '' : `, ${steps} steps`}`,
    `patches   ${patches.join(', ') || 'without names'}`,
    ...(fields.length > 0 ? [`fields    ${fields.join(', ')}`] : []),
    ...(linearisedCells > 0
      ? [`${linearisedCells} second-order cells were replaced by those of their corners`]
      : []),
  ].join('\n');
}
