// Trains a small surrogate for 1,000 steps on the cpu, on the cpu with noise, and with WebGPU in Node; writes
// docs/results/device-curves.{json,md,svg}. A few minutes on two idle cores.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, execPath, exit } from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const STEPS = 1000;
const NOISE_SEEDS = [1, 2, 3, 4, 5, 6];
const RESULT = 'docs/results/device-curves';
const CACHE = 'node_modules/.cache/fieldsmith-tests';

async function bundle(path, outfile) {
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'onnxruntime-web', 'piscina', 'zod'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

const exported = await bundle('test/runtime/device-curves-report.ts', `${CACHE}/device-curves-report.js`);
const { curvesPage, curvesPlot } = await import(pathToFileURL(exported).href);

if (!argv.includes('--page-only')) {
  const environment = await bundle('test/runtime/device-environment.ts', `${CACHE}/device-environment.js`);
  const { deviceEnvironment } = await import(pathToFileURL(environment).href);
  const hardware = await bundle('common/hardware.ts', `${CACHE}/hardware.js`);
  const { describeHardware } = await import(pathToFileURL(hardware).href);
  if (!deviceEnvironment) {
    console.error('device-curves: no Chromium with SwiftShader was found; install Debian’s chromium');
    exit(1);
  }
  const main = await bundle('test/runtime/surrogate-training-main.ts', `${CACHE}/surrogate-training-main.js`);
  const train = async (device, noise = []) => {
    console.log(`device-curves: ${STEPS} steps on ${device} ${noise}`);
    const { stdout } = await promisify(execFile)(
      execPath,
      [main, device, String(STEPS), ...noise.map(String)],
      {
        env: deviceEnvironment,
        maxBuffer: 2 ** 26,
      },
    );
    return JSON.parse(stdout);
  };
  const cpu = await train('cpu');
  const again = await train('cpu');
  const noisy = [];
  for (const seed of NOISE_SEEDS) noisy.push((await train('cpu', [seed])).losses);
  const webgpu = await train('webgpu');
  const curves = {
    hardware: describeHardware(),
    cpuRepeats: cpu.losses.every((loss, step) => Object.is(loss, again.losses[step])),
    seconds: { cpu: cpu.seconds, webgpu: webgpu.seconds },
    cpu: cpu.losses,
    webgpu: webgpu.losses,
    noisy,
  };
  // nine digits are those of a float32
  const digits = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);
  writeFileSync(`${RESULT}.json`, `${JSON.stringify(curves, digits)}\n`);
}
const curves = JSON.parse(readFileSync(`${RESULT}.json`, 'utf8'));
writeFileSync(`${RESULT}.md`, curvesPage(curves));
writeFileSync(`${RESULT}.svg`, curvesPlot(curves));
