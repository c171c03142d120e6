import type { Dim } from './dimensions.js';
import type { Origin } from './origin.js';

/** Element types that cross the compiler; int64 only carries shapes and indices, which ONNX wants that way. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64';
export type ElementData = Float32Array | Int32Array | Uint8Array | BigInt64Array;

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

export const int = (value: number): Attribute => ({ int: value });
export const float = (value: number): Attribute => ({ float: value });
export const ints = (values: readonly number[]): Attribute => ({ ints: values });
export const text = (value: string): Attribute => ({ text: value });

export interface Value {
  readonly id: number;
  readonly type: ElementType;
  /** Sizes seen while tracing: named dimensions hold stand-in sizes. */
  readonly shape: readonly number[];
  /** The same shape in terms of the named dimensions (equal to `shape` when there are none). */
  dims: readonly Dim[];
  node: Node;
}

export interface HostFunction {
  readonly run: (inputs: HostArray[], context: unknown) => HostArray[] | Promise<HostArray[]>;
}

/** An array at the border of the compiler, row-major. `bool` arrays hold 0 and 1. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/**
 * An ONNX operator, or one of the four that become something else in the file: `Input`, `Parameter` (an initializer
 * with a name), `Constant` (an initializer), `HostCall` (a cut between two files).
 */
export interface Node {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: Value[];
  readonly name?: string;
  readonly data?: ElementData;
  readonly host?: HostFunction;
  /** The operation of the user's function that asked for it, as long as it may be asked for. */
  origin?: Origin;
}

export interface OutputType {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly dims?: readonly Dim[];
}

type NodeExtras = Pick<Node, 'name' | 'data' | 'host' | 'domain' | 'origin'>;

/** A list of nodes in an order that can be run. */
export class Graph {
  readonly nodes: Node[];
  /** Given to the nodes that are appended. */
  origin?: Origin;
  #nextId: number;

  /** Starts with the nodes of another graph, which it shares with it. */
  constructor(nodes: readonly Node[] = []) {
    this.nodes = [...nodes];
    this.#nextId = 0;
    for (const { outputs } of nodes)
      for (const { id } of outputs) this.#nextId = Math.max(this.#nextId, id + 1);
  }

  /** Appends a node with several outputs. */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly OutputType[],
    attributes: Readonly<Record<string, Attribute>> = {},
    extras: NodeExtras = {},
  ): Value[] {
    const node: Node = { op, inputs, attributes, outputs: [], origin: this.origin, ...extras };
    for (const { shape, type, dims } of outputs) {
      node.outputs.push({ id: this.#nextId++, type, shape, dims: dims ?? shape, node });
    }
    this.nodes.push(node);
    return node.outputs;
  }

  /** Appends a node with one output, by default of the type of its first input. */
  op(
    op: string,
    inputs: readonly (Value | null)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    type: ElementType = inputs[0]!.type,
  ): Value {
    return this.node(op, inputs, [{ shape, type }], attributes)[0];
  }

  input(name: string, type: ElementType, shape: readonly number[], dims?: readonly Dim[]): Value {
    return this.node('Input', [], [{ shape, type, dims }], {}, { name })[0];
  }

  constant(data: ElementData, shape: readonly number[]): Value {
    return this.node('Constant', [], [{ shape, type: typeOf(data) }], {}, { data })[0];
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return this.constant(arrayOf(type, [value]), []);
  }

  /** An int64 vector: a shape, axes, starts or ends. Entries that follow a named dimension are made dynamic later. */
  vector(values: readonly number[]): Value {
    return this.constant(arrayOf('int64', values), [values.length]);
  }
}

function typeOf(data: ElementData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof BigInt64Array ? 'int64' : 'bool';
}

export function arrayOf(type: ElementType, values: ArrayLike<number>): ElementData {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'bool':
      return Uint8Array.from(values);
    case 'int64':
      return BigInt64Array.from(Array.from(values, BigInt));
  }
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);
