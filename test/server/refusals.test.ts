import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileError, InvalidInputError } from '../../common/errors.js';
import { readToken, startService } from '../../server/index.js';
import { ask, converse, type RunningService, runService, SHORT_JOB } from './running-service.js';

const FILE = { 'content-type': 'application/octet-stream' };
const TOKEN = 'c0ffee-c0ffee-c0ffee-c0ffee';

let service: RunningService;
beforeAll(async () => {
  service = await runService({
    models: [],
    jsonBytes: 2 ** 20,
    uploadBytes: 2 ** 20,
    headSeconds: 0.4,
    requestSeconds: 0.8,
  });
});
afterAll(() => service.close());

/** The service still does what it is for, and nothing unforeseen was logged. */
async function expectWell(running = service): Promise<void> {
  const { status, json } = await ask(running, '/solve', { body: SHORT_JOB });
  expect(status).toBe(200);
  expect(json.certified).toBe(true);
  expect(running.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
}

describe('JSON that cannot be used', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  test.each([
    ['cut short', '{"mesh": {', 400],
    ['empty', '', 400],
    ['no object', '17', 400],
    ['a prototype', '{"__proto__": {"mesh": 1}}', 400],
    ['a constructor', '{"constructor": {"prototype": {"x": 1}}}', 400],
    ['deep', deep(200_000), 400],
    ['deep in a field', `{"mesh":${deep(100_000)}}`, 400],
    ['many parts', `{"boundaryConditions":[${'{},'.repeat(200_000)}{}]}`, 400],
    ['many strings for numbers', `{"source":{"values":[${'"",'.repeat(200_000)}""]}}`, 400],
    ['numbers that are none', '{"source": 1e999}', 400],
    ['too large', `{"mesh": "${'x'.repeat(2 ** 20)}"}`, 413],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400],
  ] as [string, string | Buffer, number][])('%s', async (_, body, status) => {
    const answer = await ask(service, '/solve', { body });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json.detail).toMatch(/^request: /);
    expect(answer.bytes.length).toBeLessThan(5000);
    expect(answer.status).toBe(status);
  });
  afterAll(() => expectWell());
});

describe('uploads that are too large', () => {
  const gigabyte = 2 ** 30;
  const head = (more: string) =>
    `POST /meshes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n${more}\r\n\r\n`;

  test('one that says so is refused before anything of it is read', async () => {
    const heard = await converse(service, (send) => void send(head(`Content-Length: ${gigabyte}`)));
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(heard).toMatch(/connection: close/i);
    expect(heard).toContain('1048576 bytes at most');
  });

  test('one that is streamed all the same, and one that says nothing of its size, end early', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const part = Buffer.alloc(2 ** 16);
    const chunk = Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
    for (const [more, piece] of [
      [`Content-Length: ${gigabyte}`, part],
      ['Transfer-Encoding: chunked', chunk],
    ] as const) {
      let sent = 0;
      const heard = await converse(service, async (send, ended) => {
        send(head(more));
        for (; sent < gigabyte && !ended(); sent += part.length) {
          send(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
      // a reset can overtake the answer, and does no harm
      if (heard) expect(heard).toMatch(/^HTTP\/1\.1 413 /);
      expect(sent).toBeLessThan(gigabyte / 8);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(gigabyte / 8);
  });

  test('one that is shorter than it says, or never comes', async () => {
    const heard = await converse(service, (send) => void send(`${head('Content-Length: 1000')}abc`));
    expect(heard).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
  });

  test('all of them together are bounded', async () => {
    const crowded = await runService({
      models: [],
      uploadBytes: 2 ** 20,
      bodyBytes: 3 * 2 ** 20,
      shutdownSeconds: 0.3,
    });
    const waiting = Array.from({ length: 3 }, () =>
      converse(crowded, (send) => {
        send(head(`Content-Length: ${2 ** 20}`));
        send(Buffer.alloc(2 ** 20 - 1));
      }),
    );
    const budget = async () =>
      /fieldsmith_body_bytes (\d+)/.exec((await ask(crowded, '/metrics')).bytes.toString())?.[1];
    while (Number(await budget()) < 3 * 2 ** 20);
    const refused = await ask(crowded, '/meshes', { body: Buffer.alloc(1000), headers: FILE });
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    await crowded.close();
    await Promise.all(waiting);
  });
  afterAll(() => expectWell());
});

describe('slow clients', () => {
  test.each([
    ['of a head that does not end', 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    [
      'of a body that does not end',
      'POST /solve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{',
    ],
  ])('%s are cut off', async (_, start) => {
    const heard = await converse(service, async (send, ended) => {
      send(start);
      while (!ended()) {
        send(' ');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(heard).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
  });
  afterAll(() => expectWell());
});

describe('requests that are no requests', () => {
  test.each([
    ['no HTTP', '\x16\x03\x01 hello\r\n\r\n', 400],
    ['a head too long', `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /solve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s', async (_, text, status) => {
    const heard = await converse(service, (send) => void send(text));
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(heard).toContain('application/problem+json');
  });
  afterAll(() => expectWell());
});

describe('paths that lead elsewhere', () => {
  test.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/meshes/../../package.json',
    '/meshes/..%2f..%2fetc%2fpasswd',
    '/meshes/%00',
    `/meshes/${'a'.repeat(63)}%00`,
    `/meshes/${'a'.repeat(5000)}`,
    '/models/..%2f..%2fpackage.json',
    '/models/__proto__',
    '/models/%2fetc%2fpasswd',
    '/%',
    '/%zz',
    '//etc/passwd',
    '/static/index.html',
    '*',
  ])('%s', async (path) => {
    const { status, bytes, headers } = await ask(service, path);
    expect([400, 404, 414]).toContain(status);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(bytes.toString()).not.toMatch(/root:|"fieldsmith"|node_modules|\.ts:|\.js:/);
  });

  test('other methods', async () => {
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE']) {
      expect((await ask(service, '/solve', { method })).status).toBe(404);
    }
  });
  afterAll(() => expectWell());
});

describe('tokens', () => {
  let guarded: RunningService;
  beforeAll(async () => {
    guarded = await runService({ models: [], host: '0.0.0.0', token: TOKEN });
  });
  afterAll(() => guarded.close());

  test.each([
    ['none', {}],
    ['another one', { authorization: 'Bearer c0ffee-c0ffee-c0ffee-c0ffef' }],
    ['a part of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['more than it', { authorization: `Bearer ${TOKEN}x` }],
    ['nothing', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ] as [string, Record<string, string>][])('%s is turned away, whatever is asked for', async (_, headers) => {
    for (const path of ['/models', '/meshes', '/metrics', '/openapi.json', '/nowhere']) {
      const { status, json, headers: answered } = await ask(guarded, path, { headers });
      expect(status).toBe(401);
      expect(answered['www-authenticate']).toBe('Bearer');
      expect(json.kind).toBe('Unauthorized');
    }
    expect((await ask(guarded, '/solve', { body: SHORT_JOB, headers })).status).toBe(401);
    // refused by its head: a body of a gigabyte is not waited for
    const heard = await converse(
      guarded,
      (send) =>
        void send(
          'POST /meshes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1073741824\r\n\r\n',
        ),
    );
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('the right one opens all, and /health is open', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'parts.example' };
    expect((await ask(guarded, '/models', { headers })).status).toBe(200);
    expect(
      (
        await ask(guarded, '/solve', {
          body: SHORT_JOB,
          headers: { ...headers, 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(200);
    expect((await ask(guarded, '/health')).json.status).toBe('ok');
  });

  test('is in no line of the log, and no line holds what was sent', async () => {
    await ask(guarded, `/models?token=${TOKEN}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await ask(guarded, '/solve', {
      body: '{"mesh": "a secret geometry"',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    const text = JSON.stringify(guarded.log);
    expect(text).toContain('"status":401');
    expect(text).toContain('"kind":"Unauthorized"');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('c0ffee');
    expect(text).not.toContain('secret');
  });

  test('are needed on addresses that others can reach, and have to be long', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com']) {
      await expect(startService({ host, port: 0, models: [] })).rejects.toThrow(/--token-file/);
    }
    for (const token of ['', 'short', `${TOKEN} ${TOKEN}`, `${TOKEN}\n`]) {
      await expect(startService({ port: 0, models: [], token })).rejects.toThrow(InvalidInputError);
    }
    const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-token-'));
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    expect(readToken(join(folder, 'token'))).toBe(TOKEN);
    expect(() => readToken(join(folder, 'absent'))).toThrow(FileError);
    writeFileSync(join(folder, 'token'), 'secret');
    expect(() => readToken(join(folder, 'token'))).toThrow(/at least 16/);
    expect(() => readToken(join(folder, 'token'))).not.toThrow(/secret/);
    rmSync(folder, { recursive: true });
  });
});

describe('without a token', () => {
  test('only the names of this machine are answered: no page of another site gets in', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8470']) {
      expect((await ask(service, '/models', { headers: { host } })).status).toBe(403);
    }
    const nameless = await converse(
      service,
      (send) => void send('GET /models HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'),
    );
    expect(nameless).toMatch(/^HTTP\/1\.1 403 /);
    for (const host of ['localhost', '127.0.0.1:80', '[::1]:8470']) {
      expect((await ask(service, '/models', { headers: { host } })).status).toBe(200);
    }
  });

  test('options out of range and a port that is taken are clear errors', async () => {
    const port = Number(new URL(service.url).port);
    await expect(startService({ port, models: [] })).rejects.toThrow(/cannot listen on 127\.0\.0\.1:/);
    await expect(startService({ port: 70_000, models: [] })).rejects.toThrow(/port must be/);
    await expect(startService({ workers: 0, models: [] })).rejects.toThrow(/workers must be/);
    await expect(startService({ answerSeconds: 0, models: [] })).rejects.toThrow(/answerSeconds must/);
    await expect(startService({ port: 0, models: ['/nowhere'] })).rejects.toThrow(FileError);
  });
});
