import { z } from 'zod';
import { positive } from './mesh-schema.js';

const sources = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('fourier'), modes: z.int().min(2).multipleOf(2).default(10) }),
    z.strictObject({ kind: z.literal('hot-spots'), count: z.int().positive().default(4) }),
    z.strictObject({
      kind: z.literal('rough-field'),
      /** Of the longest side of the part */
      correlationLength: positive.max(1).default(0.2),
    }),
  ],
  { error: 'expected the kind fourier, hot-spots or rough-field' },
);

const vary = z.strictObject({
  /** Each heat and each boundary value is multiplied by a factor of its own, drawn between the two */
  strengths: z
    .tuple([z.number(), z.number()], { error: 'expected two factors, as [0.5, 1.5]' })
    .default([0.5, 1.5]),
  /** Heat of random shape in place of the file's, a new one for every query */
  sources: sources.optional(),
});

/** How a part is going to be asked: what `fieldsmith bench` weighs methods for. Other commands pass over it. */
export const queriesShape = {
  queries: z
    .strictObject({
      /** Sources or boundary values on one mesh */
      perMesh: z.int().positive().default(1),
      meshes: z.int().positive().default(1),
      /** Queries that are known at the same time; all of a mesh, up to 64, by default */
      atOnce: z.int().positive().optional(),
      /** Accuracy that is wanted: relative L² error */
      error: positive.max(0.5).default(0.01),
      device: z.enum(['cpu', 'webgpu']).default('cpu'),
      vary: vary.prefault({}),
      seed: z.int().default(1),
    })
    .prefault({}),
} as const;

const queries = z.object(queriesShape);
export type QueriesSection = z.infer<typeof queries>['queries'];
