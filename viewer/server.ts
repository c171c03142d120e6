import { createReadStream, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, extname, join, posix, resolve, sep } from 'node:path';
import { FileError, InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { readPvd } from '../geometry/formats/pvd.js';
import { pretrainedNames } from '../training/pretrained.js';
import { OPENED_EXTENSIONS } from './opened-files.js';
import { pageHtml } from './page.js';
import { runIndexPath, runModelPath } from './run-index.js';

export interface ServeOptions {
  /** Address to listen on; anything but the default shows the files to the network. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
}

export const SERVE_DEFAULTS = { host: '127.0.0.1', port: 0 } as const satisfies ServeOptions;

/** What the page is to show, answered at `target.json`; nothing waits for files that the user brings. */
export type ViewTarget =
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly report: boolean;
      /** Its exported model, relative to the folder */
      readonly model?: string;
    }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'nothing' };

export interface ServedViewer {
  readonly url: string;
  close(): Promise<void>;
}

const applicationUrl = 'application';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.png': 'image/png',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.vtu': 'application/xml',
  '.wasm': 'application/wasm',
};

const headers = {
  // the page may use threads of WebAssembly
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  // a run that is written again is read again
  'Cache-Control': 'no-cache',
};

// other sites are asked for nothing but the file whose address the user gives
const pagePolicy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; worker-src 'self' blob:; " +
  "connect-src 'self' https: http:";

/**
 * Serves the viewer for a run folder (with `fields/index.json`), a file that it opens, or, without a path, for files that the
 * user brings, until `close()`.
 *
 * `/` is the page, `/application/…` its bundle, `/target.json` what it shows; every other path is a file of the run
 * folder (of a single file: that file alone, of a .pvd also the files it lists). Nothing outside the folder is served, through
 * links neither.
 * @throws FileError if the path is missing or neither of the two; InvalidInputError if the address is taken.
 */
export async function serveViewer(path?: string, options: ServeOptions = {}): Promise<ServedViewer> {
  const { host, port } = { ...SERVE_DEFAULTS, ...options };
  const { target, root, files } = path === undefined ? NOTHING : findTarget(resolve(path));
  const application = packageFile('dist/viewer/app');
  const page = Buffer.from(pageHtml(applicationUrl, true));

  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    if (!namesThisHost(request, host)) return refuse(response, 403);
    const segments = segmentsOf(request.url ?? '/');
    if (!segments) return refuse(response, 400);
    const [first = '', ...rest] = segments;
    if (segments.length === 0)
      return send(response, page, '.html', { 'Content-Security-Policy': pagePolicy });
    if (first === applicationUrl) return sendApplication(response, application, rest);
    if (segments.length === 1 && first === 'target.json') {
      return send(response, Buffer.from(JSON.stringify(target)), '.json');
    }
    if (root === undefined || (files && !files.has(segments.join('/')))) return refuse(response, 404);
    sendFile(response, root, segments);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (cause) => {
      failed(
        new InvalidInputError(`serveViewer: cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      );
    });
    server.listen(port, host, listening);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Below the bundle: names and files of the models that come with the package, and ONNX Runtime for WebAssembly. */
function sendApplication(response: ServerResponse, root: string, segments: readonly string[]): void {
  const [first, ...rest] = segments;
  if (segments.join('/') === 'pretrained/names.json')
    send(response, Buffer.from(JSON.stringify(pretrainedNames())), '.json');
  else if (first === 'pretrained') sendFile(response, packageFile('pretrained'), rest);
  else if (first === 'onnxruntime') sendFile(response, onnxRuntimeFolder(), rest);
  else sendFile(response, root, segments);
}

/** Where the installed package has its `.wasm` and `.mjs` files. */
function onnxRuntimeFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
}

interface Served {
  readonly target: ViewTarget;
  /** Folder that files are served from */
  readonly root?: string;
  /** The files of it that are served; all of them if undefined */
  readonly files?: ReadonlySet<string>;
}

const NOTHING: Served = { target: { kind: 'nothing' } };

function findTarget(path: string): Served {
  if (!existsSync(path)) throw new FileError(`serveViewer: ${path} does not exist`);
  const name = basename(path);
  if (statSync(path).isDirectory()) {
    if (!existsSync(join(path, runIndexPath))) {
      // the folder of a model, which is complete in its one graph
      const alone = ['model.onnx', runModelPath].find((file) => existsSync(join(path, file)));
      if (alone) return findTarget(join(path, alone));
      throw new FileError(
        `serveViewer: ${path} holds no ${runIndexPath}; expected the folder of an evaluated run or of a model`,
      );
    }
    const report = existsSync(join(path, 'report.html'));
    const model = existsSync(join(path, runModelPath)) ? { model: runModelPath } : {};
    return { target: { kind: 'run', name, report, ...model }, root: realpathSync(path) };
  }
  const extension = extname(path).slice(1).toLowerCase();
  if (!OPENED_EXTENSIONS.some((known) => known === extension)) {
    throw new FileError(
      `serveViewer: expected a run folder or a file that ends in ${OPENED_EXTENSIONS.join(', ')}, got ${path}`,
    );
  }
  // of a series, the files that it lists beside it; fileInside refuses those elsewhere
  const listed =
    extension === 'pvd' ? readPvd(readFileSync(path)).map(({ file }) => posix.normalize(file)) : [];
  return {
    target: { kind: 'file', name },
    root: realpathSync(dirname(path)),
    files: new Set([name, ...listed]),
  };
}

/** A page of another site must not read local files by naming this server as its own (DNS rebinding). */
function namesThisHost(request: IncomingMessage, host: string): boolean {
  if (host !== SERVE_DEFAULTS.host) return true;
  const name = (request.headers.host ?? '').replace(/:\d+$/, '');
  return name === host || name === 'localhost';
}

/** Decoded path segments; undefined if the URL is malformed or leaves its root. */
function segmentsOf(url: string): string[] | undefined {
  try {
    const segments = url
      .split(/[?#]/)[0]
      .split('/')
      .map(decodeURIComponent)
      .filter((segment) => segment !== '');
    return segments.some((segment) => segment === '..' || /[/\\\0]/.test(segment)) ? undefined : segments;
  } catch {
    return undefined;
  }
}

function sendFile(response: ServerResponse, root: string, segments: readonly string[]): void {
  const file = fileInside(root, segments);
  if (!file) {
    refuse(response, 404);
    return;
  }
  const { path, size } = file;
  response.writeHead(200, { ...headers, 'Content-Type': typeOf(path), 'Content-Length': size });
  if (response.req.method === 'HEAD') response.end();
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** A plain file inside the folder, links resolved; undefined if there is none. */
function fileInside(root: string, segments: readonly string[]): { path: string; size: number } | undefined {
  try {
    const path = realpathSync(join(root, ...segments));
    const status = statSync(path);
    return path.startsWith(realpathSync(root) + sep) && status.isFile()
      ? { path, size: status.size }
      : undefined;
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  body: Buffer,
  extension: string,
  more: Record<string, string> = {},
): void {
  response.writeHead(200, {
    ...headers,
    ...more,
    'Content-Type': typeOf(extension),
    'Content-Length': body.length,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuse(response: ServerResponse, status: 400 | 403 | 404 | 405): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${status}\n`);
}

function typeOf(path: string): string {
  return contentTypes[path.startsWith('.') ? path : extname(path)] ?? 'application/octet-stream';
}
