import type { Command } from 'commander';
import { runWork } from '../run-work.js';
import type { ExportResult } from './run-export.js';

/** Adds `fieldsmith export`. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('the model of a run as one ONNX file that is complete by itself, or as a folder')
    .argument('<run>', 'run or model folder, or name of a model of the package')
    .requiredOption(
      '--out <path>',
      'file (.onnx), or folder for graph and card, with the graphs of encode and apply',
    )
    .option('--json', 'print files and tensors as JSON')
    .addHelpText('after', '\nExample: fieldsmith export runs/parts --out parts.onnx')
    .action(async (run: string, { out, json }: { out: string; json?: boolean }) => {
      const { runExport } = await import('./run-export.js');
      await runWork(({ signal }) => runExport(run, out, signal), { json, describe });
    });
}

function describe({ files, bytes, operator, parameters, inputs, outputs }: ExportResult): string {
  const shown = ({ name, shape }: ExportResult['inputs'][number]) => `${name} [${shape.join(', ')}]`;
  return `${operator}, ${parameters} parameters, graph of ${(bytes / 1e6).toFixed(2)} MB
inputs    ${inputs.map(shown).join(', ')}
outputs   ${outputs.map(shown).join(', ')}
${files.map((file) => `file      ${file}`).join('\n')}`;
}
