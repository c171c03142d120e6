import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What holds at a patch: a temperature or a flux. Both numbers are kept, so that going back to the other type finds it again. */
export const patchSettingSchema = z.object({
  type: z.enum(['dirichlet', 'neumann']),
  /** °C */
  temperature: z.number(),
  /** W/m², into the body */
  flux: z.number(),
});
export type PatchSetting = z.infer<typeof patchSettingSchema>;

/** The body: one that is generated, or the mesh that is open in the viewer. */
export const partSchema = z.object({
  kind: z.enum(['cut-corners', 'holes', 'open']).default('cut-corners'),
  /** Triangles aimed at */
  cells: z.int().min(200).max(20_000).default(2000),
  /** Corners that are cut out, or holes */
  cutouts: z.int().min(0).max(4).default(4),
  seed: z.int().min(0).max(1_000_000).default(1),
});
export type Part = z.infer<typeof partSchema>;

/** Heat that spreads as a bell around a place. */
export const heatSourceSchema = z.object({
  shown: z.boolean().default(true),
  /** Shares of the body's box */
  at: z.tuple([share, share, share]).default([0.5, 0.5, 0.5]),
  /** Standard deviation as a share of the longest side */
  width: z.number().min(0.01).max(0.5).default(0.06),
  /** W, in 2D W per metre of depth */
  power: z.number().default(1500),
});
export type HeatSource = z.infer<typeof heatSourceSchema>;

/** All that a person sets of a surrogate that answers live: which model, of what, and under which loads. */
export const liveStateSchema = z.object({
  shown: z.boolean().default(false),
  /** Name of a model that comes with the package, of a file, or `run` for that of the run folder */
  model: z.string().default('random-bc'),
  part: partSchema.prefault({}),
  /** κ, W/(m K) */
  conductivity: z.number().positive().default(15),
  /** By patch; patches that are not named take the values of `defaultSettings` */
  patches: z.record(z.string(), patchSettingSchema).default({}),
  source: heatSourceSchema.prefault({}),
  /** Steps of the solver between two looks at its field */
  steps: z.int().min(1).max(100).default(5),
});
export type LiveState = z.infer<typeof liveStateSchema>;
