import type { Dimension, NamedTensors, TensorSpecs } from '../../../runtime/index.js';
import { tf } from '../../../runtime/index.js';

/** Where the table runs. */
export type ParityDevice = 'cpu in Node' | 'webgpu in Node' | 'wasm in Chromium' | 'webgpu in Chromium';
export const PARITY_DEVICES: readonly ParityDevice[] = [
  'cpu in Node',
  'webgpu in Node',
  'wasm in Chromium',
  'webgpu in Chromium',
];

export const SHADERS: readonly ParityDevice[] = ['webgpu in Node', 'webgpu in Chromium'];

export type TableFunction = (x: tf.Tensor, others: NamedTensors) => tf.Tensor;

/** Why a function's gradient, or its second one, is not checked. */
export interface DerivativeLimit {
  /** Derivatives that exist. */
  readonly order: 0 | 1;
  readonly because: string;
}

export interface ShaderError {
  readonly error: number;
  /** The kernels to blame. */
  readonly kernels: readonly string[];
  readonly because: string;
}

export interface KnownFailure {
  readonly on: readonly ParityDevice[];
  /** The kernels to blame. */
  readonly kernels: readonly string[];
  readonly because: string;
}

/** One row of the table: a function, its inputs, and what is known about it. */
export interface Entry {
  readonly fn: TableFunction;
  /** Shape of x, by default [n, 3]; names are dimensions whose sizes follow {@link TABLE_SIZES}. */
  readonly shape?: readonly Dimension[];
  readonly others?: TensorSpecs;
  /** Bring normal random numbers into the domain: of x, or of inputs by name. */
  readonly domain?: Domain | Readonly<Record<string, Domain>>;
  /** Without it the gradient and second gradient with respect to all float inputs are checked. */
  readonly limit?: DerivativeLimit;
  /** The same function for the oracle, where TensorFlow.js has no kernel on its cpu backend. */
  readonly reference?: TableFunction;
  /** Why finite differences say nothing here, as at a kink. */
  readonly noDifferences?: string;
  /** Where it is known to fail. The table fails as soon as it does not any more. */
  readonly fails?: KnownFailure;
  /** Where shaders are less precise than the table's tolerance says (`tolerances.ts`). */
  readonly shader?: ShaderError;
}

export type Entries = Readonly<Record<string, Entry>>;
export type Domain = (value: number) => number;

/** The cpu runs at both, so that named dimensions are met at two sizes; other devices at the first. */
export const TABLE_SIZES: readonly Readonly<Record<string, number>>[] = [
  { n: 5, m: 4, e: 7, b: 2 },
  { n: 11, m: 2, e: 3, b: 3 },
];

export const INTEGER: DerivativeLimit = { order: 0, because: 'the result is integer or boolean' };

/** TensorFlow.js itself throws, and so does a compiled function. */
export const noGradient = (kernel: string): DerivativeLimit => ({
  order: 0,
  because: `TensorFlow.js has no gradient of ${kernel}`,
});

export const float = (...shape: Dimension[]) => ({ shape, dtype: 'float32' }) as const;
export const whole = (...shape: Dimension[]) => ({ shape, dtype: 'int32' }) as const;

export const positive: Domain = (value) => 0.5 + Math.abs(value);
/** Inside (−1, 1). */
export const inside: Domain = (value) => 0.8 * Math.tanh(value);
export const above =
  (least: number): Domain =>
  (value) =>
    least + Math.abs(value);
export const times =
  (factor: number): Domain =>
  (value) =>
    factor * value;

/** A kernel that no operation of TensorFlow.js calls, or none with these attributes. */
export const kernel = (name: string, inputs: NamedTensors, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
