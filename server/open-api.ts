import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** A mesh file has no schema beyond being bytes. */
const zodToJsonConfig = { unrepresentable: 'any' } as const;

/** The OpenAPI document, made from the schemas that check the requests. */
export function openApiOptions(version: string, needsToken: boolean): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fieldsmith',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
        description:
          'Steady diffusion −∇·(κ∇u) + c u = q on meshes: solved to a computed residual, or predicted by trained models.',
      },
      servers: [{ url: '/' }],
      ...(needsToken && {
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
        security: [{ token: [] }],
      }),
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig }),
  };
}
