import { InvalidInputError } from '../common/errors.js';
import { checkDevice, platformDevices } from './device-check.js';
import type { ElementType, HostArray } from './graph.js';
import { type OpenOptions, openSession, type Session } from './session-open.js';
import { type Device, loadPlatform, type SessionTensor } from './session-platform.js';

export type { Session } from './session-open.js';
export type { Device, SessionTensor } from './session-platform.js';

export interface SessionOptions extends OpenOptions {
  /**
   * Where the graph runs; by default the CPU in Node and WebAssembly in the browser. `auto` takes the first of cuda,
   * webgpu and the default that works on this machine and accepts the graph.
   */
  readonly device?: Device | 'auto';
  /** Told when a device is given up for the next one, and why. */
  readonly onFallback?: (message: string) => void;
}

export type TensorFactory = (type: ElementType, array: HostArray) => SessionTensor;

/** Makes tensors to feed sessions with; they share the arrays' memory. */
export async function tensorFactory(): Promise<TensorFactory> {
  const runtime = await (await loadPlatform()).onnxRuntime();
  return (type, { shape, data }) => new runtime.Tensor(type as 'float32', data as Float32Array, shape);
}

/**
 * Opens an ONNX file's bytes on ONNX Runtime. A named device is used or refused; `auto` goes on to the next one.
 *
 * @throws FileError when the bytes are no ONNX model that the runtime accepts, InvalidInputError for an unknown device.
 */
export async function createSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const device = options.device ?? (await platformDevices()).at(-1)!;
  if (device !== 'auto') return openSession(bytes, device, options);
  return firstThatWorks(await workingDevices(options), options, (each) => openSession(bytes, each, options));
}

/** The devices that a choice stands for, in the order in which they are tried when one after the other fails. */
export async function deviceOrder(options: SessionOptions): Promise<readonly Device[]> {
  const devices = await platformDevices();
  const { device = devices.at(-1)! } = options;
  if (device === 'auto') return workingDevices(options);
  if (!devices.includes(device)) {
    throw new InvalidInputError(
      `createSession: device should be auto or one of ${devices.join(', ')} here, got ${device}`,
    );
  }
  return devices.slice(devices.indexOf(device));
}

/** Calls `open` with one device after the other until it does not throw; the last error is thrown. */
export async function firstThatWorks<T>(
  devices: readonly Device[],
  { onFallback }: SessionOptions,
  open: (device: Device) => Promise<T>,
): Promise<T> {
  for (const [index, device] of devices.entries()) {
    try {
      return await open(device);
    } catch (error) {
      if (index === devices.length - 1) throw error;
      onFallback?.(
        `${(error as Error).message.trim()}; going on with ${devices[index + 1]} instead of ${device}`,
      );
    }
  }
  throw new InvalidInputError('firstThatWorks: no device was given');
}

/** Milliseconds of the check's product from which a GPU is taken for an emulated one: cards need 1–5, SwiftShader on two cores 170. */
export const EMULATED = 50;

async function workingDevices(options: SessionOptions): Promise<readonly Device[]> {
  const devices = await platformDevices();
  const last = devices.at(-1)!;
  const working: Device[] = [];
  for (const device of devices) {
    if (device === last) {
      working.push(device);
      continue;
    }
    const { works, reason, laterRun = 0 } = await checkDevice(device, options);
    if (works && laterRun < EMULATED) working.push(device);
    else if (works) options.onFallback?.(`${device} is left out: it is emulated by the processor`);
    else if (reason?.startsWith('wrong answer')) options.onFallback?.(`${device} is left out: ${reason}`);
  }
  return working;
}
