import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import { definedOnly } from '../common/defined-only.js';
import { InvalidInputError } from '../common/errors.js';
import { pretrainedNames } from '../training/index.js';
import { checkedToken, isLoopback } from './access.js';

export interface ServiceOptions {
  /** Address to listen on; any other than a loopback address needs a token. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** What every request but `/health` has to bear in `Authorization: Bearer …` */
  readonly token?: string;
  /** Model folders, `.onnx` files or names of models that come with the package; by default all of the latter */
  readonly models?: readonly string[];
  /** Worker threads; by default one for each core but one */
  readonly workers?: number;
  /** Requests that may wait for a worker; further ones are answered 503 */
  readonly queue?: number;
  /** Requests that one address may have under way; further ones are answered 429 */
  readonly requestsPerClient?: number;
  /** Connections at a time; further ones are closed */
  readonly connections?: number;
  /** Largest JSON body */
  readonly jsonBytes?: number;
  /** Largest mesh file */
  readonly uploadBytes?: number;
  /** Memory for all bodies that are being received or worked on */
  readonly bodyBytes?: number;
  /** Memory for meshes; those that have gone unused for longest are forgotten */
  readonly meshBytes?: number;
  /** Largest mesh */
  readonly maximumCells?: number;
  /** Seconds for the head of a request to arrive */
  readonly headSeconds?: number;
  /** Seconds for a whole request to arrive */
  readonly requestSeconds?: number;
  /** Seconds for an answer, the time in the queue included */
  readonly answerSeconds?: number;
  /** Seconds that requests under way are given when the service ends */
  readonly shutdownSeconds?: number;
  readonly log?: LogOptions;
}

export interface LogOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where the lines of JSON go; by default to standard output */
  readonly stream?: Writable;
}

export const SERVICE_DEFAULTS = {
  host: '127.0.0.1',
  port: 8470,
  queue: 256,
  requestsPerClient: 128,
  connections: 1024,
  jsonBytes: 16 * 2 ** 20,
  uploadBytes: 64 * 2 ** 20,
  bodyBytes: 512 * 2 ** 20,
  meshBytes: 2 ** 30,
  maximumCells: 1_000_000,
  headSeconds: 10,
  requestSeconds: 60,
  answerSeconds: 120,
  shutdownSeconds: 15,
  log: { level: 'info' },
} as const satisfies ServiceOptions;

/** Options with all defaults filled in. */
export type ServiceSettings = Required<Omit<ServiceOptions, 'token'>> & Pick<ServiceOptions, 'token'>;

/** @throws InvalidInputError for an option out of range, or an address that others can reach without a token */
export function serviceSettings(options: ServiceOptions): ServiceSettings {
  const settings: ServiceSettings = {
    ...SERVICE_DEFAULTS,
    workers: Math.max(1, availableParallelism() - 1),
    models: options.models ?? pretrainedNames(),
    ...definedOnly(options),
  };
  const { host, port, token } = settings;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidInputError(`serve: port must be an integer from 0 to 65535, got ${port}`);
  }
  for (const name of COUNTS) {
    const value = settings[name];
    if (!Number.isSafeInteger(value) || value < (name === 'queue' ? 0 : 1)) {
      throw new InvalidInputError(`serve: ${name} must be a positive integer, got ${value}`);
    }
  }
  for (const name of SECONDS) {
    const value = settings[name];
    if (!(value > 0 && value <= LONGEST_SECONDS)) {
      throw new InvalidInputError(`serve: ${name} must lie between 0 and ${LONGEST_SECONDS}, got ${value}`);
    }
  }
  if (token !== undefined) checkedToken(token);
  else if (!isLoopback(host)) {
    throw new InvalidInputError(
      `serve: ${host} can be reached from other machines; give a token (--token-file), or listen on 127.0.0.1`,
    );
  }
  return settings;
}

const COUNTS = [
  'workers',
  'queue',
  'requestsPerClient',
  'connections',
  'jsonBytes',
  'uploadBytes',
  'bodyBytes',
  'meshBytes',
  'maximumCells',
] as const;

const SECONDS = ['headSeconds', 'requestSeconds', 'answerSeconds', 'shutdownSeconds'] as const;

/** A day: timers take no more than 24 of them. */
const LONGEST_SECONDS = 86_400;
