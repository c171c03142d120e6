import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { acceptedEncoding, FIELD_TYPES, VTU_TYPE } from '../accepted-encoding.js';
import { controlledSchema, controlRequestSchema } from '../control-schema.js';
import { binaryFieldSchema, predictedSchema, solvedSchema, vtuSchema } from '../field-schema.js';
import type { EncodedAnswer, FieldEncoding, Job } from '../jobs.js';
import { predictRequestSchema, solveRequestSchema } from '../problem-schema.js';
import { NOT_ACCEPTABLE, NOT_FOUND, WORK_REFUSALS } from '../refusals.js';
import type { Application, ServiceContext } from '../service-context.js';
import { storedMesh } from '../stored-mesh.js';

/** Header of a binary answer with what is not the field, as ASCII JSON. */
export const REPORT_HEADER = 'fieldsmith-report';

const answers = (schema: z.ZodType, description: string) => ({
  200: {
    description,
    content: {
      'application/json': { schema },
      'application/octet-stream': { schema: binaryFieldSchema },
      [VTU_TYPE]: { schema: vtuSchema },
    },
  },
  ...WORK_REFUSALS,
  ...NOT_FOUND,
  ...NOT_ACCEPTABLE,
});

/** Fields: solved with a certificate, predicted, or controlled. */
export function fieldRoutes(app: Application, { meshes, pool }: ServiceContext): void {
  const answer =
    <K extends 'solve' | 'predict' | 'control'>(kind: K) =>
    async (
      { body, headers, lifetime }: FastifyRequest & { readonly body: RequestOf<K> },
      reply: FastifyReply,
    ): Promise<FastifyReply> => {
      const encoding = acceptedEncoding(headers.accept);
      const job = { kind, request: body, stored: storedMesh(meshes, body), encoding } as JobOf<K>;
      const { signal } = lifetime!;
      return send(reply, encoding, (await pool.run<K>(job, { signal })) as EncodedAnswer);
    };
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
    answer('solve'),
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
    answer('predict'),
  );
  app.post(
    '/control',
    {
      schema: {
        summary:
          'boundary temperatures, fluxes or coefficients that keep a part within limits at least cost, verified by solves',
        tags: ['fields'],
        body: controlRequestSchema,
        response: answers(controlledSchema, 'the plan, its verdict and the fields before and after'),
      },
    },
    answer('control'),
  );
}

type JobOf<K extends Job['kind']> = Extract<Job, { kind: K }>;
type RequestOf<K extends 'solve' | 'predict' | 'control'> = JobOf<K>['request'];

/** The body was encoded by the worker. */
function send(reply: FastifyReply, encoding: FieldEncoding, { body, report }: EncodedAnswer): FastifyReply {
  if (report !== undefined) reply.header(REPORT_HEADER, report);
  return reply.type(FIELD_TYPES[encoding]).send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
