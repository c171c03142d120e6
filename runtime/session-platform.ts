import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-node';

/** Where a graph runs: `cpu`, `webgpu` and `cuda` in Node, `wasm` and `webgpu` in the browser. */
export type Device = 'cpu' | 'wasm' | 'webgpu' | 'cuda';

/** The part of ONNX Runtime's two packages that is used here. */
export interface OnnxRuntime {
  readonly Tensor: TensorConstructor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly env: {
    readonly versions: { readonly common: string };
    readonly wasm: { wasmPaths?: string | object };
  };
}

/** What differs between Node and the browser. */
export interface Platform {
  /** Fastest first; the last one is always there. */
  readonly devices: readonly Device[];
  /** Whether outputs can be written into arrays that the caller provides. */
  readonly writesIntoOutputs: boolean;
  onnxRuntime(): Promise<OnnxRuntime>;
  coreCount(): number;
  /** Why a device cannot be there, as far as that is known without trying it. */
  missing(device: Device): Promise<string | undefined>;
}

export type SessionTensor = Tensor;

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

export async function loadPlatform(): Promise<Platform> {
  return inNode ? await import('./session-node.js') : await import('./session-web.js');
}
