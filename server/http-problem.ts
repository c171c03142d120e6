import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

/** Body of every answer that refuses (RFC 9457), as `application/problem+json`. */
export const problemDetailsSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('the phrase of the status'),
    status: z.int(),
    detail: z.string().describe('what was expected, what came, what to do'),
    kind: z.string().describe('class of the error, for programs'),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('each value of the request that is not what the schema says'),
  })
  .meta({ id: 'ProblemDetails', description: 'why the request was refused' });

export type ProblemDetails = z.infer<typeof problemDetailsSchema>;

export interface HttpProblemOptions extends ErrorOptions {
  /** Class of the error, for programs */
  readonly kind: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is refused, with a sentence that the client may read. */
export class HttpProblem extends Error {
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    message: string,
    { kind, headers = {}, ...options }: HttpProblemOptions,
  ) {
    super(message, options);
    this.name = 'HttpProblem';
    this.kind = kind;
    this.headers = headers;
  }
}

export function problemDetails(
  status: number,
  kind: string,
  detail: string,
  issues?: ProblemDetails['issues'],
): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, kind, ...(issues && { issues }) };
}

/** Seconds after which a client that was turned away may come again. */
const RETRY_SECONDS = 1;

/** 503 for everybody, or 429 for the one client that asks for too much. */
export function busy(status: 429 | 503, kind: string, message: string): HttpProblem {
  return new HttpProblem(status, message, { kind, headers: { 'retry-after': String(RETRY_SECONDS) } });
}
