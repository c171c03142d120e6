import type { Node, Value } from './graph.js';
import { writeOnnx } from './onnx/write.js';
import type { Stage } from './stages.js';

/** Name of a value in the written model: its own for inputs, a number for the rest. */
export const valueName = (value: Value): string =>
  value.node.op === 'Input' || value.node.op === 'Parameter' ? value.node.name! : `v${value.id}`;

/** Writes one stage as an ONNX file with the given values as its named outputs. */
export function emitStage(
  stage: Pick<Stage, 'nodes' | 'feeds'>,
  outputs: Readonly<Record<string, Value>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const carried = stage.nodes.filter(({ op }) => op === 'Constant' || op === 'Parameter');
  const nodes = stage.nodes.filter(({ op }) => op !== 'Constant' && op !== 'Parameter').map(modelNode);
  // outputs have names of their own, and one value may leave under two
  const identities = Object.entries(outputs)
    .filter(([name, value]) => name !== valueName(value))
    .map(([name, value]) => ({
      op: 'Identity',
      inputs: [valueName(value)],
      outputs: [name],
      attributes: {},
    }));
  return writeOnnx({
    nodes: [...nodes, ...identities],
    inputs: stage.feeds.map((value) => ({ name: valueName(value), type: value.type, dims: value.dims })),
    outputs: Object.entries(outputs).map(([name, value]) => ({ name, type: value.type, dims: value.dims })),
    initializers: carried.map(({ outputs: [value], data }) => ({
      name: valueName(value),
      shape: value.shape,
      type: value.type,
      data: data!,
    })),
    metadata,
  });
}

function modelNode({ op, domain, inputs, outputs, attributes }: Node) {
  return {
    op,
    domain,
    attributes,
    inputs: inputs.map((input) => (input ? valueName(input) : '')),
    outputs: outputs.map(valueName),
  };
}
