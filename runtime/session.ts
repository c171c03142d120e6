import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node';
import { FileError, InvalidInputError } from '../common/errors.js';
import type { ElementType, HostArray } from './graph.js';

export type Device = 'cpu' | 'wasm' | 'webgpu';

export interface SessionOptions {
  /** Where the graph runs; by default the CPU in Node and WebAssembly in the browser. */
  readonly device?: Device;
  /** Threads of one operator; by default one per core, at most eight. */
  readonly threads?: number;
}

/** The part of ONNX Runtime's two packages that is used here. */
export interface OnnxRuntime {
  readonly Tensor: TensorConstructor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
}

/** What differs between Node and the browser. */
export interface Platform {
  readonly defaultDevice: Device;
  /** Whether outputs can be written into arrays that the caller provides. */
  readonly writesIntoOutputs: boolean;
  onnxRuntime(): Promise<OnnxRuntime>;
  coreCount(): number;
}

export type SessionTensor = Tensor;

/** An ONNX graph ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly device: Device;
  /** Runs the graph. Outputs given as `into` are written into their memory where the platform can; use what it returns. */
  run(
    feeds: Record<string, SessionTensor>,
    into?: Record<string, SessionTensor | null>,
  ): Promise<Record<string, SessionTensor>>;
  dispose(): Promise<void>;
}

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

async function loadRuntime(): Promise<{ runtime: OnnxRuntime; platform: Platform }> {
  const platform = inNode ? await import('./session-node.js') : await import('./session-web.js');
  return { runtime: await platform.onnxRuntime(), platform };
}

export type TensorFactory = (type: ElementType, array: HostArray) => SessionTensor;

/** Makes tensors to feed sessions with; they share the arrays' memory. */
export async function tensorFactory(): Promise<TensorFactory> {
  const { runtime } = await loadRuntime();
  return (type, { shape, data }) => new runtime.Tensor(type as 'float32', data as Float32Array, shape);
}

/**
 * Opens an ONNX file's bytes on ONNX Runtime.
 *
 * @throws FileError when the bytes are no ONNX model that the runtime accepts, InvalidInputError for an unknown device.
 */
export async function createSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { runtime, platform } = await loadRuntime();
  const device = options.device ?? platform.defaultDevice;
  if (!['cpu', 'wasm', 'webgpu'].includes(device)) {
    throw new InvalidInputError(`createSession: device should be cpu, wasm or webgpu, got ${device}`);
  }
  const threads = options.threads ?? Math.min(8, platform.coreCount());
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
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
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    device,
    run: async (feeds, into) =>
      (into && platform.writesIntoOutputs ? session.run(feeds, into) : session.run(feeds)) as Promise<
        Record<string, SessionTensor>
      >,
    dispose: () => session.release(),
  };
}
