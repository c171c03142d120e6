import { z } from 'zod';

const positive = z.number().positive();
const count = z.int().min(1);
const pair = <T extends z.ZodType>(part: T) => z.tuple([part, part]);
const triple = <T extends z.ZodType>(part: T) => z.tuple([part, part, part]);
const point = pair(z.number());

/** Longest lists that a geometry may have: the mesher's checks take time with their square. */
const MOST_VERTICES = 5000;
const MOST_RINGS = 500;

const patches = z.union([z.string(), z.array(z.string()).max(MOST_VERTICES)]);
const ring = z.strictObject({ vertices: z.array(point).min(3).max(MOST_VERTICES), patches });

const polygonGeometry = z.strictObject({
  outer: ring,
  holes: z.array(ring).max(MOST_RINGS).optional(),
  interfaces: z
    .array(
      z.strictObject({
        name: z.string(),
        vertices: z.array(point).min(2).max(MOST_VERTICES),
        closed: z.boolean().optional(),
        region: z.string().optional(),
      }),
    )
    .max(MOST_RINGS)
    .optional(),
  regions: z
    .array(z.strictObject({ name: z.string(), point }))
    .max(MOST_RINGS)
    .optional(),
});

const planar = {
  cellSize: positive.optional().describe('edge length aimed at; give this or cellCount'),
  cellCount: count.optional().describe('number of cells aimed at'),
};
const seed = z.int().default(1);
const radius = pair(positive).optional();

/** The generators of `fieldsmith/geometry`, with their options, as plain data. */
export const meshRequestSchema = z
  .discriminatedUnion(
    'generator',
    [
      z
        .strictObject({ generator: z.literal('polygon'), geometry: polygonGeometry, ...planar })
        .describe('triangles in a polygon with holes and interfaces, each side a patch of the name given'),
      z
        .strictObject({
          generator: z.literal('plate-with-holes'),
          holes: z.int().min(0).max(200),
          seed,
          width: positive.optional(),
          height: positive.optional(),
          radius: radius.describe('smallest and largest, as fractions of the shorter side'),
          gap: positive.optional(),
          sides: z.int().min(3).max(512).optional(),
          ...planar,
        })
        .describe('patches bottom, right, top, left, hole-0, hole-1, …'),
      z
        .strictObject({
          generator: z.literal('corner-removed-square'),
          corners: z.int().min(0).max(4),
          seed,
          side: positive.optional(),
          cut: pair(positive).optional(),
          ...planar,
        })
        .describe('patches bottom, right, top, left and two for each removed corner'),
      z
        .strictObject({
          generator: z.literal('box'),
          size: triple(positive),
          cells: triple(count),
          origin: triple(z.number()).optional(),
          grading: triple(positive).optional(),
        })
        .describe('hexahedra; patches xMin, xMax, yMin, yMax, zMin, zMax'),
      z
        .strictObject({
          generator: z.literal('cube-with-cylindrical-hole'),
          seed,
          cellCount: count,
          side: positive.optional(),
          radius,
          gap: positive.optional(),
        })
        .describe('prisms; patches xMin, xMax, yMin, yMax, zMin, zMax, hole'),
    ],
    {
      error:
        'expected one of the generators polygon, plate-with-holes, corner-removed-square, box and cube-with-cylindrical-hole',
    },
  )
  .meta({ id: 'MeshRequest' });

/** A mesh to generate. */
export type MeshRequest = z.infer<typeof meshRequestSchema>;

/** Formats of an upload. */
export const UPLOAD_FORMATS = ['vtu', 'msh', 'vtk', 'stl'] as const;

/** The query of an upload. */
export const uploadQuerySchema = z.strictObject({
  format: z
    .enum(UPLOAD_FORMATS)
    .optional()
    .describe('by the content type or the first bytes if not given; a surface (STL) has to be named'),
  cellSize: z.coerce
    .number()
    .positive()
    .optional()
    .describe('of a surface (STL): edge length of the tetrahedra that fill it, in the unit of the file'),
  featureAngle: z.coerce
    .number()
    .min(0)
    .max(180)
    .optional()
    .describe('of a surface (STL): edges whose triangles differ by more degrees are kept sharp'),
  mergeDistance: z.coerce
    .number()
    .min(0)
    .optional()
    .describe('points at most this far apart become one, in the unit of the file'),
});

export type UploadQuery = z.infer<typeof uploadQuerySchema>;
