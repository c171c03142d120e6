import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from './http-problem.js';
import { requireModestShape } from './json-shape.js';
import { type BodyBudget, readBody } from './read-body.js';
import type { ServiceSettings } from './service-options.js';

export interface ParserOptions extends Pick<ServiceSettings, 'jsonBytes' | 'uploadBytes'> {
  readonly bodies: BodyBudget;
  /** Content types of mesh files */
  readonly fileTypes: readonly string[];
}

/** Bodies are JSON or mesh files, each with its limit; another type is refused. */
export function parseBodies(
  app: FastifyInstance,
  { bodies, jsonBytes, uploadBytes, fileTypes }: ParserOptions,
): void {
  const read = async (request: FastifyRequest, payload: IncomingMessage, maximumBytes: number) => {
    const bytes = await readBody(payload, request.headers, { maximumBytes, budget: bodies });
    request.lifetime!.holds(bytes.length);
    return bytes;
  };
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    const text = new TextDecoder().decode(await read(request, payload, jsonBytes));
    const body = await new Promise<unknown>((resolve, reject) => {
      parseJson(request, text, (error, value) => (error ? reject(notJson(error)) : resolve(value)));
    });
    requireModestShape(body);
    return body;
  });
  for (const type of fileTypes) {
    app.addContentTypeParser(type, (request: FastifyRequest, payload: IncomingMessage) =>
      read(request, payload, uploadBytes),
    );
  }
}

function notJson(cause: Error): HttpProblem {
  return new HttpProblem(400, `request: the body is not JSON: ${cause.message}`, {
    kind: 'InvalidJson',
    cause,
  });
}
