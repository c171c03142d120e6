import type { Sizes } from './dimensions.js';
import { FeedError } from './errors.js';
import type { HostArray } from './graph.js';
import type { tf } from './tf.js';

/** A size, or the name of a dimension whose size each run may choose anew ('cells', 'faces'). */
export type Dimension = number | string;

export interface TensorSpec {
  readonly shape: readonly Dimension[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export type NamedTensors = Record<string, tf.Tensor>;
export type NamedArrays = Record<string, HostArray>;

/** One tensor for each name. */
export type TensorsOf<Named> = { [Name in keyof Named & string]: tf.Tensor };
export type ArraysOf<Named> = { [Name in keyof Named & string]: HostArray };

/**
 * Asks that `Given` has the names of `Named` and no other. Where either is a dictionary, whose names are known only when
 * it runs, nothing is asked: it is checked then.
 */
export type Exactly<Named, Given> = string extends keyof Given
  ? unknown
  : string extends keyof Named
    ? unknown
    : Readonly<ArraysOf<Named>> & { readonly [Other in Exclude<keyof Given, keyof Named>]: never };

export function dimensionNames(specs: TensorSpecs): string[] {
  const names = Object.values(specs).flatMap(({ shape }) => shape.filter((size) => typeof size === 'string'));
  return [...new Set(names)];
}

export const sizesOf = (shape: readonly Dimension[], sizes: Sizes): number[] =>
  shape.map((size) => (typeof size === 'string' ? sizes[size] : size));

const ARRAY_TYPES = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Checks that the arrays fit the specifications and agree on the named dimensions; returns their sizes. */
export function checkFeeds(feeds: Readonly<NamedArrays>, specs: TensorSpecs, caller: string): Sizes {
  const sizes: Record<string, number> = {};
  for (const [name, { shape, dtype }] of Object.entries(specs)) {
    const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    if (!feed)
      throw new FeedError(
        `${caller}: input ${name} [${shape}] is missing; got ${Object.keys(feeds).join(', ') || 'none'}`,
      );
    const mismatch = () =>
      new FeedError(`${caller}: input ${name} should have shape [${shape}], got [${feed.shape}]`);
    if (feed.shape.length !== shape.length) throw mismatch();
    shape.forEach((size, axis) => {
      if (typeof size === 'string') sizes[size] ??= feed.shape[axis];
      const expected = typeof size === 'string' ? sizes[size] : size;
      if (expected !== feed.shape[axis]) {
        if (typeof size === 'number') throw mismatch();
        throw new FeedError(
          `${caller}: input ${name} has shape [${feed.shape}] for [${shape}], but another input has ${size} = ${expected}`,
        );
      }
    });
    if (!(feed.data instanceof ARRAY_TYPES[dtype])) {
      throw new FeedError(
        `${caller}: input ${name} should be ${dtype}, got a ${feed.data?.constructor?.name}`,
      );
    }
    const length = feed.shape.reduce((product, size) => product * size, 1);
    if (feed.data.length !== length) {
      throw new FeedError(
        `${caller}: input ${name} has ${feed.data.length} values for shape [${feed.shape}]`,
      );
    }
  }
  for (const name of Object.keys(feeds)) {
    if (!Object.hasOwn(specs, name))
      throw new FeedError(`${caller}: unknown input ${name}; expected ${Object.keys(specs).join(', ')}`);
  }
  return sizes;
}
