import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers (xoroshiro128+). Passed explicitly; equal seeds give equal streams. */
export interface Random {
  /** Uniform in [minimum, maximum), by default [0, 1). */
  uniform(minimum?: number, maximum?: number): number;
  /** Uniform integer in [minimum, maximum], both included. */
  integer(minimum: number, maximum: number): number;
  /** Standard normal (Box–Muller, one value a call, so that the state is the generator's alone). */
  normal(): number;
  /** State for a checkpoint; see {@link randomFromState}. */
  state(): readonly number[];
}

export function createRandom(seed: number): Random {
  // mixed, since streams of neighbouring seeds start alike otherwise
  return wrap(xoroshiro128plus(combineSeeds(seed)));
}

export function randomFromState(state: readonly number[]): Random {
  return wrap(xoroshiro128plusFromState(state));
}

/** One 32-bit seed from several integers, so that sample i of stream j is the same whoever draws it. */
export function combineSeeds(...seeds: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const seed of seeds) {
    hash = Math.imul(hash ^ (seed | 0), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash | 0;
}

function wrap(generator: ReturnType<typeof xoroshiro128plus>): Random {
  return {
    uniform: (minimum = 0, maximum = 1) => minimum + (maximum - minimum) * uniformFloat64(generator),
    integer: (minimum, maximum) => uniformInt(generator, minimum, maximum),
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
      return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
    },
    state: () => generator.getState(),
  };
}
