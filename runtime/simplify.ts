import { sameDims } from './dimensions.js';
import type { Node, Value } from './graph.js';

/** A value equal to what the node computes, when a simpler one exists. */
export function simplified(node: Node): Value | null {
  const [output] = node.outputs;
  const [first, second] = node.inputs;
  switch (node.op) {
    case 'Reshape':
    case 'Expand':
      return unchanged(first!, output);
    case 'Mul':
      return identityOperand(first!, second!, 1, output);
    case 'Add':
      return identityOperand(first!, second!, 0, output);
    case 'Div':
    case 'Pow':
      return isUniform(second!, 1) ? unchanged(first!, output) : null;
    case 'Sub':
      return isUniform(second!, 0) ? unchanged(first!, output) : null;
    case 'Transpose':
      return inverseTranspose(node);
    default:
      return null;
  }
}

const unchanged = (value: Value, output: Value): Value | null =>
  value.type === output.type && sameDims(value.dims, output.dims) ? value : null;

function identityOperand(a: Value, b: Value, identity: number, output: Value): Value | null {
  if (isUniform(b, identity)) return unchanged(a, output);
  return isUniform(a, identity) ? unchanged(b, output) : null;
}

/** Whether a value holds one known number everywhere. */
export function isUniform(value: Value, number: number): boolean {
  const { node } = value;
  if (node.op === 'Expand') return isUniform(node.inputs[0]!, number);
  return node.op === 'Constant' && node.data!.length === 1 && Number(node.data![0]) === number;
}

function inverseTranspose({ inputs, attributes }: Node): Value | null {
  const inner = inputs[0]!.node;
  if (inner.op !== 'Transpose') return null;
  const outer = (attributes.perm as { ints: readonly number[] }).ints;
  const first = (inner.attributes.perm as { ints: readonly number[] }).ints;
  return outer.every((axis, position) => first[axis] === position) ? inner.inputs[0] : null;
}

/** Operators that broadcast their operands themselves. */
const BROADCASTING = new Set(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Where']);

/**
 * The node's operands, with those that were only spread to the size of another one taken before spreading: gradients
 * of sums and means spread a small cotangent and multiply it with a large array next.
 */
export function withoutSpreading(node: Node): Node['inputs'] {
  if (!BROADCASTING.has(node.op)) return node.inputs;
  const [{ dims }] = node.outputs;
  const inputs = [...node.inputs] as Value[];
  for (const [position, input] of inputs.entries()) {
    const narrow = beforeSpreading(input);
    const others = inputs.filter((_, other) => other !== position);
    if (narrow !== input && others.some((other) => sameDims(other.dims, dims))) inputs[position] = narrow;
  }
  return inputs;
}

function beforeSpreading(value: Value): Value {
  const { op, inputs } = value.node;
  if (op === 'Expand') return inputs[0]!;
  if (op === 'Mul' && isUniform(inputs[1]!, 1)) return inputs[0]!;
  if (op === 'Mul' && isUniform(inputs[0]!, 1)) return inputs[1]!;
  return value;
}
