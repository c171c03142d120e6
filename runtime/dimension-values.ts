import { type Dim, type DimensionPower, type DimensionSum, dimText } from './dimensions.js';
import { CompileError } from './errors.js';
import { type ElementType, type Graph, int, type Value } from './graph.js';
import { cast } from './lowering.js';

/** Sizes of named dimensions as graph values, computed from the shapes of the inputs when the graph runs. */
export class DimensionValues {
  readonly #inputs: Value[] = [];
  readonly #known = new Map<string, Value>();

  constructor(readonly graph: Graph) {}

  addInput(input: Value): void {
    this.#inputs.push(input);
  }

  /** An int64 vector (or scalar) of sizes. */
  vector(dims: readonly Dim[], asScalar = false): Value {
    if (asScalar) return this.graph.op('Squeeze', [this.#size(dims[0])], []);
    const parts = dims.map((dim) => this.#size(dim));
    return parts.length === 1 ? parts[0] : this.graph.op('Concat', parts, [parts.length], { axis: int(0) });
  }

  /** A size as a number for arithmetic. */
  scalar(dim: Dim, type: ElementType, shape: readonly number[]): Value {
    return this.#shaped(cast(this.graph, this.#size(dim), type), shape);
  }

  /** factor · m^power */
  power({ factor, dimensions, power }: DimensionPower, shape: readonly number[]): Value {
    const { graph } = this;
    let value = cast(graph, this.#size({ constant: 0, terms: [{ coefficient: 1, dimensions }] }), 'float32');
    if (Math.abs(power) === 0.5) value = graph.op('Sqrt', [value], [1]);
    const scale = graph.scalar(factor);
    return this.#shaped(
      power > 0 ? graph.op('Mul', [value, scale], [1]) : graph.op('Div', [scale, value], [1]),
      shape,
    );
  }

  #shaped(value: Value, shape: readonly number[]): Value {
    return shape.length === 1 ? value : this.graph.op('Reshape', [value, this.graph.vector(shape)], shape);
  }

  /** A size as an int64 vector of length 1. */
  #size(dim: Dim): Value {
    if (typeof dim === 'number') return this.graph.vector([dim]);
    const key = dimText(dim);
    const known = this.#known.get(key);
    if (known) return known;
    const value = this.#compute(dim);
    this.#known.set(key, value);
    return value;
  }

  #compute({ constant, terms }: DimensionSum): Value {
    const { graph } = this;
    const summands = terms.map(({ coefficient, dimensions }) => {
      const factors = dimensions.map((name) => this.#named(name));
      if (coefficient !== 1) factors.push(graph.vector([coefficient]));
      return factors.reduce((product, factor) => graph.op('Mul', [product, factor], [1]));
    });
    if (constant !== 0) summands.push(graph.vector([constant]));
    return summands.reduce((sum, summand) => graph.op('Add', [sum, summand], [1]));
  }

  #named(name: string): Value {
    const known = this.#known.get(name);
    if (known) return known;
    for (const input of this.#inputs) {
      const axis = input.dims.findIndex((dim) => typeof dim !== 'number' && dimText(dim) === name);
      if (axis < 0) continue;
      const value = this.graph.node('Shape', [input], [{ shape: [1], type: 'int64' }], {
        start: int(axis),
        end: int(axis + 1),
      })[0];
      this.#known.set(name, value);
      return value;
    }
    throw new CompileError(`compile: no input carries the named dimension ${name}`);
  }
}
