import type { Value } from './graph.js';
import { sizeOf } from './graph.js';
import type { Program } from './trace.js';

const BYTES = { float32: 4, int32: 4, bool: 1, int64: 8 } as const;

const bytesOf = ({ type, shape }: Value): number => BYTES[type] * sizeOf(shape);

/**
 * Largest sum of bytes of the tensors that a program has to hold at once when its nodes run in their order: from the node
 * that makes a tensor to the last one that reads it; inputs and outputs throughout, constants not at all. What the backward
 * pass needs of the forward pass is in it; what a runtime saves by computing in place, or wastes in its allocator, is not.
 */
export function peakTensorBytes({ graph, outputs }: Program): number {
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach(({ inputs }, at) => {
    for (const value of inputs) if (value) lastUse.set(value, at);
  });
  const kept = new Set(Object.values(outputs));
  let [live, peak] = [0, 0];
  graph.nodes.forEach((node, at) => {
    if (node.op === 'Constant' || node.op === 'Parameter') return;
    for (const value of node.outputs) live += bytesOf(value);
    peak = Math.max(peak, live);
    const read = node.op === 'Input' ? [] : new Set(node.inputs);
    for (const value of read) {
      if (!value || ['Constant', 'Parameter', 'Input'].includes(value.node.op)) continue;
      if (lastUse.get(value) === at && !kept.has(value)) live -= bytesOf(value);
    }
    for (const value of node.outputs) if (!lastUse.has(value) && !kept.has(value)) live -= bytesOf(value);
  });
  return peak;
}
