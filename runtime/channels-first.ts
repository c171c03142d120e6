import { type Dim, sameDims } from './dimensions.js';
import { type Attribute, Graph, int, ints, type Node, type OutputType, type Value } from './graph.js';
import type { Program } from './trace.js';

/** Operators that treat every point alike, with operands of one size or spread to it. */
const POINTWISE = new Set(
  (
    'Abs Add And Cast Ceil Clip Cos Div Elu Equal Erf Exp Floor Greater GreaterOrEqual IsInf IsNaN LeakyRelu Less ' +
    'LessOrEqual Log Max Min Mul Neg Not Or Pow Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Sqrt Sub Tanh Where'
  ).split(' '),
);

const REDUCTIONS = new Set(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd']);

/** Channels last → first: the axes in their new order. */
const firstOrder = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1),
];

const lastOrder = (rank: number): number[] => [
  0,
  ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2),
  1,
];

/**
 * The same program with images kept as ONNX's convolutions have them, channels before height and width, from one
 * convolution to the next: TensorFlow.js has channels last, so that each convolution is lowered with a transpose before
 * and one behind it. Those behind are moved past pointwise operators, sums over axes and concatenations until they meet
 * one before the next convolution, with which they cancel, or end where the image does.
 *
 * One step of a U-Net (64 × 64 points, batch 8, width 32, 3 levels) has 150 transposes of images without and 7 with it.
 */
export function channelsFirst(program: Program): Program {
  return program.graph.nodes.some(isChannelsLast) ? new Relayout(program).run() : program;
}

const permutation = ({ attributes }: Node): readonly number[] =>
  (attributes.perm as { ints: readonly number[] }).ints;

/** A transpose of an image from channels first to channels last. */
const isChannelsLast = (node: Node): boolean =>
  node.op === 'Transpose' && permutation(node).join() === lastOrder(4).join();

class Relayout {
  readonly #graph = new Graph();
  /** Values of the program as values of the new graph, in the layout they had. */
  readonly #plain = new Map<Value, Value>();
  /** Those that exist with channels first. */
  readonly #first = new Map<Value, Value>();

  constructor(readonly program: Program) {}

  run(): Program {
    for (const node of this.program.graph.nodes) this.#append(node);
    const outputs = Object.entries(this.program.outputs).map(([name, value]) => [
      name,
      this.#plain.get(value)!,
    ]);
    return { graph: this.#graph, outputs: Object.fromEntries(outputs) };
  }

  #append(node: Node): void {
    if (isChannelsLast(node)) this.#first.set(node.outputs[0], this.#plain.get(node.inputs[0]!)!);
    const before = this.#first.get(node.inputs[0]!);
    if (node.op === 'Transpose' && before) {
      this.#plain.set(node.outputs[0], this.#transposed(before, node));
      return;
    }
    if (this.#moved(node)) return;
    const { op, inputs, outputs, attributes, ...extras } = node;
    const created = this.#graph.node(
      op,
      inputs.map((input) => input && this.#plain.get(input)!),
      outputs.map(({ shape, type, dims }) => ({ shape, type, dims })),
      attributes,
      extras,
    );
    for (const [position, output] of node.outputs.entries()) this.#plain.set(output, created[position]);
  }

  /** One transpose from channels first in place of two. */
  #transposed(before: Value, node: Node): Value {
    const [{ shape, type, dims }] = node.outputs;
    const order = permutation(node).map((axis) => lastOrder(dims.length)[axis]);
    if (order.every((axis, place) => axis === place)) return before;
    return this.#graph.node('Transpose', [before], [{ shape, type, dims }], { perm: ints(order) })[0];
  }

  /** Writes the node with channels first if that needs no transpose that is not there already. */
  #moved(node: Node): boolean {
    if (node.inputs.some((input) => input === null)) return false;
    const inputs = node.inputs as readonly Value[];
    if (!inputs.some((input) => this.#first.has(input))) return false;
    if (POINTWISE.has(node.op)) return this.#movedPointwise(node, inputs);
    if (REDUCTIONS.has(node.op)) return this.#movedReduction(node, inputs);
    return node.op === 'Concat' && this.#movedConcat(node, inputs);
  }

  #movedPointwise(node: Node, inputs: readonly Value[]): boolean {
    const [{ dims }] = node.outputs;
    const large = inputs.filter((input) => sameDims(input.dims, dims));
    const there = large.filter((input) => this.#first.has(input)).length;
    if (there === 0 || 2 * there < large.length) return false;
    const operands = inputs.map((input) => this.#channelsFirst(input, dims.length));
    if (operands.some((operand) => operand === null)) return false;
    this.#finish(node, operands as Value[], node.attributes);
    return true;
  }

  #movedReduction(node: Node, [x, axes]: readonly Value[]): boolean {
    if (axes?.node.op !== 'Constant') return false;
    const rank = x.dims.length;
    const order = firstOrder(rank);
    const reduced = Array.from(axes.node.data as BigInt64Array, Number);
    const kept = (node.attributes.keepdims as { int: number }).int === 1;
    // without the reduced axes the others have to stand in the order they had
    const rest = order.filter((axis) => !reduced.includes(axis));
    if (!kept && rest.some((axis, place) => place > 0 && axis < rest[place - 1])) return false;
    const moved = this.#graph.vector(reduced.map((axis) => order.indexOf(axis)));
    this.#finish(node, [this.#first.get(x)!, moved], node.attributes, kept);
    return true;
  }

  #movedConcat(node: Node, inputs: readonly Value[]): boolean {
    if (2 * inputs.filter((input) => this.#first.has(input)).length < inputs.length) return false;
    const rank = node.outputs[0].dims.length;
    const axis = firstOrder(rank).indexOf((node.attributes.axis as { int: number }).int);
    this.#finish(
      node,
      inputs.map((input) => this.#channelsFirst(input, rank)!),
      { axis: int(axis) },
    );
    return true;
  }

  /** Appends the moved node and, for those who want it so, its answer in the former layout; unused it is dropped later. */
  #finish(
    node: Node,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>>,
    reordered = true,
  ): void {
    const [output] = node.outputs;
    const order = firstOrder(output.dims.length);
    const type = reordered ? inOrder(output, order) : output;
    const moved = this.#graph.node(node.op, inputs, [type], attributes)[0];
    if (!reordered) {
      this.#plain.set(output, moved);
      return;
    }
    this.#first.set(output, moved);
    const back = { shape: output.shape, type: output.type, dims: output.dims };
    this.#plain.set(
      output,
      this.#graph.node('Transpose', [moved], [back], { perm: ints(lastOrder(order.length)) })[0],
    );
  }

  /** A value of the program with its channels first; null where its shape would have to be known. */
  #channelsFirst(value: Value, rank: number): Value | null {
    const known = this.#first.get(value);
    if (known) return known;
    let plain = this.#plain.get(value)!;
    if (value.dims.every((dim) => dim === 1)) return plain;
    const missing = rank - value.dims.length;
    if (missing > 0) {
      if (value.dims.some((dim) => typeof dim !== 'number')) return null;
      const shape = [...Array<number>(missing).fill(1), ...value.shape];
      plain = this.#graph.op('Reshape', [plain, this.#graph.vector(shape)], shape);
    }
    return this.#graph.node('Transpose', [plain], [inOrder(plain, firstOrder(rank))], {
      perm: ints(firstOrder(rank)),
    })[0];
  }
}

function inOrder({ shape, type, dims }: Value, order: readonly number[]): OutputType {
  return {
    type,
    shape: order.map((axis) => shape[axis]),
    dims: order.map((axis): Dim => dims[axis]),
  };
}
