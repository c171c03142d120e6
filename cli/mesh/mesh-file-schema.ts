import { z } from 'zod';
import { lengthUnit, meshSchema } from '../problem/mesh-schema.js';
import { problemSchema } from '../problem/problem-schema.js';

const rest = Object.fromEntries(
  Object.keys(problemSchema.shape).map((key) => [key, z.unknown().optional()]),
) as Record<string, z.ZodOptional<z.ZodUnknown>>;

/** A file with the section `mesh` of a problem file; the other sections may be there and are not looked at. */
export const meshFileSchema = z.strictObject({ ...rest, lengthUnit, mesh: meshSchema });
