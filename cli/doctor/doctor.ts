import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describeHardware } from '../../common/hardware.js';
import { packageFile } from '../../common/package-file.js';
import { type Device, type DeviceReport, platformDevices, type TrainingReport } from '../../runtime/index.js';
import { EMULATED } from '../../runtime/session.js';
import { findBrowser } from '../../scripts/find-browser.mjs';

/** What this machine offers: `fieldsmith doctor`. */
export interface Diagnosis {
  readonly fieldsmith: string;
  readonly node: string;
  /** Version of onnxruntime-node, or null where it cannot be loaded. */
  readonly onnxRuntime: string | null;
  readonly hardware: string;
  /** Path of a Chrome or Chromium for the browser tests, or null. */
  readonly browser: string | null;
  /** Fastest kind first, as `device: 'auto'` tries them. */
  readonly devices: readonly DeviceDiagnosis[];
}

/** What a device does with a graph, and with a training. */
export interface DeviceDiagnosis extends DeviceReport {
  readonly training: TrainingReport;
}

/** Seconds a device may take to compile and run a small product and a small training. */
const TIMEOUT = 60;

/** Tries every device of ONNX Runtime in Node, each in a process of its own. */
export async function diagnose(signal?: AbortSignal): Promise<Diagnosis> {
  const devices: DeviceDiagnosis[] = [];
  for (const device of await platformDevices()) {
    devices.push(await tryDevice(device, signal));
    signal?.throwIfAborted();
  }
  return {
    fieldsmith: versionIn(packageFile('package.json')),
    node: process.versions.node,
    onnxRuntime: onnxRuntimeVersion(),
    hardware: describeHardware(),
    browser: findBrowser() ?? null,
    devices,
  };
}

/** A few lines for people. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { fieldsmith, onnxRuntime, hardware, browser, devices } = diagnosis;
  const rows: [string, string][] = [
    ['fieldsmith', fieldsmith],
    ['machine', hardware],
    ['ONNX Runtime', onnxRuntime ?? 'not found: npm install onnxruntime-node'],
    [
      'browser',
      browser ?? 'none found: set CHROME_PATH, or install Chrome or Chromium (for browser tests only)',
    ],
    ...devices.flatMap(deviceRows),
  ];
  return rows.map(([name, text]) => `${name.padEnd(14)}${text}`).join('\n');
}

function deviceRows(diagnosis: DeviceDiagnosis): [string, string][] {
  const { device, works, reason, firstRun, laterRun = 0, training } = diagnosis;
  if (!works) return [[device, `does not work: ${reason}`]];
  const emulated = device === 'webgpu' && laterRun >= EMULATED;
  return [
    [
      device,
      `inference works: a 256 × 256 matrix product and softmax in ${laterRun.toFixed(1)} ms, the first in ${firstRun?.toFixed(0)} ms`,
    ],
    [
      '',
      training.works
        ? `training works: a step of a small network in ${training.laterStep?.toFixed(1)} ms, the first in ${training.firstStep?.toFixed(0)} ms`
        : `training does not work: ${training.reason}`,
    ],
    ...(emulated
      ? [['', "emulated by the processor: `device: 'auto'` leaves it out"] satisfies [string, string]]
      : []),
  ];
}

/** What a device does, tried in a process of its own. */
export function tryDevice(device: Device, signal?: AbortSignal): Promise<DeviceDiagnosis> {
  const worker = packageFile('dist/cli/doctor/device-worker.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [worker, device],
      { timeout: 1000 * TIMEOUT, signal },
      (error, output, complaints) => {
        try {
          resolve(JSON.parse(output));
        } catch {
          const ended = error?.killed ? `no answer within ${TIMEOUT} s` : endOf(error);
          const last = complaints.trim().split('\n').at(-1);
          const reason = last ? `${ended}: ${last}` : ended;
          resolve({
            device,
            works: false,
            reason,
            training: { works: false, reason: 'inference does not work' },
          });
        }
      },
    );
  });
}

const endOf = (error: { code?: string | number | null; signal?: unknown } | null): string =>
  `the process that tried it ended with ${error?.signal ?? `code ${error?.code ?? 0}`}`;

function onnxRuntimeVersion(): string | null {
  try {
    return versionIn(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch {
    return null;
  }
}

const versionIn = (path: string): string => JSON.parse(readFileSync(path, 'utf8')).version;
