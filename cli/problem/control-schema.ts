import { z } from 'zod';
import { point, positive } from './mesh-schema.js';

const patches = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'expected the name of a patch, or a list of names',
});

const control = z.strictObject({
  name: z.string().optional(),
  patches,
  quantity: z.enum(['temperature', 'flux', 'coefficient']),
  bounds: point,
  /** Groups of faces along each patch with a value each */
  pieces: z.int().positive().optional(),
  /** Smooth modes along each patch instead */
  modes: z.int().positive().optional(),
  /** Equal on all patches */
  shared: z.boolean().optional(),
  reference: z.number().optional(),
  cost: z.number().min(0).optional(),
});

const objective = z.strictObject({
  kind: z.enum(['cost', 'peak', 'mean', 'uniformity', 'target']),
  weight: z.number().min(0).optional(),
  region: z.string().optional(),
  /** K, of a peak */
  smoothing: positive.optional(),
  /** °C, of a target */
  temperature: z.number().optional(),
  /** Of a cost */
  measure: z.enum(['square', 'absolute']).optional(),
});

/** What may be controlled, and to what end; other commands pass over it. */
export const controlShape = {
  controls: z.array(control).min(1).optional(),
  limit: z
    .strictObject({
      maximum: z.number().optional(),
      minimum: z.number().optional(),
      region: z.string().optional(),
      penalty: positive.optional(),
    })
    .optional(),
  objective: z.array(objective).min(1).optional(),
  budgets: z
    .array(
      z.strictObject({
        controls: z.array(z.string()).optional(),
        of: z.enum(['integral', 'mean']),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
      }),
    )
    .optional(),
  robust: z.enum(['worst', 'expectation']).optional(),
  method: z.enum(['auto', 'exact', 'surrogate', 'adjoint', 'adam']).optional(),
  seed: z.int().optional(),
} as const;
