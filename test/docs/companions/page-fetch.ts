import { readFileSync } from 'node:fs';

/** What a page's server would answer. */
export const fetch = async (path: string): Promise<Response> =>
  new Response(readFileSync(`${process.env.FIELDSMITH}/pretrained/random-bc/${path}`));
