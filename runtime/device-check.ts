import { InvalidInputError } from '../common/errors.js';
import { int } from './graph.js';
import { writeOnnx } from './onnx/write.js';
import { type OpenOptions, openSession, type Session } from './session-open.js';
import { type Device, loadPlatform } from './session-platform.js';

/** What a device did with a small product whose result is known. */
export interface DeviceReport {
  readonly device: Device;
  readonly works: boolean;
  /** Why it does not work: provider missing, no adapter, wrong answer, or the runtime's own words. */
  readonly reason?: string;
  /** Opening the session and the first run, in milliseconds. */
  readonly firstRun?: number;
  /** The fastest of five later runs, in milliseconds: a 256 × 256 matrix product and a softmax. */
  readonly laterRun?: number;
}

const SIZE = 256;
/** GPUs compute exponentials to a few units of the last place, and CUDA rounds factors of products to ten bits. */
const TOLERANCE = 2e-3;

const reports = new Map<Device, Promise<DeviceReport>>();

/** Devices of this platform, fastest first; the last one is always there. */
export async function platformDevices(): Promise<readonly Device[]> {
  return (await loadPlatform()).devices;
}

/**
 * Runs softmax(A B) on a device and compares with the same in float64. A device is tried once in the life of a process.
 *
 * @throws InvalidInputError for a device that this platform does not know.
 */
export async function checkDevice(device: Device, options: OpenOptions = {}): Promise<DeviceReport> {
  const known = await platformDevices();
  if (!known.includes(device)) {
    throw new InvalidInputError(
      `checkDevice: device should be one of ${known.join(', ')} here, got ${device}`,
    );
  }
  let report = reports.get(device);
  if (!report) {
    report = check(device, options);
    reports.set(device, report);
  }
  return report;
}

async function check(device: Device, options: OpenOptions): Promise<DeviceReport> {
  let session: Session | undefined;
  try {
    const missing = await (await loadPlatform()).missing(device);
    if (missing) return { device, works: false, reason: missing };
    const { Tensor } = await (await loadPlatform()).onnxRuntime();
    const [a, b] = [pattern(5), pattern(7)];
    const feeds = {
      a: new Tensor('float32', a, [SIZE, SIZE]),
      b: new Tensor('float32', b, [SIZE, SIZE]),
    };
    let start = performance.now();
    session = await openSession(checkModel(), device, options);
    const { y } = await session.run(feeds);
    const firstRun = performance.now() - start;
    const difference = largestDifference(y.data as Float32Array, expected(a, b));
    if (!(difference <= TOLERANCE)) {
      const reason = `wrong answer: a matrix product and softmax differ by ${difference.toExponential(1)}`;
      return { device, works: false, reason };
    }
    let laterRun = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 5; run++) {
      start = performance.now();
      await session.run(feeds);
      laterRun = Math.min(laterRun, performance.now() - start);
    }
    return { device, works: true, firstRun, laterRun };
  } catch (error) {
    return { device, works: false, reason: describeFailure((error as Error).message) };
  } finally {
    await session?.dispose().catch(() => {});
  }
}

/** ONNX Runtime puts the places in its source in front. */
export function describeFailure(message: string): string {
  const adapter = /Failed to get a WebGPU adapter[^\n]*/.exec(message);
  return adapter ? `no adapter: ${adapter[0]}` : message.trim().split('\n')[0];
}

function checkModel(): Uint8Array {
  const matrix = (name: string) => ({ name, type: 'float32', dims: [SIZE, SIZE] }) as const;
  return writeOnnx({
    nodes: [
      { op: 'MatMul', inputs: ['a', 'b'], outputs: ['product'], attributes: {} },
      { op: 'Softmax', inputs: ['product'], outputs: ['y'], attributes: { axis: int(-1) } },
    ],
    inputs: [matrix('a'), matrix('b')],
    outputs: [matrix('y')],
    initializers: [],
  });
}

/** Eighths in (−½, ½) without symmetry: their products are exact in float32. */
const pattern = (step: number): Float32Array =>
  Float32Array.from({ length: SIZE * SIZE }, (_, i) => (((i * step + (i >> 8) * 3) % 7) - 3) / 8);

function expected(a: Float32Array, b: Float32Array): Float64Array {
  const result = new Float64Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) {
    const line = result.subarray(row * SIZE, (row + 1) * SIZE);
    for (let k = 0; k < SIZE; k++) {
      const factor = a[row * SIZE + k];
      for (let column = 0; column < SIZE; column++) line[column] += factor * b[k * SIZE + column];
    }
    const largest = line.reduce((m, value) => Math.max(m, value));
    let sum = 0;
    for (let column = 0; column < SIZE; column++) sum += line[column] = Math.exp(line[column] - largest);
    for (let column = 0; column < SIZE; column++) line[column] /= sum;
  }
  return result;
}

/** max |difference| / max |expected|; NaN when there is one. */
function largestDifference(values: Float32Array, reference: Float64Array): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    difference = Math.max(difference, Math.abs(values[i] - reference[i]));
    scale = Math.max(scale, reference[i]);
  }
  return difference / scale;
}
