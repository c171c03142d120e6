import { dimText } from './dimensions.js';
import { type Attribute, type ElementData, Graph, type Node, type Value } from './graph.js';
import { turnNarrowProducts } from './narrow-products.js';
import { simplified, withoutSpreading } from './simplify.js';
import type { Program } from './trace.js';

/** The same program with narrow products turned round, nodes that do nothing bypassed, equal ones shared and unused ones dropped. */
export function optimize(program: Program): Program {
  const { graph, outputs } = turnNarrowProducts(program);
  const renamed = new Map<Value, Value>();
  const current = (value: Value): Value => renamed.get(value) ?? value;
  const shared = new Map<string, Value[]>();
  const nodes: Node[] = [];
  const append = (node: Node): void => {
    const renamedNode: Node = { ...node, inputs: node.inputs.map((input) => input && current(input)) };
    const rewritten: Node = { ...renamedNode, inputs: withoutSpreading(renamedNode) };
    const key = signature(rewritten);
    const twin = key && shared.get(key);
    if (twin) {
      for (const [position, output] of node.outputs.entries()) renamed.set(output, twin[position]);
      return;
    }
    for (const output of node.outputs) output.node = rewritten;
    const replacement = simplified(rewritten);
    if (replacement) {
      renamed.set(node.outputs[0], current(replacement));
      return;
    }
    if (key) shared.set(key, node.outputs);
    nodes.push(rewritten);
  };
  for (const node of graph.nodes) append(node);
  const kept = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, current(value)]));
  return { graph: withNodes(liveNodes(nodes, Object.values(kept))), outputs: kept };
}

function withNodes(nodes: readonly Node[]): Graph {
  const graph = new Graph();
  graph.nodes.push(...nodes);
  return graph;
}

function liveNodes(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const used = new Set<Value>(outputs);
  const live: Node[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    // inputs stay: they are what the caller feeds
    if (node.op !== 'Input' && !node.outputs.some((output) => used.has(output))) continue;
    for (const input of node.inputs) if (input) used.add(input);
    live.push(node);
  }
  return live.reverse();
}

/** Equal for nodes that compute the same. Null for those that have to stay apart. */
function signature(node: Node): string | null {
  if (node.op === 'Input' || node.op === 'Parameter' || node.op === 'HostCall') return null;
  const data = node.data ? dataKey(node.data) : '';
  if (data === null) return null;
  const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${attributeKey(value)}`);
  const types = node.outputs.map(({ type, dims }) => `${type}[${dims.map(dimText)}]`);
  return [node.op, node.inputs.map((input) => input?.id ?? ''), attributes, types, data].join('|');
}

const attributeKey = (attribute: Attribute): string => Object.values(attribute).join(',');

/** Large arrays are not compared: the traces hold one of each. */
function dataKey(data: ElementData): string | null {
  return data.length <= 64
    ? Array.from<number | bigint, string>(data, (value) =>
        Object.is(value, -0) ? '-0' : String(value),
      ).join(',')
    : null;
}
