import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { VTU_TYPE } from '../accepted-encoding.js';
import { vtuSchema } from '../field-schema.js';
import { HttpProblem } from '../http-problem.js';
import type { Job } from '../jobs.js';
import { meshRequestSchema, type UploadQuery, uploadQuerySchema } from '../mesh-request.js';
import { type MeshSummary, meshSummarySchema } from '../mesh-summary.js';
import { meshIdSchema } from '../problem-schema.js';
import { NOT_FOUND, REFUSALS, WORK_REFUSALS } from '../refusals.js';
import type { Application, ServiceContext } from '../service-context.js';
import { namedMesh } from '../stored-mesh.js';

/** Content types of an upload, and the format that each one says. */
export const UPLOAD_TYPES: Readonly<Record<string, UploadQuery['format']>> = {
  'application/octet-stream': undefined,
  'model/stl': 'stl',
  [VTU_TYPE]: 'vtu',
};

const file = z
  .instanceof(Uint8Array)
  .meta({ type: 'string', format: 'binary', description: 'a VTU, Gmsh MSH, legacy VTK or STL file' });
const params = z.object({ id: meshIdSchema });
const created = {
  200: meshSummarySchema.describe('the mesh was there already'),
  201: meshSummarySchema.describe('the mesh, under its id'),
};

/** Meshes that problems can name: uploaded or generated once, then used by id until they are deleted or displaced. */
export function meshRoutes(app: Application, { meshes, pool }: ServiceContext): void {
  const keep = async (
    job: Extract<Job, { kind: 'upload' | 'generate' }>,
    request: FastifyRequest,
    reply: FastifyReply,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<MeshSummary> => {
    const known = meshes.get(job.id);
    if (known) return known.summary;
    const mesh = await pool.run(job, { signal: request.lifetime!.signal, transfer });
    if (!meshes.fits(mesh.summary.bytes)) {
      throw new HttpProblem(413, `meshes: ${mesh.summary.bytes} bytes are more than the service keeps`, {
        kind: 'MeshTooLarge',
      });
    }
    meshes.put(mesh);
    reply.code(201).header('location', `/meshes/${job.id}`);
    return mesh.summary;
  };

  app.post(
    '/meshes',
    {
      schema: {
        summary: 'upload a mesh file',
        tags: ['meshes'],
        consumes: Object.keys(UPLOAD_TYPES),
        querystring: uploadQuerySchema,
        body: file,
        response: { ...created, ...WORK_REFUSALS },
      },
    },
    async (request, reply) => {
      const type = request.headers['content-type']?.split(';')[0].trim().toLowerCase() ?? '';
      const query = { ...request.query, format: request.query.format ?? UPLOAD_TYPES[type] };
      const bytes = request.body as Uint8Array<ArrayBuffer>;
      const id = digest(JSON.stringify(query), bytes);
      request.lifetime!.note({ bytes: bytes.length });
      return keep({ kind: 'upload', id, bytes, query }, request, reply, [bytes.buffer]);
    },
  );
  app.post(
    '/meshes/generate',
    {
      schema: {
        summary: 'generate a mesh',
        tags: ['meshes'],
        body: meshRequestSchema,
        response: { ...created, ...WORK_REFUSALS },
      },
    },
    async (request, reply) => {
      const id = digest(JSON.stringify(request.body));
      return keep({ kind: 'generate', id, request: request.body }, request, reply);
    },
  );
  app.get(
    '/meshes',
    {
      schema: {
        summary: 'the meshes that are kept, the one unused for longest first',
        tags: ['meshes'],
        response: { 200: z.object({ meshes: z.array(meshSummarySchema) }), ...REFUSALS },
      },
    },
    async () => ({ meshes: [...meshes.list()] }),
  );
  app.get(
    '/meshes/:id',
    {
      schema: {
        summary: 'one mesh',
        tags: ['meshes'],
        params,
        response: { 200: meshSummarySchema, ...REFUSALS, ...NOT_FOUND },
      },
    },
    async (request) => namedMesh(meshes, request.params.id).summary,
  );
  app.get(
    '/meshes/:id/file',
    {
      schema: {
        summary: 'one mesh with its cell data as a file, cells in the order of all fields',
        tags: ['meshes'],
        params,
        response: {
          200: { description: 'the file', content: { [VTU_TYPE]: { schema: vtuSchema } } },
          ...REFUSALS,
          ...NOT_FOUND,
          503: WORK_REFUSALS[503],
          504: WORK_REFUSALS[504],
        },
      },
    },
    async ({ params, lifetime }, reply) => {
      const stored = namedMesh(meshes, params.id);
      const { body } = await pool.run({ kind: 'file', stored }, { signal: lifetime!.signal });
      reply.header('content-disposition', 'attachment; filename="mesh.vtu"');
      return reply.type(VTU_TYPE).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength) as never);
    },
  );
  app.delete(
    '/meshes/:id',
    {
      schema: {
        summary: 'forget a mesh',
        tags: ['meshes'],
        params,
        response: { 204: z.null().describe('forgotten'), ...REFUSALS, ...NOT_FOUND },
      },
    },
    async (request, reply) => {
      namedMesh(meshes, request.params.id);
      meshes.delete(request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
