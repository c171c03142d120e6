import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { acceptedEncoding, FIELD_TYPES } from '../accepted-encoding.js';
import { binaryFieldSchema, predictedSchema, solvedSchema } from '../field-schema.js';
import type { EncodedAnswer, FieldEncoding } from '../jobs.js';
import { predictRequestSchema, solveRequestSchema } from '../problem-schema.js';
import { NOT_ACCEPTABLE, NOT_FOUND, WORK_REFUSALS } from '../refusals.js';
import type { Application, ServiceContext } from '../service-context.js';
import { storedMesh } from '../stored-mesh.js';

/** Header of a binary answer with all that is not the field, as ASCII JSON. */
export const REPORT_HEADER = 'fieldsmith-report';

const answers = (schema: z.ZodType, description: string) => ({
  200: {
    description,
    content: {
      'application/json': { schema },
      'application/octet-stream': { schema: binaryFieldSchema },
    },
  },
  ...WORK_REFUSALS,
  ...NOT_FOUND,
  ...NOT_ACCEPTABLE,
});

/** Fields: solved with a certificate, or predicted. */
export function fieldRoutes(app: Application, { meshes, pool }: ServiceContext): void {
  app.post(
    '/solve',
    {
      schema: {
        summary: 'solve −∇·(κ∇u) + c u = q to a computed residual, from a model’s guess if one is named',
        tags: ['fields'],
        body: solveRequestSchema,
        response: answers(solvedSchema, 'the field with its certificate'),
      },
    },
    async ({ body: request, headers, lifetime }, reply) => {
      const encoding = acceptedEncoding(headers.accept);
      const stored = storedMesh(meshes, request);
      const { signal } = lifetime!;
      return send(reply, encoding, await pool.run({ kind: 'solve', request, stored, encoding }, { signal }));
    },
  );
  app.post(
    '/predict',
    {
      schema: {
        summary: 'predict with a model; not certified',
        tags: ['fields'],
        body: predictRequestSchema,
        response: answers(
          predictedSchema,
          'the field, with its residual and where it lies against the trained range',
        ),
      },
    },
    async ({ body: request, headers, lifetime }, reply) => {
      const encoding = acceptedEncoding(headers.accept);
      const stored = storedMesh(meshes, request);
      const { signal } = lifetime!;
      return send(
        reply,
        encoding,
        await pool.run({ kind: 'predict', request, stored, encoding }, { signal }),
      );
    },
  );
}

/** The body was encoded by the worker. */
function send(reply: FastifyReply, encoding: FieldEncoding, { body, report }: EncodedAnswer): FastifyReply {
  if (report !== undefined) reply.header(REPORT_HEADER, report);
  return reply.type(FIELD_TYPES[encoding]).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
