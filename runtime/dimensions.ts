import { CompileError } from './errors.js';

/** A sum of products of named dimensions: Σ coefficient · ∏ dimensions + constant. */
export interface DimensionSum {
  readonly constant: number;
  readonly terms: readonly { readonly coefficient: number; readonly dimensions: readonly string[] }[];
}

/** A size that is known, or one that follows the named dimensions. */
export type Dim = number | DimensionSum;

/** `2*cells+3`: equal sizes have equal texts. A lone named dimension reads as its name. */
export function dimText(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const terms = dim.terms.map(({ coefficient, dimensions }) =>
    coefficient === 1 ? dimensions.join('*') : `${coefficient}*${dimensions.join('*')}`,
  );
  if (dim.constant !== 0) terms.push(String(dim.constant));
  return terms.join('+');
}

export const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dimText(dim) === dimText(b[axis]));

/** Sizes of the named dimensions in one trace. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * Stand-in sizes of three traces. A size that follows a dimension differs between the traces, a constant does not, so
 * the primes need not avoid anything in the model; they are large enough for the 64 modes or kernel widths of a layer,
 * and far enough apart that an accidental fit with small coefficients has no room.
 */
const STAND_INS = [
  [67, 101, 83, 71, 113, 89],
  [137, 73, 107, 97, 79, 127],
  [103, 139, 131, 149, 109, 61],
];

export function standInSizes(names: readonly string[]): Sizes[] {
  if (names.length > STAND_INS[0].length) {
    throw new CompileError(
      `compile: at most ${STAND_INS[0].length} named dimensions, got ${names.join(', ')}; give some of them a fixed size`,
    );
  }
  if (names.length === 0) return [{}];
  return STAND_INS.map((primes) => Object.fromEntries(names.map((name, index) => [name, primes[index]])));
}

/** The monomial's size in one trace. */
const product = (dimensions: readonly string[], sizes: Sizes): number =>
  dimensions.reduce((value, name) => value * sizes[name], 1);

/** All products of up to `degree` named dimensions, shortest first. */
export function monomials(names: readonly string[], degree: number): string[][] {
  const all: string[][] = [];
  let last: string[][] = [[]];
  for (let d = 0; d < degree; d++) {
    last = last.flatMap((monomial) =>
      names
        .filter((name) => monomial.length === 0 || name >= monomial[monomial.length - 1])
        .map((name) => [...monomial, name]),
    );
    all.push(...last);
  }
  return all;
}

/**
 * The simplest sum of products of dimensions with the given values in the given traces: a constant, c·m + b, or
 * c₁·m₁ + c₂·m₂ + b with |c₁|, |c₂| ≤ 8. Null when nothing fits.
 */
export function recogniseInteger(values: readonly number[], traces: readonly Sizes[]): Dim | null {
  if (values.every((value) => value === values[0])) return values[0];
  const names = Object.keys(traces[0]);
  const candidates = monomials(names, 3).map((dimensions) => ({
    dimensions,
    sizes: traces.map((sizes) => product(dimensions, sizes)),
  }));
  let withConstant: Dim | null = null;
  for (const { dimensions, sizes } of candidates) {
    const coefficient = (values[0] - values[1]) / (sizes[0] - sizes[1]);
    if (!Number.isInteger(coefficient)) continue;
    const constant = values[0] - coefficient * sizes[0];
    if (values.some((value, trace) => value !== coefficient * sizes[trace] + constant)) continue;
    const dim = { constant, terms: [{ coefficient, dimensions }] };
    if (constant === 0) return dim;
    withConstant ??= dim;
  }
  if (withConstant) return withConstant;
  for (let first = 0; first < candidates.length; first++) {
    for (let second = first + 1; second < candidates.length; second++) {
      const [a, b] = [candidates[first], candidates[second]];
      for (let coefficient = -8; coefficient <= 8; coefficient++) {
        if (coefficient === 0) continue;
        const rest = values.map((value, trace) => value - coefficient * a.sizes[trace]);
        const other = (rest[0] - rest[1]) / (b.sizes[0] - b.sizes[1]);
        if (!Number.isInteger(other) || other === 0 || Math.abs(other) > 8) continue;
        const constant = rest[0] - other * b.sizes[0];
        if (rest.some((value, trace) => value !== other * b.sizes[trace] + constant)) continue;
        return {
          constant,
          terms: [
            { coefficient, dimensions: a.dimensions },
            { coefficient: other, dimensions: b.dimensions },
          ],
        };
      }
    }
  }
  return null;
}

/** factor · m^power, the form of a scalar such as 1/N or 1/√N. */
export interface DimensionPower {
  readonly factor: number;
  readonly dimensions: readonly string[];
  readonly power: 1 | -1 | 0.5 | -0.5;
}

/** The simplest factor · m^power with the given float32 values in the given traces. */
export function recognisePower(values: readonly number[], traces: readonly Sizes[]): DimensionPower | null {
  for (const dimensions of monomials(Object.keys(traces[0]), 3)) {
    for (const power of [1, -1, 0.5, -0.5] as const) {
      const factors = values.map((value, trace) => value / product(dimensions, traces[trace]) ** power);
      const factor = factors[0];
      if (factors.every((other) => Math.abs(other - factor) <= 3e-7 * Math.abs(factor)))
        return { factor, dimensions, power };
    }
  }
  return null;
}
