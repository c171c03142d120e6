import { type Command, Option } from 'commander';
import { positive, positiveNumber, whole } from '../numbers.js';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

interface ShellOptions {
  readonly model?: string[];
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly workers?: number;
  readonly queue?: number;
  readonly maximumCells?: number;
  readonly uploadMegabytes?: number;
  readonly meshMegabytes?: number;
  readonly answerSeconds?: number;
  readonly logLevel: (typeof LEVELS)[number];
  readonly json?: boolean;
}

/** Adds `fieldsmith serve`. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('certified solves and predictions over HTTP; GET /openapi.json describes the service')
    .option(
      '--model <folders...>',
      'model folders, run folders, .onnx files or names of models that come with the package; all of these by default',
    )
    // written out, since the module that owns the defaults loads much more than `--help` needs
    .option(
      '--host <address>',
      'address to listen on; another than a loopback address needs a token',
      '127.0.0.1',
    )
    .option('--port <n>', 'port to listen on, 0 for any free one', whole, 8470)
    .option('--token-file <path>', 'file with the token that every request has to bear')
    .option('--workers <n>', 'worker threads; by default one for each core but one', positive)
    .option('--queue <n>', 'requests that may wait for a worker (256)', positive)
    .option('--maximum-cells <n>', 'largest mesh (1000000)', positive)
    .option('--upload-megabytes <n>', 'largest mesh file (64)', positive)
    .option('--mesh-megabytes <n>', 'memory for meshes (1024)', positive)
    .option('--answer-seconds <t>', 'longest time for an answer (120)', positiveNumber)
    .addOption(
      new Option('--log-level <name>', 'of the JSON lines on standard output')
        .choices(LEVELS)
        .default('info'),
    )
    .option(
      '--json',
      'say the address as JSON, on standard error as the sentence: standard output has the log',
    )
    .addHelpText('after', '\nExample: fieldsmith serve --model runs/random-bc --port 8470')
    .action(serveFromShell);
}

async function serveFromShell(options: ShellOptions): Promise<void> {
  const { readToken, startService } = await import('../../server/index.js');
  const { model, tokenFile, uploadMegabytes, meshMegabytes, logLevel, json, ...rest } = options;
  const service = await startService({
    ...rest,
    models: model,
    token: tokenFile === undefined ? undefined : readToken(tokenFile),
    uploadBytes: uploadMegabytes && uploadMegabytes * 2 ** 20,
    meshBytes: meshMegabytes && meshMegabytes * 2 ** 20,
    log: { level: logLevel },
  });
  // standard output belongs to the log
  console.error(json ? JSON.stringify({ url: service.url }) : `fieldsmith at ${service.url} (ctrl-C ends)`);
  const close = () => {
    // the second one ends the process
    process.removeListener('SIGINT', close).removeListener('SIGTERM', close);
    void service.close();
  };
  process.once('SIGINT', close).once('SIGTERM', close);
}
