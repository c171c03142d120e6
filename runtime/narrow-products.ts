import { Graph, ints, type Node, type Value } from './graph.js';
import type { Program } from './trace.js';

/**
 * Aᵀ B with many columns of A and few of B, written (Bᵀ A)ᵀ: ONNX Runtime fuses transposes into its matrix product, but the
 * kernel copies what it transposes and is slow on narrow answers. 16 products 64 ← 2,048 → 16 took 3.6 ms on one core, so
 * 2.2 ms, the transposes included.
 *
 * Done on the finished program, not while it is recorded: a choice by size would differ between traces at several stand-in sizes.
 */
export function turnNarrowProducts({ graph, outputs }: Program): Program {
  const fresh = new Graph(graph.nodes);
  const turned = new Graph();
  for (const node of graph.nodes) {
    const factors = narrowFactors(node);
    if (!factors) {
      turned.nodes.push(node);
      continue;
    }
    const first = fresh.nodes.length;
    fresh.origin = node.origin;
    const [{ shape, dims, type }] = node.outputs;
    const product = fresh.node(
      'MatMul',
      [transposed(fresh, factors.right), factors.left],
      [{ shape: swapped(shape), dims: swapped(dims), type }],
    )[0];
    // the answer stays the value that other nodes name
    const { node: last } = transposed(fresh, product);
    const answer: Node = { ...last, outputs: node.outputs };
    for (const output of node.outputs) output.node = answer;
    turned.nodes.push(...fresh.nodes.slice(first, -1), answer);
  }
  return { graph: turned, outputs };
}

/** A and B of a product Aᵀ B where A has at least twice the columns of B. */
function narrowFactors({ op, inputs }: Node): { left: Value; right: Value } | null {
  if (op !== 'MatMul') return null;
  const [left, right] = [untransposed(inputs[0]!), inputs[1]!];
  if (!left || untransposed(right)) return null;
  return left.shape.at(-1)! >= 2 * right.shape.at(-1)! ? { left, right } : null;
}

/** What a value is the transpose of, in its last two axes alone. */
function untransposed({ node, shape }: Value): Value | null {
  if (node.op !== 'Transpose') return null;
  const { ints: axes } = node.attributes.perm as { ints: readonly number[] };
  return swapped([...shape.keys()]).every((axis, position) => axes[position] === axis)
    ? node.inputs[0]
    : null;
}

export function transposed(graph: Graph, x: Value): Value {
  const perm = ints(swapped([...x.shape.keys()]));
  const output = { shape: swapped(x.shape), dims: swapped(x.dims), type: x.type };
  return graph.node('Transpose', [x], [output], { perm })[0];
}

/** A list with its last two entries in each other's place. */
const swapped = <T>(list: readonly T[]): T[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
