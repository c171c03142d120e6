import { z } from 'zod';
import { controlShape } from './control-schema.js';
import { thermalShape } from './thermal-schema.js';

/** A problem as a file: one schema for `solve`, `control` and `mesh`, each of which reads what it needs. */
export const problemSchema = z.strictObject({
  title: z.string().optional(),
  ...thermalShape,
  ...controlShape,
});

export type ProblemFile = z.infer<typeof problemSchema>;
