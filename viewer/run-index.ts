import { z } from 'zod';
import { FileError } from '../common/errors.js';

/** File that lists a run's evaluated samples, relative to the run folder; sample files lie beside it. */
export const runIndexPath = 'fields/index.json';

/** A run's exported model, relative to the run folder. */
export const runModelPath = 'model/model.onnx';

const shownField = z.object({
  /** Name of the cell array in each sample's VTU file. */
  array: z.string().min(1),
  /** What a reader calls it: "temperature", "error". */
  label: z.string().min(1),
  /** Unit of its values; "" for a dimensionless field, said as such. */
  unit: z.string(),
});

const sample = z.object({
  /** VTU file, relative to the folder of the index; a plain name, so that no index can point outside the run. */
  file: z.string().regex(/^[^/\\]+\.vtu$/, 'expected the name of a .vtu file in the folder of the index'),
  name: z.string().min(1),
  /** Group the sample is listed and averaged under, as "4 corners removed". */
  category: z.string(),
  /** ‖prediction − reference‖ / ‖reference‖ over cell vectors; without the free constant where no patch is Dirichlet. */
  relativeL2: z.number().nonnegative(),
  /** Boundary condition type of each patch. */
  boundaryTypes: z.record(z.string(), z.enum(['dirichlet', 'neumann'])),
});

/** The one definition of `fields/index.json`, shared by whoever writes a run and by the page that shows it. */
export const runIndexSchema = z.object({
  title: z.string().optional(),
  /** Unit of the coordinates; dimensionless if absent. */
  lengthUnit: z.string().optional(),
  samples: z.array(sample).min(1),
  fields: z.object({
    prediction: shownField,
    reference: shownField,
    /** prediction − reference, signed */
    error: shownField,
    source: shownField.optional(),
  }),
  /**
   * The discrete problem that prediction and reference answer, for their residuals: cell arrays of each sample's file with the
   * right-hand side b of B u = b (volume-integrated) and, where it is not 1, κ. Runs of older versions have none.
   */
  problem: z.object({ load: z.string().min(1), conductivity: z.string().min(1).optional() }).optional(),
});

export type RunIndex = z.infer<typeof runIndexSchema>;
export type RunSample = RunIndex['samples'][number];
export type ShownField = z.infer<typeof shownField>;

/**
 * Reads the text of an index file.
 * @throws FileError naming the first entry that is wrong.
 */
export function parseRunIndex(text: string): RunIndex {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new FileError(`parseRunIndex: ${runIndexPath} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = runIndexSchema.safeParse(content);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FileError(
    `parseRunIndex: ${runIndexPath} at ${issue.path.join('.') || 'its root'}: ${issue.message}; ` +
      'evaluate the run again to rewrite it',
  );
}
