import { z } from 'zod';

/** What is done at a group of patches. All numbers are kept, so that going back to another role finds them again. */
export const patchRoleSchema = z.object({
  role: z.enum(['insulated', 'fixed', 'controlled']),
  /** °C; held, or of a controlled patch the one to stay near */
  temperature: z.number(),
  /** °C, of the control */
  low: z.number(),
  high: z.number(),
});
export type PatchRole = z.infer<typeof patchRoleSchema>;

/** All that a person sets of a control problem: the part, its heat, what may be changed, what must hold. */
export const controlStateSchema = z.object({
  shown: z.boolean().default(false),
  /** A generated plate with holes, or the mesh that is open in the viewer */
  part: z.enum(['plate', 'open']).default('plate'),
  plate: z
    .object({
      /** Triangles aimed at */
      cells: z.int().min(200).max(20_000).default(1000),
      holes: z.int().min(0).max(4).default(3),
      seed: z.int().min(0).max(1_000_000).default(1),
    })
    .prefault({}),
  /** Of the coordinates of an open mesh */
  lengthUnit: z.enum(['m', 'mm']).default('m'),
  /** κ, W/(m K) */
  conductivity: z.number().positive().default(180),
  heat: z
    .object({
      /** Hot spots, or the values of a cell field of the open mesh as W/m³ */
      kind: z.enum(['chips', 'field']).default('chips'),
      chips: z.int().min(1).max(12).default(4),
      seed: z.int().min(0).max(1_000_000).default(1),
      /** W of all chips, in 2D W per metre of depth */
      power: z.number().default(10_000),
      field: z.string().nullable().default(null),
    })
    .prefault({}),
  /** By group of patches; groups that are not named take the values of `defaultRoles` */
  patches: z.record(z.string(), patchRoleSchema).default({}),
  /** Temperatures along every controlled patch */
  pieces: z.int().min(1).max(16).default(4),
  /** °C; null for none */
  limit: z
    .object({
      maximum: z.number().nullable().default(50),
      minimum: z.number().nullable().default(null),
    })
    .prefault({}),
  method: z.enum(['auto', 'exact', 'surrogate']).default('auto'),
});
export type ControlState = z.infer<typeof controlStateSchema>;
