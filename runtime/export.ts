import { emitStage } from './emit.js';
import { CompileError } from './errors.js';
import { optimize } from './optimize.js';
import type { Parameters } from './parameters.js';
import type { NamedTensors, TensorSpecs } from './specs.js';
import { splitStages } from './stages.js';
import { type TensorFunction, trace } from './trace.js';

export interface ExportOptions<Weights extends Parameters = Parameters> {
  /** Arrays written into the file, given to the function as its second argument. */
  readonly parameters?: Weights;
  /** Texts written into the file beside the graph; see {@link loadModel}. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a TensorFlow.js function as one ONNX file. Inputs and outputs keep their names; named dimensions of the
 * specifications accept any size.
 *
 * @throws CompileError when the function cannot be written as one graph, as when it calls the host.
 */
export function exportOnnx<
  const Inputs extends TensorSpecs,
  Outputs extends NamedTensors,
  const Weights extends Parameters = Parameters,
>(
  fn: TensorFunction<Inputs, Weights, Outputs>,
  inputSpecs: Inputs,
  { parameters, metadata }: ExportOptions<Weights> = {},
): Uint8Array {
  const program = optimize(trace(fn as unknown as TensorFunction, inputSpecs, parameters));
  const stages = splitStages(program, 'pass');
  if (stages.length > 1) {
    throw new CompileError(
      'exportOnnx: the function calls the host, which a file cannot; export the parts before and after the call',
    );
  }
  const inputs = program.graph.nodes.filter(({ op }) => op === 'Input').map(({ outputs: [value] }) => value);
  return emitStage({ nodes: stages[0].nodes, feeds: inputs }, program.outputs, metadata);
}
