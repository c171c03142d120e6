import type { Command } from 'commander';
import { runWork } from '../run-work.js';

/** Adds `fieldsmith doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what works on this machine: devices, ONNX Runtime, browser, and why not')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample: fieldsmith doctor')
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnose, formatDiagnosis } = await import('./doctor.js');
      await runWork(({ signal }) => diagnose(signal), {
        json,
        describe: formatDiagnosis,
        interrupted: 'interrupted',
      });
    });
}
