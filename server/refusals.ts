import { problemDetailsSchema } from './http-problem.js';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemDetailsSchema } },
});

/** Answers of every route that asks for a token. */
export const REFUSALS = {
  401: problem('no token, or another one'),
  429: problem('too many requests of this address are under way; see Retry-After'),
  500: problem('something failed that is not in the request'),
} as const;

/** Answers of routes that take a body and give it to a worker. */
export const WORK_REFUSALS = {
  ...REFUSALS,
  400: problem('not what the schema says'),
  413: problem('the body is too large'),
  415: problem('the body is of another type'),
  422: problem('well formed, and no mesh or problem that can be solved'),
  503: problem('the queue is full, or the service is shutting down; see Retry-After'),
  504: problem('no answer in time'),
} as const;

export const NOT_FOUND = { 404: problem('no such mesh, model or path') } as const;
export const NOT_ACCEPTABLE = { 406: problem('no media type of Accept can be answered') } as const;
