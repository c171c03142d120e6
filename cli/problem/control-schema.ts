import { z } from 'zod';
import {
  boundaryControlShape,
  budgetShape,
  limitShape,
  OBJECTIVE_KINDS,
  objectiveShape,
  planShape,
} from '../../control/request-schema.js';
import { point, positive } from './mesh-schema.js';

const patches = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'expected the name of a patch, or a list of names',
});

const control = z.strictObject({
  name: z.string().optional(),
  patches,
  ...boundaryControlShape,
  bounds: point,
  /** Groups of faces along each patch with a value each */
  pieces: z.int().positive().optional(),
  /** Smooth modes along each patch instead */
  modes: z.int().positive().optional(),
});

const objective = z.strictObject({
  kind: z.enum(OBJECTIVE_KINDS),
  ...objectiveShape,
  region: z.string().optional(),
  /** °C, of a target */
  temperature: z.number().optional(),
});

/** What may be controlled, and to what end; other commands pass over it. */
export const controlShape = {
  controls: z.array(control).min(1).optional(),
  limit: z
    .strictObject({
      ...limitShape,
      region: z.string().optional(),
      penalty: positive.optional(),
    })
    .optional(),
  objective: z.array(objective).min(1).optional(),
  budgets: z
    .array(
      z.strictObject({
        controls: z.array(z.string()).optional(),
        ...budgetShape,
      }),
    )
    .optional(),
  ...planShape,
} as const;
