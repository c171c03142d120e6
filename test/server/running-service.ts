import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { type Service, type ServiceOptions, startService } from '../../server/index.js';

/** A service with its log at hand. */
export interface RunningService extends Service {
  /** Lines written so far, parsed */
  readonly log: Record<string, unknown>[];
}

/** Starts a service on a free port, with one worker unless more are asked for. */
export async function runService(options: ServiceOptions = {}): Promise<RunningService> {
  const log: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      for (const line of String(chunk).split('\n')) if (line) log.push(JSON.parse(line));
      done();
    },
  });
  const service = await startService({
    port: 0,
    workers: 1,
    models: ['random-bc'],
    log: { level: 'debug', stream },
    ...options,
  });
  return { ...service, log };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The body as JSON */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON unless it is bytes or text */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** One request on a connection of its own; the path goes out as it is, which `fetch` would not let it. */
export function ask(service: Service, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = asked.body === undefined ? 'GET' : 'POST', headers, signal } = asked;
  const { hostname, port } = new URL(service.url);
  const isRaw = typeof asked.body === 'string' || asked.body instanceof Uint8Array;
  const body = (isRaw || asked.body === undefined ? asked.body : JSON.stringify(asked.body)) as
    | string
    | Uint8Array
    | undefined;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        hostname,
        port,
        path,
        method,
        agent: false,
        signal,
        headers: {
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            bytes,
            get json() {
              return JSON.parse(bytes.toString());
            },
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Writes to a bare connection; resolves with all that comes back before the service closes it. */
export function converse(
  service: Service,
  write: (send: (text: string | Uint8Array) => boolean, ended: () => boolean) => void | Promise<void>,
): Promise<string> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve) => {
    let heard = '';
    let over = false;
    const socket = connect(Number(port), hostname, () => {
      void write(
        (text) => !over && socket.write(text),
        () => over,
      );
    });
    const end = () => {
      over = true;
      resolve(heard);
    };
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    // a connection that is reset has said what it had to say
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A solve that takes some time: triangles, seconds of meshing first. */
export const LONG_JOB = {
  mesh: { generator: 'plate-with-holes', holes: 3, cellCount: 400_000 },
  source: 1,
  boundaryConditions: { '*': { type: 'dirichlet', value: 0 } },
};

/** One that takes none. */
export const SHORT_JOB = {
  mesh: { generator: 'box', size: [1, 1, 1], cells: [3, 3, 3] },
  source: 1,
  boundaryConditions: { '*': { type: 'dirichlet', value: 0 } },
};
