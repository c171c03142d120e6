import { z } from 'zod';
import { modelCardSchema } from '../../training/index.js';
import { HttpProblem } from '../http-problem.js';
import { NOT_FOUND, REFUSALS } from '../refusals.js';
import type { Application, ServiceContext } from '../service-context.js';

// the probe is for those who load the graph
const card = modelCardSchema.omit({ probe: true });
const model = z.object({ name: z.string(), card });

/** Models with their cards: what they answer, what they were trained on, and how well they did there. */
export function modelRoutes(app: Application, { models }: ServiceContext): void {
  app.get(
    '/models',
    {
      schema: {
        summary: 'the models that /predict and /solve can name, with what they were trained on',
        tags: ['models'],
        response: { 200: z.object({ models: z.array(model) }), ...REFUSALS },
      },
    },
    async () => ({ models: models.map(({ name, card }) => ({ name, card })) }),
  );
  app.get(
    '/models/:name',
    {
      schema: {
        summary: 'one model',
        tags: ['models'],
        params: z.object({ name: z.string().max(200) }),
        response: { 200: model, ...REFUSALS, ...NOT_FOUND },
      },
    },
    async ({ params }) => {
      const found = models.find(({ name }) => name === params.name);
      if (found) return { name: found.name, card: found.card };
      const names = models.map(({ name }) => name).join(', ');
      throw new HttpProblem(404, `models: no model of this name; there are ${names || 'none'}`, {
        kind: 'NotFound',
      });
    },
  );
}
