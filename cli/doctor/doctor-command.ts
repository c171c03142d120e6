import type { Command } from 'commander';

/** Adds `fieldsmith doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what works on this machine: devices, ONNX Runtime, browser, and why not')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample: fieldsmith doctor')
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnose, formatDiagnosis } = await import('./doctor.js');
      const diagnosis = await diagnose();
      console.log(json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis));
    });
}
