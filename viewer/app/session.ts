import { deflateSync, inflateSync } from 'fflate';
import { FileError } from '../../common/errors.js';
import { initialState, type ViewState, viewStateSchema } from './view-state.js';

/** A state as the JSON of a session: what differs from the initial state, so that it stays small and readable. */
export function sessionText(state: ViewState): string {
  return `${JSON.stringify({ version: 1, ...(difference(state, initialState()) as object) }, undefined, 2)}\n`;
}

/** @throws FileError naming the first entry that is wrong */
export function parseSession(text: string): ViewState {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new FileError(`The session is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = viewStateSchema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new FileError(`The session is wrong at ${issue.path.join('.') || 'its root'}: ${issue.message}.`);
}

/** A state as text for the part of an address after #: deflated JSON, base64 for addresses. */
export function linkText(state: ViewState): string {
  const bytes = deflateSync(new TextEncoder().encode(sessionText(state)), { level: 9 });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Longest session that a link may unpack to; ours are a few kilobytes. */
const MAXIMUM_SESSION = 1 << 20;

/** @throws FileError if the link was cut or changed */
export function parseLink(text: string): ViewState {
  let session: string;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    session = new TextDecoder().decode(inflateSync(bytes, { out: new Uint8Array(MAXIMUM_SESSION) }));
  } catch (cause) {
    throw new FileError('The link to this view is damaged; was it copied whole?', { cause });
  }
  return parseSession(session);
}

/** The entries of a that are not those of b. */
function difference(a: unknown, b: unknown): unknown {
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord(a) || !isRecord(b)) return a;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(a as object)) {
    const other = (b as Record<string, unknown>)[key];
    if (JSON.stringify(value) !== JSON.stringify(other)) result[key] = difference(value, other);
  }
  return result;
}
