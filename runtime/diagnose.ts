import { createExecutor, type ExecutorOptions } from './compile.js';
import { type ArrayReport, arrayReport, type Diagnosis, isBad } from './diagnosis.js';
import { Graph, int, type Node, type Value } from './graph.js';
import { originText } from './origin.js';
import type { SessionTensor } from './session.js';
import type { Program } from './trace.js';

export interface DiagnosisRequest {
  readonly program: Program;
  /** Everything the step was fed with. */
  readonly feeds: Record<string, SessionTensor>;
  readonly batchNames: readonly string[];
  /** Reports of the state vectors by parameter. */
  readonly state: readonly ArrayReport[];
  /** What a value is called, where it has a name for the user. */
  readonly nameOf: (value: Value) => string | undefined;
  /** Outputs that are not finite; without them the inputs of host calls, when a host function refused them. */
  readonly outputs: readonly string[];
  readonly context: unknown;
  readonly options: ExecutorOptions;
}

/**
 * Finds the first operation of a step whose result is not finite although its inputs are. The step runs once more on the
 * processor with one number added for each of its some thousand values, Σ 0·x, which is 0 or NaN: the values themselves
 * are freed as in any run, so this needs hardly more memory. From the bad outputs one follows bad inputs only; an
 * infinity that a later `tf.where` masks is not on the way.
 */
export async function diagnose(request: DiagnosisRequest): Promise<Diagnosis> {
  const { feeds, batchNames, state, program } = request;
  const badBatch = batchNames
    .map((name) => arrayReport(feeds[name].data as Float32Array, feeds[name].dims, `batch input ${name}`))
    .filter(isBad);
  if (badBatch.length > 0) return { cause: 'batch', bad: badBatch, inputs: [] };
  const badState = state.filter(isBad);
  if (badState.length > 0) return { cause: 'parameters', bad: badState, inputs: [] };

  const reachable = request.outputs.length > 0 ? program.graph.nodes : withoutHost(program.graph.nodes);
  const bad = await badValues(request, reachable);
  const roots =
    request.outputs.length > 0
      ? request.outputs.map((name) => program.outputs[name])
      : program.graph.nodes.filter(({ op }) => op === 'HostCall').flatMap(({ inputs }) => inputs as Value[]);
  const source = firstSource(roots, bad, program.graph.nodes);
  if (!source) return { cause: 'unknown', bad: [], inputs: [] };
  const node = source.node;
  const [output, ...inputs] = await reports(request, [source, ...(node.inputs.filter(Boolean) as Value[])]);
  const operation = node.origin ? originText(node.origin) : node.op;
  return { cause: 'operation', bad: [], operation, inputs, output };
}

/** The nodes that need no result of a host function. */
function withoutHost(nodes: readonly Node[]): Node[] {
  const after = new Set<Node>();
  for (const node of nodes)
    if (node.op === 'HostCall' || node.inputs.some((input) => input && after.has(input.node)))
      after.add(node);
  return nodes.filter((node) => !after.has(node));
}

const LEAVES = new Set(['Input', 'Constant', 'Parameter']);

async function badValues(request: DiagnosisRequest, nodes: readonly Node[]): Promise<Set<Value>> {
  const graph = new Graph(nodes);
  const zero = graph.scalar(0);
  const flags: Record<string, Value> = {};
  const flagged = new Map<string, Value>();
  for (const { op, outputs } of nodes) {
    if (LEAVES.has(op)) continue;
    for (const value of outputs) {
      if (value.type !== 'float32') continue;
      const vanishing = graph.node('Mul', [value, zero], [{ ...value, dims: value.dims }])[0];
      const name = `flag.${value.id}`;
      flags[name] = graph.op('ReduceSum', [vanishing], [], { keepdims: int(0) });
      flagged.set(name, value);
    }
  }
  const outputs = await run(request, { graph, outputs: flags });
  return new Set(
    Object.entries(outputs)
      .filter(([, { data }]) => !Number.isFinite(Number(data[0])))
      .map(([name]) => flagged.get(name)!),
  );
}

/** Among the bad values that lead to the roots through bad values, the first that has no bad input. */
function firstSource(
  roots: readonly Value[],
  bad: ReadonlySet<Value>,
  nodes: readonly Node[],
): Value | undefined {
  const visited = new Set<Value>();
  const pending = roots.filter((value) => bad.has(value));
  const sources: Value[] = [];
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (visited.has(value)) continue;
    visited.add(value);
    const before = value.node.inputs.filter((input) => input && bad.has(input)) as Value[];
    if (before.length === 0) sources.push(value);
    pending.push(...before);
  }
  const order = new Map(nodes.map((node, index) => [node, index]));
  return sources.sort((a, b) => order.get(a.node)! - order.get(b.node)!)[0];
}

/** The nodes that lead to the values, so that no host function runs in vain. */
function ancestors(nodes: readonly Node[], values: readonly Value[]): Node[] {
  const needed = new Set(values.map(({ node }) => node));
  for (const node of nodes.toReversed())
    if (needed.has(node)) for (const input of node.inputs) if (input) needed.add(input.node);
  return nodes.filter((node) => needed.has(node));
}

async function reports(request: DiagnosisRequest, values: readonly Value[]): Promise<ArrayReport[]> {
  const wanted = values.filter(({ node }) => !LEAVES.has(node.op));
  const graph = new Graph(ancestors(request.program.graph.nodes, wanted));
  const outputs = await run(request, {
    graph,
    outputs: Object.fromEntries(wanted.map((value) => [`value.${value.id}`, value])),
  });
  return values
    .filter(({ type }) => type !== 'int64')
    .map((value) => {
      const { node } = value;
      const tensor = node.op === 'Input' ? request.feeds[node.name!] : outputs[`value.${value.id}`];
      const data = node.data ?? tensor.data;
      const shape = node.data ? value.shape : tensor.dims;
      return arrayReport(data as Float32Array, shape, request.nameOf(value));
    });
}

async function run(request: DiagnosisRequest, program: Program): Promise<Record<string, SessionTensor>> {
  // without a device: the one that is always there
  const executor = await createExecutor(program, { ...request.options, device: undefined });
  try {
    return await executor.run(request.feeds, request.context);
  } finally {
    await executor.dispose();
  }
}
