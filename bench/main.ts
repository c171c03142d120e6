import { loadavg } from 'node:os';
import { Command } from 'commander';
import { describeHardware } from '../common/hardware.js';

/** One named measurement: times in milliseconds, ratios ours / peer, null where a peer is not installed. */
export interface BenchCase {
  readonly name: string;
  readonly ours_ms: number;
  readonly [figure: string]: number | string | null;
}

interface BenchOptions {
  readonly json?: boolean;
  readonly repeats: number;
  readonly only: string;
  readonly duration: number;
}

/** What `npm run bench -- NAME` runs. */
const benches: Readonly<
  Record<string, () => Promise<{ run(repeats: number, only: string, seconds: number): Promise<BenchCase[]> }>>
> = {
  'train-step': () => import('./train-step.js'),
  inference: () => import('./inference.js'),
  poisson: () => import('./poisson.js'),
  burgers: () => import('./burgers.js'),
  gram: () => import('./gram.js'),
  compile: () => import('./compile.js'),
  experts: () => import('./experts.js'),
  gpu: () => import('./gpu.js'),
  mesh: () => import('./mesh.js'),
  'many-sources': () => import('./many-sources.js'),
  supervision: () => import('./supervision.js'),
  control: () => import('./control.js'),
  viewer: () => import('./viewer.js'),
  'viewer-live': () => import('./viewer-live.js'),
  service: () => import('./service.js'),
};

const program = new Command('bench')
  .description('Times Fieldsmith against what a user would use instead, in one run.')
  .argument('<name>', `one of ${Object.keys(benches).join(', ')}`)
  .option('--json', 'print one JSON object instead of a table')
  .option('--repeats <n>', 'timed repetitions of each measurement; medians are reported', Number, 7)
  .option(
    '--only <text>',
    'cases with this in their name; many-sources leaves out other meshes altogether',
    '',
  )
  .option('--duration <s>', 'seconds of each load on the service', Number, 60)
  .action(async (name: string, options: BenchOptions) => {
    const bench = benches[name];
    if (!bench) program.error(`unknown bench "${name}"; known: ${Object.keys(benches).join(', ')}`);
    const load = loadavg()[0];
    const measured = await (await bench()).run(options.repeats, options.only, options.duration);
    const cases = measured.filter((found) => found.name.includes(options.only));
    const result = { hardware: describeHardware(), machineLoaded: load > 0.7, loadAverage: load, cases };
    if (options.json) console.log(JSON.stringify(result, undefined, 2));
    else console.table(Object.fromEntries(cases.map(({ name: row, ...figures }) => [row, figures])));
    if (load > 0.7)
      console.error(`the machine was busy (load average ${load.toFixed(1)}): times are too long`);
  });

await program.parseAsync();
