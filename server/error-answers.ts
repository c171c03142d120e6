import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { FieldsmithError } from '../common/errors.js';
import { HttpProblem, type ProblemDetails, problemDetails } from './http-problem.js';
import { CLIENT_LEFT } from './request-lifetime.js';
import { type ValidationIssue, validationIssues } from './validation-issues.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers every error with a sentence; of those that nobody foresaw, the client learns the number of the request alone. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const known = 'GET /openapi.json lists what there is';
    return answerError(
      new HttpProblem(404, `request: no such path; ${known}`, { kind: 'NotFound' }),
      request,
      reply,
    );
  });
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // nobody reads the answer
  if (request.lifetime?.signal.aborted) return reply.code(CLIENT_LEFT).send();
  const { details, headers } = refusalOf(error) ?? unexpected(error, request);
  request.lifetime?.note({ kind: details.kind });
  return reply.code(details.status).headers(headers).type(PROBLEM_TYPE).send(JSON.stringify(details));
}

interface Refusal {
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof HttpProblem) {
    return { details: problemDetails(error.status, error.kind, error.message), headers: error.headers };
  }
  if (error instanceof FieldsmithError) {
    return { details: problemDetails(422, error.name, error.message), headers: {} };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = validationIssues(error.validation as readonly ValidationIssue[]);
    const [{ path, message }] = issues;
    const detail = `request: ${path || `the ${(error as FastifyError).validationContext ?? 'body'}`}: ${message}`;
    return { details: problemDetails(400, 'InvalidRequest', detail, issues), headers: {} };
  }
  const { statusCode = 500, code = '', message } = error as FastifyError;
  // of fastify itself: no JSON, no known content type
  if (statusCode >= 500 || !(code.startsWith('FST_') || error instanceof SyntaxError)) return undefined;
  return {
    details: problemDetails(statusCode, code || 'InvalidRequest', `request: ${message}`),
    headers: {},
  };
}

function unexpected(error: unknown, request: FastifyRequest): Refusal {
  request.log.error({ err: error }, 'unexpected error');
  const detail = `request: it failed for a reason that is not in the request; the log tells more under ${request.id}`;
  return { details: problemDetails(500, 'InternalError', detail), headers: {} };
}

/** Answers what is no HTTP, or does not arrive in time, and closes the connection. */
export function answerClientError(
  this: FastifyInstance,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'request: it did not arrive in time']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'request: its headers are too long']
        : [400, 'request: it is not HTTP'];
  this.log.warn({ status, kind: error.code, address: socket.remoteAddress }, 'refused');
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemDetails(status, error.code ?? 'ClientError', detail));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
