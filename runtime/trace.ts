import { type Sizes, standInSizes } from './dimensions.js';
import { CompileError } from './errors.js';
import { Graph, type Value } from './graph.js';
import type { Parameters } from './parameters.js';
import { dimensionNames, type NamedTensors, sizesOf, type TensorSpecs, type TensorsOf } from './specs.js';
import type { tf } from './tf.js';
import { recording } from './tracing-backend.js';
import { unify } from './unify.js';

/** A function to compile: named inputs (and parameters that the graph carries with it) to named outputs. */
export type TensorFunction<
  Inputs extends TensorSpecs = TensorSpecs,
  Weights extends Parameters = Parameters,
  Outputs extends NamedTensors = NamedTensors,
> = (inputs: TensorsOf<Inputs>, parameters: TensorsOf<Weights>) => Outputs;

/** A graph with the values that leave it. */
export interface Program {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * Records `fn` as a graph. With named dimensions it is traced at three sets of stand-in sizes, and what differs between
 * the traces is replaced by arithmetic on the sizes that the graph finds at run time.
 */
export function trace(fn: TensorFunction, specs: TensorSpecs, parameters: Parameters = {}): Program {
  const sizes = standInSizes(dimensionNames(specs));
  return unify(
    sizes.map((stand) => traceAt(fn, specs, parameters, stand)),
    sizes,
  );
}

function traceAt(fn: TensorFunction, specs: TensorSpecs, parameters: Parameters, sizes: Sizes): Program {
  const graph = new Graph();
  return recording(graph, sizes, (backend) => {
    const inputs: Record<string, tf.Tensor> = {};
    for (const [name, { shape, dtype }] of Object.entries(specs)) {
      const dims = shape.map((size) => (typeof size === 'string' ? namedDimension(size) : size));
      inputs[name] = backend.tensor(graph.input(name, dtype, sizesOf(shape, sizes), dims));
    }
    const weights: Record<string, tf.Tensor> = {};
    for (const [name, { shape, values }] of Object.entries(parameters)) {
      weights[name] = backend.tensor(
        graph.node('Parameter', [], [{ shape, type: 'float32' }], {}, { name, data: values })[0],
      );
    }
    const results = fn(inputs, weights);
    if (results instanceof Promise)
      throw new CompileError('compile: the function is asynchronous; it has to return tensors');
    const outputs: Record<string, Value> = {};
    for (const [name, tensor] of Object.entries(results)) outputs[name] = backend.value(tensor);
    return { graph, outputs };
  });
}

const namedDimension = (name: string) => ({ constant: 0, terms: [{ coefficient: 1, dimensions: [name] }] });
