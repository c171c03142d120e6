import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, type RunningService, runService, SHORT_JOB } from './running-service.js';

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
type Json = any;

let service: RunningService;
let document: Json;
beforeAll(async () => {
  service = await runService();
  document = (await ask(service, '/openapi.json')).json;
});
afterAll(() => service.close());

const operations = () =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ path, method, operation })),
  );

const ROUTES = [
  'GET /health',
  'GET /metrics',
  'GET /openapi.json',
  'GET /models',
  'GET /models/{name}',
  'POST /meshes',
  'POST /meshes/generate',
  'GET /meshes',
  'GET /meshes/{id}',
  'GET /meshes/{id}/file',
  'DELETE /meshes/{id}',
  'POST /solve',
  'POST /predict',
  'POST /control',
];

/** The schema with all that it names under `$defs`, as JSON Schema has it. */
function closed(schema: Json) {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/'));
}

describe('the OpenAPI document', () => {
  test('covers the routes', () => {
    const found = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(found.sort()).toEqual([...ROUTES].sort());
  });

  test('is a document of version 3.1: operations, parameters, references and schemas', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const names = reference.replace('#/', '').split('/');
      expect(
        names.reduce<Json>((at, name) => at?.[name], document),
        reference,
      ).toBeDefined();
    }
    for (const { path, operation } of operations()) {
      expect(operation.summary, path).toBeTruthy();
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = Object.values(operation.parameters ?? {}) as unknown as Record<string, unknown>[];
      expect(parameters.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(inPath);
      for (const each of parameters.filter(({ in: where }) => where === 'path'))
        expect(each.required).toBe(true);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, response] of Object.entries<Json>(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(response.description, `${path} ${status}`).toBeDefined();
        for (const { schema } of Object.values<Json>(response.content ?? {})) {
          expect(() => z.fromJSONSchema(closed(schema))).not.toThrow();
        }
      }
    }
  });

  test('says what is sent as bytes', () => {
    const upload = document.paths['/meshes'].post.requestBody.content;
    expect(Object.keys(upload)).toEqual(['application/octet-stream', 'model/stl', 'application/x-vtu']);
    expect(upload['model/stl'].schema).toMatchObject({ type: 'string', format: 'binary' });
    expect(Object.keys(document.paths['/solve'].post.responses['200'].content)).toEqual([
      'application/json',
      'application/octet-stream',
      'application/x-vtu',
    ]);
  });

  test('describes requests and answers as they are', async () => {
    const schemaOf = (path: string, method: string, status: string, type = 'application/json') =>
      z.fromJSONSchema(closed(document.paths[path][method].responses[status].content[type].schema));
    const body = z.fromJSONSchema(
      closed(document.paths['/solve'].post.requestBody.content['application/json'].schema),
    );
    expect(body.safeParse(SHORT_JOB).success).toBe(true);
    expect(body.safeParse({ ...SHORT_JOB, mesh: { generator: 'torus' } }).success).toBe(false);
    const solved = await ask(service, '/solve', { body: { ...SHORT_JOB, heatBalance: true } });
    schemaOf('/solve', 'post', '200').parse(solved.json);
    const plate = { generator: 'corner-removed-square', corners: 1, cellCount: 200 };
    const predicted = await ask(service, '/predict', {
      body: { ...SHORT_JOB, mesh: plate, model: 'random-bc' },
    });
    schemaOf('/predict', 'post', '200').parse(predicted.json);
    const generated = await ask(service, '/meshes/generate', { body: plate });
    schemaOf('/meshes/generate', 'post', '201').parse(generated.json);
    const refused = await ask(service, '/solve', { body: {} });
    schemaOf('/solve', 'post', '400', 'application/problem+json').parse(refused.json);
  });

  test('asks for the token where there is one', async () => {
    expect(document.security).toBeUndefined();
    const token = 'c0ffee-c0ffee-c0ffee-c0ffee';
    const guarded = await runService({ models: [], token });
    const headers = { authorization: `Bearer ${token}` };
    const { json } = await ask(guarded, '/openapi.json', { headers });
    expect(json.security).toEqual([{ token: [] }]);
    expect(json.components.securitySchemes.token).toEqual({ type: 'http', scheme: 'bearer' });
    expect(json.paths['/health'].get.security).toEqual([]);
    await guarded.close();
  });
});

describe('metrics', () => {
  test('count requests by route and status', async () => {
    const counted = await runService({ models: [] });
    for (let i = 0; i < 3; i++) await ask(counted, '/solve', { body: SHORT_JOB });
    for (let i = 0; i < 2; i++) await ask(counted, '/solve', { body: '{' });
    for (const path of ['/a', '/b', '/c/d']) await ask(counted, path);
    await ask(counted, '/meshes/generate', { body: SHORT_JOB.mesh });
    const { bytes, headers } = await ask(counted, '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    const text = bytes.toString();
    for (const line of [
      'fieldsmith_requests_total{method="POST",route="/solve",status="200"} 3',
      'fieldsmith_requests_total{method="POST",route="/solve",status="400"} 2',
      'fieldsmith_requests_total{method="GET",route="none",status="404"} 3',
      'fieldsmith_request_seconds_count{method="POST",route="/solve"} 5',
      'fieldsmith_meshes 1',
      'fieldsmith_jobs_running 0',
      'fieldsmith_workers_lost_total 0',
      'fieldsmith_body_bytes 0',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
    await counted.close();
  });
});
