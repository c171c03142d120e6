import type { Command } from 'commander';
import { whole } from '../numbers.js';

interface ViewFlags {
  readonly port: number;
  readonly host: string;
  readonly json?: boolean;
}

/** Adds `fieldsmith view`. */
export function addViewCommand(program: Command): void {
  program
    .command('view')
    .description(
      'look at fields in the browser: of a run folder, a mesh or surface file, or of files dropped there; or at a model’s card',
    )
    .argument('[path]', 'run folder, or a file: .vtu, .pvd, .vtk, .msh, .stl, .obj, .ply, .glb, .onnx')
    .option('--port <n>', 'port to listen on; any free one by default', whole, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--json', 'print the address as JSON')
    .addHelpText('after', '\nExample: fieldsmith view runs/demo')
    .action(async (path: string | undefined, { json, ...options }: ViewFlags) => {
      const { serveViewer } = await import('../../viewer/index.js');
      const { url } = await serveViewer(path, options);
      console.log(
        json
          ? JSON.stringify({ url, path: path ?? null })
          : `${path ?? 'The viewer'} at ${url} (ctrl-C ends)`,
      );
    });
}
