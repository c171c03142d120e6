import type { InferenceSession } from 'onnxruntime-node';
import { FileError, InvalidInputError } from '../common/errors.js';
import { resource } from './resource.js';
import { type Device, loadPlatform, type SessionTensor } from './session-platform.js';

/** An ONNX graph ready to run. */
export interface Session extends AsyncDisposable {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly device: Device;
  /** Runs the graph. Outputs given as `into` are written into their memory where the platform can; use what it returns. */
  run(
    feeds: Record<string, SessionTensor>,
    into?: Record<string, SessionTensor | null>,
  ): Promise<Record<string, SessionTensor>>;
  /** Frees the graph once runs under way have ended. May be called again. */
  dispose(): Promise<void>;
}

export interface OpenOptions {
  /** Threads of one operator; by default one per core, at most eight. */
  readonly threads?: number;
  /** In the browser: where ONNX Runtime's `.wasm` and `.mjs` files are served; by default beside the script. */
  readonly wasmPaths?: string;
}

/**
 * Opens an ONNX file's bytes on one device.
 *
 * @throws FileError when the runtime refuses them, InvalidInputError for a device that this platform does not know.
 */
export async function openSession(bytes: Uint8Array, device: Device, options: OpenOptions): Promise<Session> {
  const platform = await loadPlatform();
  if (!platform.devices.includes(device)) {
    throw new InvalidInputError(
      `createSession: device should be auto or one of ${platform.devices.join(', ')} here, got ${device}`,
    );
  }
  const runtime = await platform.onnxRuntime();
  if (options.wasmPaths !== undefined) runtime.env.wasm.wasmPaths = options.wasmPaths;
  let session: InferenceSession;
  try {
    const missing = await platform.missing(device);
    if (missing) throw new Error(missing);
    session = await runtime.InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: options.threads ?? Math.min(8, platform.coreCount()),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new FileError(
      `createSession: ONNX Runtime refused the model on ${device}: ${(cause as Error).message}`,
      { cause },
    );
  }
  const life = resource('the session', () => session.release());
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    device,
    run: (feeds, into) =>
      life.use(
        async () =>
          (await (into && platform.writesIntoOutputs
            ? session.run(feeds, into)
            : session.run(feeds))) as Record<string, SessionTensor>,
      ),
    dispose: life.dispose,
    [Symbol.asyncDispose]: life.dispose,
  };
}
