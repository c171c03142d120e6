import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { busy, HttpProblem } from './http-problem.js';

/** Memory that the bodies of all requests under way may take together. */
export interface BodyBudget {
  readonly bytes: number;
  /** @throws HttpProblem 503 when that much is not left */
  take(bytes: number): void;
  give(bytes: number): void;
}

export function bodyBudget(maximumBytes: number): BodyBudget {
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    take(wanted) {
      if (bytes + wanted > maximumBytes) {
        throw busy(503, 'BodiesFull', 'request: too much is being uploaded at the moment; come again later');
      }
      bytes += wanted;
    },
    give(returned) {
      bytes -= returned;
    },
  };
}

export interface ReadBodyOptions {
  readonly maximumBytes: number;
  readonly budget: BodyBudget;
}

/** Memory at first: it grows with what comes, since what is announced may never come. */
const FIRST_BYTES = 1 << 16;

/**
 * The body of a request in one buffer of its own. What it claims to be is refused before anything is read, what it turns
 * out to be as soon as it is too much; nothing is kept of it then. The caller gives the body's length back to the budget.
 *
 * @throws HttpProblem 413 for more than `maximumBytes`, 400 for a body that ends early, 503 as the budget
 */
export async function readBody(
  payload: Readable,
  headers: IncomingMessage['headers'],
  { maximumBytes, budget }: ReadBodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if ((announced ?? 0) > maximumBytes) throw tooLarge(maximumBytes);
  let taken = 0;
  const allocate = (size: number) => {
    budget.take(size - taken);
    taken = size;
    return new Uint8Array(size);
  };
  try {
    const most = announced ?? maximumBytes;
    let body = allocate(Math.min(FIRST_BYTES, most));
    let length = 0;
    // a stream that is destroyed takes the connection with it, and the answer that says why
    for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const wanted = length + chunk.length;
      if (wanted > maximumBytes) throw tooLarge(maximumBytes);
      if (wanted > body.length) {
        const grown = allocate(Math.max(wanted, Math.min(most, 2 * body.length)));
        grown.set(body);
        body = grown;
      }
      body.set(chunk, length);
      length = wanted;
    }
    if (announced !== undefined && length !== announced) {
      throw new HttpProblem(400, `request: ${announced} bytes were announced, ${length} came`, {
        kind: 'TruncatedBody',
      });
    }
    if (length === body.length) return body;
    const exact = body.slice(0, length);
    budget.give(taken - length);
    taken = length;
    return exact;
  } catch (error) {
    budget.give(taken);
    throw error;
  }
}

function tooLarge(maximumBytes: number): HttpProblem {
  return new HttpProblem(413, `request: the body may have ${maximumBytes} bytes at most`, {
    kind: 'BodyTooLarge',
  });
}
