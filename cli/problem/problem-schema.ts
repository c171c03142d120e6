import { z } from 'zod';
import { controlShape } from './control-schema.js';
import { queriesShape } from './queries-schema.js';
import { thermalShape } from './thermal-schema.js';

/** A problem as a file: one schema for `solve`, `control`, `bench` and `mesh`, each of which reads what it needs. */
export const problemSchema = z.strictObject({
  title: z.string().optional(),
  ...thermalShape,
  ...controlShape,
  ...queriesShape,
});

export type ProblemFile = z.infer<typeof problemSchema>;
