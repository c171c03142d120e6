import { createRandom } from '../../../common/random.js';
import { type Dim, type Sizes, standInSizes } from '../../../runtime/dimensions.js';
import { type NamedArrays, type NamedTensors, type TensorSpecs, tf } from '../../../runtime/index.js';
import { dimensionNames, sizesOf, type TensorSpec } from '../../../runtime/specs.js';
import { trace } from '../../../runtime/trace.js';
import { type Entry, float, TABLE_SIZES, type TableFunction } from './entry.js';

/**
 * What is compared of a row: the value v = f(x, …); the gradients of L = Σ c ⊙ (v + v²/2) with respect to every float
 * input; and the gradients of Σ ⟨d, ∇L⟩, the second derivative along d. The cotangents c and d are random inputs.
 * The square keeps the second derivative of linear functions from vanishing.
 */
export interface ParityCase {
  readonly specs: TensorSpecs;
  /** Outputs `value`, `gradient.x`, `second.x`, … as far as they exist. */
  readonly fn: (inputs: NamedTensors) => NamedTensors;
  /** The same for the oracle. */
  readonly reference: (inputs: NamedTensors) => NamedTensors;
  /** L alone, for finite differences of it. */
  readonly functional: (inputs: NamedTensors) => tf.Tensor;
  /** The float inputs of the row itself. */
  readonly differentiated: readonly string[];
  feeds(sizes: Sizes): NamedArrays;
}

const along = (name: string): string => `along.${name}`;

/** @param order derivatives to compute, by default all that the row has */
export function parityCase(entry: Entry, seed: number, order = entry.limit?.order ?? 2): ParityCase {
  const own: TensorSpecs = { x: float(...(entry.shape ?? ['n', 3])), ...entry.others };
  const differentiated = Object.keys(own).filter((name) => own[name].dtype === 'float32');
  const specs: TensorSpecs = {
    ...own,
    ...(order > 0 ? { cotangent: cotangentSpec(entry.fn, own) } : {}),
    ...(order > 1 ? Object.fromEntries(differentiated.map((name) => [along(name), own[name]])) : {}),
  };
  const domains =
    typeof entry.domain === 'function' ? { x: entry.domain } : ((entry.domain ?? {}) as DomainByName);
  const reference = entry.reference ?? entry.fn;
  return {
    specs,
    differentiated,
    fn: (inputs) => outputs(entry.fn, inputs, differentiated, order),
    reference: (inputs) => outputs(reference, inputs, differentiated, order),
    functional: (inputs) => functional(reference, inputs),
    feeds: (sizes) => randomArrays(specs, sizes, seed, domains),
  };
}

type DomainByName = Readonly<Record<string, ((value: number) => number) | undefined>>;

/** All cases that a device runs, with the sizes for each. */
export const sizesOn = (device: string): readonly Sizes[] =>
  device === 'cpu in Node' ? TABLE_SIZES : TABLE_SIZES.slice(0, 1);

function functional(fn: TableFunction, { x, cotangent, ...others }: NamedTensors): tf.Tensor {
  const value = fn(x, others);
  // where a size is an expression in the named dimensions, the cotangent is longer than the value
  const fits = cotangent.shape.every((size, axis) => size === value.shape[axis]);
  const weights = fits ? cotangent : tf.slice(cotangent, Array(value.rank).fill(0), value.shape);
  return tf.sum(tf.mul(weights, tf.add(value, tf.mul(tf.square(value), 0.5))));
}

function outputs(
  fn: TableFunction,
  inputs: NamedTensors,
  differentiated: readonly string[],
  order: number,
): NamedTensors {
  const { x, ...others } = inputs;
  const value = fn(x, others);
  if (order === 0) return { value };
  const gradient = (): tf.Tensor[] => gradients(() => functional(fn, inputs), inputs, differentiated);
  const first = named('gradient', differentiated, gradient());
  if (order === 1) return { value, ...first };
  const directional = () =>
    tf.addN(gradient().map((each, index) => tf.sum(tf.mul(each, inputs[along(differentiated[index])]))));
  return {
    value,
    ...first,
    ...named('second', differentiated, gradients(directional, inputs, differentiated)),
  };
}

/** Zeros where the function does not depend on an input: finite differences tell whether that is true. */
function gradients(fn: () => tf.Tensor, inputs: NamedTensors, names: readonly string[]): tf.Tensor[] {
  const tensors = names.map((name) => inputs[name]);
  const { grads } = tf.engine().gradients(fn, tensors, undefined, true);
  return grads.map((gradient, index) => gradient ?? tf.zerosLike(tensors[index]));
}

const named = (kind: string, names: readonly string[], tensors: readonly tf.Tensor[]): NamedTensors =>
  Object.fromEntries(names.map((name, index) => [`${kind}.${name}`, tensors[index]]));

/** Shape of the value: sizes that are no plain name are longer than the largest that is met while tracing. */
function cotangentSpec(fn: TableFunction, specs: TensorSpecs): TensorSpec {
  const { value } = trace(({ x, ...others }) => ({ value: fn(x, others) }), specs).outputs;
  const traced = standInSizes(dimensionNames(specs));
  const lengthOf = (dim: Dim): number | string => {
    if (typeof dim === 'number') return dim;
    const [term] = dim.terms;
    if (
      dim.constant === 0 &&
      dim.terms.length === 1 &&
      term.coefficient === 1 &&
      term.dimensions.length === 1
    )
      return term.dimensions[0];
    return 1 + Math.max(...traced.map((sizes) => sizeAt(dim, sizes)));
  };
  return { shape: value.dims.map(lengthOf), dtype: 'float32' };
}

const sizeAt = (dim: Exclude<Dim, number>, sizes: Sizes): number =>
  dim.terms.reduce(
    (sum, { coefficient, dimensions }) =>
      sum + coefficient * dimensions.reduce((product, name) => product * sizes[name], 1),
    dim.constant,
  );

/** Standard normal numbers brought into their domains; integers in [0, 4). */
export function randomArrays(
  specs: TensorSpecs,
  sizes: Sizes,
  seed: number,
  domains: DomainByName = {},
): NamedArrays {
  const random = createRandom(seed);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => {
      const concrete = sizesOf(shape, sizes);
      const length = concrete.reduce((product, size) => product * size, 1);
      const domain = domains[name] ?? ((value: number) => value);
      const draw = () => (dtype === 'int32' ? random.integer(0, 3) : domain(random.normal()));
      const values = Array.from({ length }, draw);
      return [
        name,
        { shape: concrete, data: dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values) },
      ];
    }),
  );
}
