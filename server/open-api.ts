import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemDetailsSchema } from './http-problem.js';
import { meshRequestSchema } from './mesh-request.js';
import { meshSummarySchema } from './mesh-summary.js';
import { boundaryConditionSchema } from './problem-schema.js';

/** Schemas that the document names, in place of repeating them. */
const schemaRegistry = z.registry<{ id: string }>();
schemaRegistry.add(problemDetailsSchema, { id: 'ProblemDetails' });
schemaRegistry.add(meshRequestSchema, { id: 'MeshRequest' });
schemaRegistry.add(meshSummarySchema, { id: 'MeshSummary' });
schemaRegistry.add(boundaryConditionSchema, { id: 'BoundaryCondition' });

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
    transform: createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig }),
  };
}
