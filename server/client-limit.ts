import { busy } from './http-problem.js';

/** Counts the requests that each client has under way. */
export interface ClientLimit {
  /** @throws HttpProblem 429 for a client that has as many as it may have */
  enter(client: string): void;
  leave(client: string): void;
}

export function clientLimit(requestsPerClient: number): ClientLimit {
  const underWay = new Map<string, number>();
  return {
    enter(client) {
      const count = underWay.get(client) ?? 0;
      if (count >= requestsPerClient) {
        throw busy(
          429,
          'TooManyRequests',
          `request: ${count} requests of this address are under way; wait for their answers`,
        );
      }
      underWay.set(client, count + 1);
    },
    leave(client) {
      const count = underWay.get(client) ?? 0;
      if (count > 1) underWay.set(client, count - 1);
      else underWay.delete(client);
    },
  };
}
