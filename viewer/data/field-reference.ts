import { z } from 'zod';

/** A field of the data by name, and which of its components. */
export const fieldReferenceSchema = z.object({
  name: z.string(),
  association: z.enum(['cell', 'point']),
  component: z.union([z.literal('magnitude'), z.int().nonnegative()]).default('magnitude'),
});
export type FieldReference = z.infer<typeof fieldReferenceSchema>;

/** A vector field: one of the data, or −∇ of a scalar one, along which heat flows. */
export const vectorReferenceSchema = z.object({
  name: z.string(),
  association: z.enum(['cell', 'point']),
  negativeGradient: z.boolean().default(false),
});
export type VectorReference = z.infer<typeof vectorReferenceSchema>;

/** What a panel colours: a field, or by how much it differs from another. */
export interface ShownScalar {
  readonly field: FieldReference;
  readonly minus?: FieldReference;
}

/** How values become the numbers that are drawn: (value − offset) / scale in single precision. */
export interface Normalisation {
  readonly offset: number;
  readonly scale: number;
}

/** Stands for "no number" among drawn numbers, where NaN is not portable. */
export const MISSING_VALUE = -1e30;

/** Values that vary by less than this part of their size would lose their digits in single precision: an offset is taken off. */
const SMALL_VARIATION = 1e-2;

/** The normalisation of values in [minimum, maximum]: around zero unless they vary little. */
export function normalisationOf(minimum: number, maximum: number): Normalisation {
  const size = Math.max(Math.abs(minimum), Math.abs(maximum));
  if (!(size > 0)) return { offset: 0, scale: 1 };
  const variation = maximum - minimum;
  if (variation > SMALL_VARIATION * size || variation === 0) return { offset: 0, scale: size };
  return { offset: minimum, scale: variation };
}
