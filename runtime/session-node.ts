import { InvalidInputError } from '../common/errors.js';
import type { Device, OnnxRuntime } from './session-platform.js';

// not a literal, so that bundlers for the browser do not follow it
const PACKAGE = ['onnxruntime', 'node'].join('-');

export const devices: readonly Device[] = ['cuda', 'webgpu', 'cpu'];
export const writesIntoOutputs = true;

export async function onnxRuntime(): Promise<OnnxRuntime> {
  try {
    const module = await import(/* @vite-ignore */ PACKAGE);
    return module.default ?? module;
  } catch (cause) {
    throw new InvalidInputError(
      `createSession: the package ${PACKAGE} cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
}

export const coreCount = (): number => globalThis.navigator?.hardwareConcurrency ?? availableCores();

/** `navigator` exists since Node 21; before, the operating system module has to be asked without importing it. */
function availableCores(): number {
  const os = process.getBuiltinModule?.('node:os');
  return os?.availableParallelism() ?? 2;
}

/** ONNX Runtime writes to standard error when it is asked for a provider whose library is not there: look first. */
export async function missing(device: Device): Promise<string | undefined> {
  const [modules, files] = [process.getBuiltinModule?.('node:module'), process.getBuiltinModule?.('node:fs')];
  if (device !== 'cuda' || !modules || !files) return undefined;
  const { platform, arch } = process;
  const library =
    platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const path = `${PACKAGE}/bin/napi-v6/${platform}/${arch}/${library}`;
  try {
    if (files.existsSync(modules.createRequire(import.meta.url).resolve(path))) return undefined;
  } catch {
    // not resolved: not installed
  }
  return `provider missing: ${path} is not installed (Linux x64 with CUDA 12: run the install script of ${PACKAGE} with --onnxruntime-node-install=cuda12)`;
}
