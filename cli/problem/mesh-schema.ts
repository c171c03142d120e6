import { z } from 'zod';

export const positive = z.number().positive();
export const point = z.tuple([z.number(), z.number()], { error: 'expected two numbers, as [0, 1.5]' });

export const lengthUnit = z.enum(['m', 'cm', 'mm']).default('m');

const rectangle = z.strictObject({ from: point, to: point });

const outline = z.strictObject({
  /** Corners in turn, either way round */
  points: z.array(point).min(3),
  /** One name for all sides, or one a side: side i runs from corner i to the next */
  patches: z.union([z.string(), z.array(z.string())], {
    error: 'expected one name, or a list of one name a side',
  }),
});

const hole = z.strictObject({
  name: z.string().min(1),
  centre: point,
  radius: positive,
});

const region = z.strictObject({
  name: z.string().min(1),
  from: point,
  to: point,
});

const extrude = z.strictObject({
  height: positive,
  layers: z.int().positive(),
});

/** Where the cells come from; lengths in the `lengthUnit` of the file. */
export const meshSchema = z.strictObject({
  /** A mesh file (Gmsh, VTU, VTK) or a closed surface (STL), relative to this file */
  file: z.string().min(1).optional(),
  rectangle: rectangle.optional(),
  outline: outline.optional(),
  /** Round holes of a rectangle or an outline, each a patch of its name */
  holes: z.array(hole).default([]),
  /** Rectangles of other materials or with heat sources inside it */
  regions: z.array(region).default([]),
  /** Edge length */
  cellSize: positive.optional(),
  cells: z.int().positive().optional(),
  /** Makes a plate of the section: prisms between the patches `front` and `back` */
  extrude: extrude.optional(),
  /** Edges of a surface (STL) that bend by more, in degrees, are kept sharp */
  featureAngle: positive.max(180).optional(),
});

export type MeshSection = z.infer<typeof meshSchema>;
export type LengthUnit = z.infer<typeof lengthUnit>;
