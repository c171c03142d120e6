import { DimensionValues } from './dimension-values.js';
import { type Dim, type DimensionPower, recogniseInteger, recognisePower, type Sizes } from './dimensions.js';
import { CompileError } from './errors.js';
import { type ElementData, Graph, type Node, type Value } from './graph.js';
import { originText } from './origin.js';
import type { Program } from './trace.js';

/**
 * One program from several traces of a function at different sizes of its named dimensions: shapes become expressions
 * in the dimensions, and constants that differ become computations from the sizes found at run time.
 *
 * @throws CompileError when the traces differ in structure or in data that no such expression explains.
 */
export function unify(traces: readonly Program[], sizes: readonly Sizes[]): Program {
  if (traces.length === 1) return traces[0];
  const nodes = traces.map(({ graph }) => graph.nodes);
  const shortest = Math.min(...nodes.map(({ length }) => length));
  const graph = new Graph();
  const values = new Map<Value, Value>();
  const dimensions = new DimensionValues(graph);

  for (let index = 0; index < shortest; index++) {
    const same = nodes.map((list) => list[index]);
    checkSameNode(same);
    const [node] = same;
    graph.origin = node.origin;
    const outputs = node.outputs.map((_, output) => ({
      type: node.outputs[output].type,
      shape: node.outputs[output].shape,
      dims: node.op === 'Input' ? node.outputs[output].dims : unifyShape(same, output, sizes),
    }));
    const created =
      node.op === 'Constant' && same.some((other) => !sameData(other.data!, node.data!))
        ? [dynamicConstant(same, sizes, dimensions)]
        : graph.node(
            node.op,
            node.inputs.map((input) => input && values.get(input)!),
            outputs,
            node.attributes,
            { name: node.name, data: node.data, host: node.host, domain: node.domain, origin: node.origin },
          );
    if (node.op === 'Input') dimensions.addInput(created[0]);
    for (const [position, output] of node.outputs.entries()) values.set(output, created[position]);
  }
  if (nodes.some(({ length }) => length !== shortest)) throw branches(nodes.map((list) => list[shortest]));
  return {
    graph,
    outputs: Object.fromEntries(
      Object.entries(traces[0].outputs).map(([name, value]) => [name, values.get(value)!]),
    ),
  };
}

function checkSameNode(nodes: readonly (Node | undefined)[]): void {
  const signature = (node: Node | undefined) =>
    node &&
    JSON.stringify([
      node.op,
      node.attributes,
      node.inputs.map((input) => input?.id),
      node.outputs.map(({ shape }) => shape.length),
    ]);
  const first = signature(nodes[0]);
  if (nodes.some((node) => signature(node) !== first)) throw branches(nodes);
}

function branches(nodes: readonly (Node | undefined)[]): CompileError {
  const names = [
    ...new Set(nodes.map((node) => (node ? `${node.op} ${JSON.stringify(node.attributes)}` : 'the end'))),
  ];
  return new CompileError(
    `compile: the function does other operations at other sizes of its named dimensions (${names.join(' or ')}` +
      `${placeOf(nodes)}). ` +
      'Do not loop over or branch on a named dimension, or give it a fixed size',
  );
}

/** `, at first in Concat (called at …)` */
function placeOf(nodes: readonly (Node | undefined)[]): string {
  const origin = nodes.find((node) => node?.origin)?.origin;
  return origin ? `, at first in ${originText(origin)}` : '';
}

function unifyShape(nodes: readonly Node[], output: number, sizes: readonly Sizes[]): Dim[] {
  const shapes = nodes.map(({ outputs }) => outputs[output].shape);
  return shapes[0].map((_, axis) => {
    const lengths = shapes.map((shape) => shape[axis]);
    const dim = recogniseInteger(lengths, sizes);
    if (dim === null) throw unexplained(`a ${nodes[0].op} of sizes ${lengths.join(', ')}`, sizes, nodes);
    return dim;
  });
}

function dynamicConstant(
  nodes: readonly Node[],
  sizes: readonly Sizes[],
  dimensions: DimensionValues,
): Value {
  const [{ shape, type }] = nodes[0].outputs;
  const arrays = nodes.map(({ data }) => Array.from(data as ArrayLike<number | bigint>, Number));
  if (arrays.some(({ length }) => length !== arrays[0].length)) {
    throw unexplained(
      `a constant array of ${arrays.map(({ length }) => length).join(', ')} values`,
      sizes,
      nodes,
    );
  }
  const entry = (position: number) => arrays.map((array) => array[position]);
  if (type === 'int64') {
    return dimensions.vector(
      arrays[0].map((_, position) => {
        const dim = recogniseInteger(entry(position), sizes);
        if (dim === null) throw unexplained(`a size of ${entry(position).join(', ')}`, sizes, nodes);
        return dim;
      }),
      shape.length === 0,
    );
  }
  if (arrays[0].length !== 1) throw unexplained(`constant data of shape [${shape}]`, sizes, nodes);
  const numbers = entry(0);
  const whole = numbers.every(Number.isInteger) ? recogniseInteger(numbers, sizes) : null;
  if (whole !== null) return dimensions.scalar(whole, type, shape);
  const power: DimensionPower | null = type === 'float32' ? recognisePower(numbers, sizes) : null;
  if (power === null) throw unexplained(`a constant of value ${numbers.join(', ')}`, sizes, nodes);
  return dimensions.power(power, shape);
}

function unexplained(what: string, sizes: readonly Sizes[], nodes: readonly Node[]): CompileError {
  const at = sizes
    .map((stand) =>
      Object.entries(stand)
        .map(([name, size]) => `${name} = ${size}`)
        .join(', '),
    )
    .join(' | ');
  return new CompileError(
    `compile: ${what} depends on the named dimensions in a way that cannot be written into the graph (tried at ${at}${placeOf(nodes)}). ` +
      'Pass it as an input, or give the dimension a fixed size',
  );
}

function sameData(a: ElementData, b: ElementData): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
