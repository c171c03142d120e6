import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { packageFile } from '../common/package-file.js';
import type { BenchCase } from './main.js';

const CONNECTIONS = 64;
/** Seconds before the load that counts: models are opened, code is compiled, memory has found its level. */
const WARM_UP = 3;
const SAMPLE_MILLISECONDS = 250;
/** Seconds that a request may wait among those of all connections */
const TIMEOUT = 100;

const mesh = { generator: 'corner-removed-square', corners: 2, cellCount: 1000 };
const problem = {
  source: 1,
  boundaryConditions: {
    bottom: { type: 'dirichlet', value: 0 },
    left: { type: 'dirichlet', value: 1 },
    '*': { type: 'neumann', flux: 0 },
  },
};
const model = 'random-bc';

/** The service of the built package in a process of its own, under requests of many connections at a time. */
export async function run(_repeats: number, only: string, seconds: number): Promise<BenchCase[]> {
  const { url, child } = await startService();
  try {
    const id = await generatedMesh(url);
    const stated = { mesh: { id }, ...problem };
    const loads = {
      'solve, JSON': { path: '/solve', body: stated, accept: 'application/json' },
      'solve from a guess, float64': {
        path: '/solve',
        body: { ...stated, guess: { model } },
        accept: 'application/octet-stream',
      },
      'predict, float64': {
        path: '/predict',
        body: { ...stated, model },
        accept: 'application/octet-stream',
      },
    };
    const cases: BenchCase[] = [];
    for (const [name, load] of Object.entries(loads)) {
      const full = `${name}, 1,000 cells, ${CONNECTIONS} connections`;
      if (full.includes(only)) cases.push({ name: full, ...(await measure(url, load, seconds)) });
    }
    return cases;
  } finally {
    child.kill('SIGTERM');
  }
}

interface Load {
  readonly path: string;
  readonly body: unknown;
  readonly accept: string;
}

async function measure(url: string, { path, body, accept }: Load, duration: number) {
  const load = {
    url: url + path,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
    connections: CONNECTIONS,
    timeout: TIMEOUT,
  } as const;
  await autocannon({ ...load, duration: Math.min(WARM_UP, duration) });
  const memory = sampleMemory(url);
  // meanwhile, one client asks for what takes no work
  const [result, health] = await Promise.all([
    autocannon({ ...load, duration }),
    autocannon({ url: `${url}/health`, connections: 1, duration }),
  ]);
  const megabytes = await memory.stop();
  const quarter = Math.max(1, Math.floor(megabytes.length / 4));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, last] = [mean(megabytes.slice(0, quarter)), mean(megabytes.slice(-quarter))];
  return {
    ours_ms: result.latency.p50,
    p99_ms: result.latency.p99,
    longest_ms: result.latency.max,
    requests_per_second: result.requests.average,
    answered: result.requests.total,
    errors: result.errors,
    timeouts: result.timeouts,
    refused: result.non2xx,
    health_p99_ms: health.latency.p99,
    seconds: duration,
    memory_first_quarter_mb: Math.round(first),
    memory_last_quarter_mb: Math.round(last),
    memory_peak_mb: Math.round(Math.max(...megabytes)),
    memory_growth_mb: Math.round(last - first),
  };
}

/** Resident memory of the service in MB, as it says itself. */
function sampleMemory(url: string): { stop(): Promise<number[]> } {
  const samples: number[] = [];
  let over = false;
  const sampling = (async () => {
    do {
      const text = await (await fetch(`${url}/metrics`)).text();
      samples.push(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MILLISECONDS));
    } while (!over);
    return samples;
  })();
  return {
    stop: () => {
      over = true;
      return sampling;
    },
  };
}

async function generatedMesh(url: string): Promise<string> {
  const response = await fetch(`${url}/meshes/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mesh),
  });
  return ((await response.json()) as { id: string }).id;
}

async function startService(): Promise<{ url: string; child: ChildProcess }> {
  const command = [packageFile('dist/cli/main.js'), 'serve', '--port', '0', '--log-level', 'silent'];
  const child = spawn(process.execPath, [...command, '--model', model], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let text = '';
  while (!/http:\S+/.test(text)) {
    const [chunk] = await Promise.race([
      once(child.stderr!, 'data'),
      once(child, 'exit').then(() => [undefined]),
    ]);
    if (chunk === undefined) throw new Error(`bench: the service did not start: ${text}`);
    text += chunk;
  }
  return { url: /http:\S+/.exec(text)![0], child };
}
