import { type Command, InvalidArgumentError, Option } from 'commander';
import { positive, positiveNumber } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { Hole, RunMeshOptions } from './run-mesh.js';

type ShellOptions = Omit<RunMeshOptions, 'input' | 'holes'> & {
  readonly hole?: readonly Hole[];
  readonly json?: boolean;
};

/** Adds `fieldsmith mesh`. */
export function addMeshCommand(program: Command): void {
  program
    .command('mesh')
    .description('cells for a part: tetrahedra in a closed surface, triangles in outlines with holes')
    .argument('[input]', 'a surface (.stl), or a file with a section mesh, as a problem file has it (.yaml)')
    .option('--rectangle <WxH>', 'a rectangle in place of a file, as 120x80', twoNumbers)
    .option('--hole <x,y,r>', 'a round hole in it, as 60,40,5; may be repeated', addHole)
    .requiredOption('--out <file>', 'mesh to write: .vtu, .msh or .vtk')
    .option('--cell-size <h>', 'edge length of the cells, in the unit of the part', positiveNumber)
    .addOption(
      new Option('--cells <n>', 'number of cells aimed at; 4000 by default')
        .argParser(positive)
        .conflicts('cellSize'),
    )
    .addOption(
      new Option('--length-unit <unit>', 'of the part; the mesh is written in metres').choices([
        'm',
        'cm',
        'mm',
      ]),
    )
    .option(
      '--feature-angle <degrees>',
      'edges of a surface that bend by more stay sharp (40)',
      positiveNumber,
    )
    .option(
      '--problem <file>',
      'problem file (.yaml) to write with all patches, for solve and control to start from',
    )
    .option('--json', 'print cells, patches and quality as JSON')
    .addHelpText(
      'after',
      `
Examples: fieldsmith mesh part.stl --length-unit mm --cell-size 3 --out part.vtu --problem part.yaml
          fieldsmith mesh --rectangle 120x80 --hole 60,40,10 --length-unit mm --out plate.vtu
          fieldsmith mesh plate.yaml --cells 2000 --out plate.msh`,
    )
    .action(async (input: string | undefined, { json, hole, ...options }: ShellOptions) => {
      const { runMesh } = await import('./run-mesh.js');
      const { describeMesh } = await import('./mesh-summary.js');
      await runWork((watch) => runMesh({ input, holes: hole, ...options }, watch), {
        json,
        describe: (result) =>
          `${describeMesh(result)}\n\nmesh      ${result.file}${result.problem ? `\nproblem   ${result.problem}, to change and solve` : ''}`,
      });
    });
}

function twoNumbers(text: string): [number, number] {
  const values = text.split('x').map(Number);
  if (values.length === 2 && values.every((value) => value > 0 && Number.isFinite(value)))
    return values as [number, number];
  throw new InvalidArgumentError('expected two positive numbers, as 120x80.');
}

function addHole(text: string, before: readonly Hole[] = []): Hole[] {
  const values = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  if (values.length === 3 && values.every(Number.isFinite) && values[2] > 0)
    return [...before, values as unknown as Hole];
  throw new InvalidArgumentError('expected centre and radius, as 60,40,5.');
}
