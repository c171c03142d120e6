import { type ArrayReport, arrayReport } from './diagnosis.js';
import type { Value } from './graph.js';
import type { Parameters } from './parameters.js';
import type { SessionTensor } from './session.js';

/** What the packed vectors of a training state hold, parameter by parameter. */
export function stateReports(
  feeds: Readonly<Record<string, SessionTensor>>,
  vectors: readonly string[],
  like: Parameters,
): ArrayReport[] {
  return vectors.flatMap((vector) => {
    let offset = 0;
    return Object.entries(like).map(([name, { shape, values }]) => {
      const part = (feeds[vector].data as Float32Array).subarray(offset, offset + values.length);
      offset += values.length;
      return arrayReport(part, shape, vector === 'parameters' ? `parameter ${name}` : `${vector} of ${name}`);
    });
  });
}

/** Operators that give the same numbers in another shape. */
const VIEWS = new Set(['Reshape', 'Transpose', 'Expand', 'Cast']);

/** Names of the values in a step's graph that are inputs or parameters, the latter cut out of their packed vector. */
export function parameterNames(like: Parameters): (value: Value) => string | undefined {
  const names = Object.keys(like);
  const starts = new Map<number, string>();
  let offset = 0;
  for (const name of names) {
    starts.set(offset, name);
    offset += like[name].values.length;
  }
  return function nameOf(value): string | undefined {
    const { node } = value;
    if (node.op === 'Input') {
      return node.name === 'parameters' && names.length === 1 ? `parameter ${names[0]}` : node.name;
    }
    const [source, second] = node.inputs;
    if (source && VIEWS.has(node.op)) return nameOf(source);
    if (source?.node.op !== 'Input' || source.node.name !== 'parameters') return undefined;
    if (node.op === 'Split') return `parameter ${names[node.outputs.indexOf(value)]}`;
    if (node.op !== 'Slice') return undefined;
    const name = starts.get(Number(second!.node.data?.[0]));
    return name && `parameter ${name}`;
  };
}
